import { createHmac, timingSafeEqual } from 'node:crypto';

/** Who can sign in to the demo. */
export const DEMO_USER = { email: 'demo@example.com', password: 'demo' } as const;

// The session is a signed value and lives nowhere, so that every replica of the application knows it.
const KEY = 'a demo has no secrets';

/** The value of the session cookie of somebody who signed in. */
export function sessionOf(email: string): string {
  const name = Buffer.from(email).toString('base64url');
  return `${name}.${signatureOf(name)}`;
}

/** Who a request's `Cookie` field says is signed in, or null. */
export function signedInAs(cookie: string | undefined): string | null {
  const [, name, signature] = /(?:^|;\s*)session=([\w-]+)\.([\w-]+)/.exec(cookie ?? '') ?? [];
  if (name === undefined || signature === undefined) return null;
  const given = Buffer.from(signature);
  const expected = Buffer.from(signatureOf(name));
  const isSame = given.length === expected.length && timingSafeEqual(given, expected);
  return isSame ? Buffer.from(name, 'base64url').toString('utf8') : null;
}

function signatureOf(name: string): string {
  return createHmac('sha256', KEY).update(name).digest('base64url');
}
