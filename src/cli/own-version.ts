import { readFileSync } from 'node:fs';

/** The version of this program. */
export function ownVersion(): string {
  // One level above src/ or dist/, wherever the package lies.
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  return version;
}
