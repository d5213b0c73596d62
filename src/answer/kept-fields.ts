import { secondsOf } from './retry-after.ts';

/** Fields of a replaced reply that may stay: everything else described the reply, not the client's way. */
const KEPT = new Set([
  'access-control-allow-credentials',
  'access-control-allow-origin',
  'proxy-authenticate',
  'strict-transport-security',
  'www-authenticate',
]);
const SENDABLE = /^[\t\x20-\x7E]*$/;

/** An upstream's own `Retry-After`: as it came, and the seconds that it means. */
export interface KeptRetry {
  readonly value: string;
  readonly seconds: number;
}

/** The upstream's own `Retry-After`; null where there is none that means anything. */
export function keptRetryOf(kept: readonly string[], now: number): KeptRetry | null {
  for (let index = 0; index + 1 < kept.length; index += 2) {
    if (kept[index]?.toLowerCase() !== 'retry-after') continue;
    const value = (kept[index + 1] ?? '').trim();
    const seconds = SENDABLE.test(value) ? secondsOf(value, now) : null;
    if (seconds !== null) return { value, seconds };
  }
  return null;
}

/** An answer's fields with those of the replaced reply that still hold; theirs win over ours. */
export function mergeKept(headers: readonly string[], kept: readonly string[]): readonly string[] {
  const staying: string[] = [];
  const names = new Set<string>();
  for (let index = 0; index + 1 < kept.length; index += 2) {
    const name = kept[index] ?? '';
    const value = kept[index + 1] ?? '';
    if (!KEPT.has(name.toLowerCase()) || !SENDABLE.test(value)) continue;
    staying.push(name, value);
    names.add(name.toLowerCase());
  }
  const ours = headers.filter(
    (_, index) => !names.has((headers[index - (index % 2)] ?? '').toLowerCase()),
  );
  return [...ours, ...staying];
}
