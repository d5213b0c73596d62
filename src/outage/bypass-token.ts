import { createHmac, timingSafeEqual } from 'node:crypto';
import type { KeptMaintenance } from './maintenance.ts';

const TOKEN = /^([0-9a-f]{12})\.([0-9a-z]{1,12})\.([\w-]{43})$/;
/** So long a text is looked at; ours are shorter. */
const LONGEST = 100;

/**
 * A token that lets its bearer past planned work, until that work expires as it is now planned:
 * `WORK.EXPIRES.SIGNATURE`. It is signed with the work's own key, which is gone with the work: then no
 * token is good, whatever it says.
 */
export function bypassToken({ maintenance, key }: KeptMaintenance): string {
  const signed = `${maintenance.id}.${maintenance.expiresAt.toString(36)}`;
  return `${signed}.${signature(signed, key)}`;
}

/** Of which work a token says that it is; nothing is proved by it. Null for what is no token. */
export function workOf(token: string): string | null {
  return token.length > LONGEST ? null : (TOKEN.exec(token)?.[1] ?? null);
}

/** When a token expires; null where it is not good for this work at this time. */
export function bypassExpiry(token: string, kept: KeptMaintenance, now: number): number | null {
  if (workOf(token) !== kept.maintenance.id) return null;
  const [id, expires = '', given = ''] = token.split('.');
  const expected = signature(`${id}.${expires}`, kept.key);
  if (!timingSafeEqual(Buffer.from(given), Buffer.from(expected))) return null;
  const at = Number.parseInt(expires, 36);
  return at > now ? at : null;
}

function signature(signed: string, key: Buffer): string {
  return createHmac('sha256', key).update(`bypass ${signed}`).digest('base64url');
}
