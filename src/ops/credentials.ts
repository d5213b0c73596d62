import type { Request } from 'express';

/** What somebody who asks is known by. */
export interface Credentials {
  /** The name that a browser was given with the token; null where there is none. */
  readonly name: string | null;
  readonly token: string;
}

/** What the request says of who sends it: a bearer token, or HTTP Basic with the token as the password. */
export function credentialsOf(request: Request): Credentials | null {
  const [, scheme, given = ''] =
    /^(Bearer|Basic) +(\S+) *$/i.exec(request.headers.authorization ?? '') ?? [];
  if (scheme === undefined) return null;
  if (scheme.toLowerCase() === 'bearer') return { name: null, token: given };
  const text = Buffer.from(given, 'base64').toString();
  const colon = text.indexOf(':');
  return colon < 0 ? null : { name: text.slice(0, colon) || null, token: text.slice(colon + 1) };
}
