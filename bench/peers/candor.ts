import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from '../processes.ts';
import { CERTIFICATE } from './certificate.ts';
import type { Bed, Peer } from './peer.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** Candor itself, as a user would run it. */
export const candor: Peer = {
  name: 'Candor',
  about: 'this checkout; every default; its log, with a line for each answer of its own, to a file',
  install: 'it is this repository',
  isCompiledLate: true,
  version: () => 'this checkout',
  prepare: (bed) => candorCommand(bed),
};

/** Settings of one upstream, in the language of the settings file, that differ from the defaults. */
export type UpstreamLines = readonly string[];

/** What differs from the defaults. */
interface Different {
  readonly upstream?: UpstreamLines;
  /** Lines of the file itself. */
  readonly settings?: readonly string[];
  readonly nodeArgs?: readonly string[];
}

/** Writes a settings file with one upstream, and returns how to start Candor on it. */
export function candorCommand(
  bed: Pick<Bed, 'folder' | 'port' | 'opsPort' | 'originPort'> & Partial<Pick<Bed, 'protocol'>>,
  { upstream = [], settings = [], nodeArgs = [] }: Different = {},
): Command {
  const file = join(bed.folder, 'candor.yaml');
  const isPlain = (bed.protocol ?? 'http') === 'http';
  const tls = isPlain ? '' : `, tls: { cert: ${CERTIFICATE.cert}, key: ${CERTIFICATE.key} }`;
  writeFileSync(
    file,
    `listen: { address: "127.0.0.1:${bed.port}"${tls} }
ops: 127.0.0.1:${bed.opsPort}
brand: { name: Example }
upstreams:
  app:
    endpoints: ["http://127.0.0.1:${bed.originPort}"]
${upstream.map((line) => `    ${line}\n`).join('')}routes:
  - { upstream: app }
store: memory
${settings.map((line) => `${line}\n`).join('')}`,
  );
  return { program: process.execPath, args: [...nodeArgs, MAIN, 'run', '--config', file] };
}
