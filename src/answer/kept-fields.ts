/** Fields of a replaced reply that may stay: everything else described the reply, not the client's way. */
const KEPT = new Set([
  'access-control-allow-credentials',
  'access-control-allow-origin',
  'proxy-authenticate',
  'strict-transport-security',
  'www-authenticate',
]);
const SENDABLE = /^[\t\x20-\x7E]*$/;

/** The upstream's own `Retry-After`, or null. */
export function retryAfterOf(kept: readonly string[]): string | null {
  for (let index = 0; index + 1 < kept.length; index += 2) {
    const value = kept[index + 1] ?? '';
    if (kept[index]?.toLowerCase() === 'retry-after' && SENDABLE.test(value)) return value.trim();
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
