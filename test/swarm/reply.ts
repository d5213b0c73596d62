import { CREDENTIALS_SENTENCE } from '../../src/demo/login-site.ts';
import type { Received } from './client.ts';

/**
 * What a client got.
 *
 * `normal` and `refused` are the application's own: it served, or it said that a password is wrong.
 * `honest` is an answer of the gateway. The other two are what nobody may ever get: `raw` is an
 * error as it comes from below, or none at all; `false_blame` blames the user for the outage.
 */
export type ReplyKind = 'normal' | 'refused' | 'honest' | 'raw' | 'false_blame';

/**
 * Judges a reply by what the client sees. `passwordIsWrong` is true for the one client whose
 * password is: to it, and only from a login site that could ask, the sentence is the truth.
 */
export function kindOf({ status, headers, body }: Received, passwordIsWrong: boolean): ReplyKind {
  if (body.includes(CREDENTIALS_SENTENCE)) return passwordIsWrong ? 'refused' : 'false_blame';
  if (isMarked(headers)) return 'honest';
  return status >= 200 && status < 400 ? 'normal' : 'raw';
}

/** The gateway says of each answer that it makes up that it is its own, and why. */
function isMarked(headers: Received['headers']): boolean {
  return headers['candor-disposition'] !== undefined && headers['proxy-status'] !== undefined;
}
