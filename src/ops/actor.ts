import type { Request } from 'express';
import type { OpsSettings } from '../config/settings.ts';
import type { Actor } from '../outage/acts.ts';
import { credentialsOf } from './credentials.ts';

/** Printable ASCII, as `candor maintenance` sends it; what is longer or odd is not taken for a name. */
const NAME = /^[\x20-\x7e]{1,64}$/;

/**
 * Who asks, for the record of acts: the name that the `Candor-Operator` field says, or that a browser was
 * given with the token, and what let it in.
 */
export function actorOf(request: Request, { token }: Pick<OpsSettings, 'token'>): Actor {
  const said = request.get('Candor-Operator')?.trim() ?? credentialsOf(request)?.name ?? '';
  return { name: NAME.test(said) ? said : null, through: token === null ? 'loopback' : 'token' };
}
