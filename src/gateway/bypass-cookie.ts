import { bypassExpiry } from '../outage/bypass-token.ts';
import type { KeptMaintenance } from '../outage/maintenance.ts';

/** Each planned work has a cookie of its own, so that nobody gets past another one by it. */
const PREFIX = 'candor-bypass-';
const OURS = new RegExp(`(?:^|;)\\s*(${PREFIX}[0-9a-f]+)=`, 'g');

/** The value of a `Cookie` field without the cookies that are ours; null where nothing is left. */
export function withoutBypass(value: string): string | null {
  // Nearly every value has none, and this is on the way of every request.
  if (!value.includes(PREFIX)) return value;
  const left = value.split(';').filter((pair) => !pair.trimStart().startsWith(PREFIX));
  return left.length === 0 ? null : left.join(';').trimStart();
}

/** True where the fields of a request carry a good token for this planned work. */
export function hasBypass(
  rawHeaders: readonly string[],
  kept: KeptMaintenance,
  now: number,
): boolean {
  const mark = `${nameOf(kept)}=`;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const value = rawHeaders[index + 1] ?? '';
    if (!value.includes(mark) || rawHeaders[index]?.toLowerCase() !== 'cookie') continue;
    for (const pair of value.split(';')) {
      const text = pair.trim();
      if (!text.startsWith(mark)) continue;
      if (bypassExpiry(text.slice(mark.length), kept, now) !== null) return true;
    }
  }
  return false;
}

/** The names of the cookies of ours that a browser sends, whatever they are still good for. */
export function bypassNames(rawHeaders: readonly string[]): string[] {
  const names = new Set<string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() !== 'cookie') continue;
    for (const [, name = ''] of (rawHeaders[index + 1] ?? '').matchAll(OURS)) names.add(name);
  }
  return [...names];
}

/** What takes a cookie of ours from a browser. */
export function endedCookie(name: string): string {
  return `${name}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax`;
}

/** What a browser is given that was let past planned work. No script reads it, and no other site sends it. */
export function bypassCookie(
  token: string,
  kept: KeptMaintenance,
  { maxAge, isSecure }: { readonly maxAge: number; readonly isSecure: boolean },
): string {
  const attributes = [`Max-Age=${maxAge}`, 'Path=/', 'HttpOnly', 'SameSite=Lax'];
  if (isSecure) attributes.push('Secure');
  return `${nameOf(kept)}=${token}; ${attributes.join('; ')}`;
}

function nameOf({ maintenance: { id } }: KeptMaintenance): string {
  return `${PREFIX}${id}`;
}
