import type { Dispatcher } from 'undici';
import { MOST_TRIAL_MS } from '../upstream/trial-gate.ts';
import type { Attempt } from './attempt.ts';
import type { Connections, Outgoing, Sending } from './connections.ts';
import { expectsContinue } from './expecting-client.ts';
import type { RequestBody } from './request-body.ts';
import { isRepeatable } from './retry.ts';

/** What sends the request of an attempt: by what it is, and whether a connection that was used before will do. */
export function clientFor({ traveller, isFresh }: Attempt, connections: Connections): Sending {
  const { head, request } = traveller;
  const isLight = isRepeatable(head) && head.upgrade === null;
  const expecting = head.hasBody && expectsContinue(request) ? connections.expecting() : null;
  return expecting ?? (isFresh ? connections.fresh(isLight) : connections.take(isLight));
}

/** The request of an attempt as that sends it. */
export function outgoingOf({ traveller, ticket }: Attempt, body: RequestBody | null): Outgoing {
  const { head } = traveller;
  const { fields, isTrial, route } = ticket;
  const { responseMs } = route.upstream.settings.timeouts;
  return {
    path: head.target,
    // undici's type lists the common methods; it takes any token.
    method: head.method as Dispatcher.HttpMethod,
    headers: fields,
    body,
    upgrade: head.upgrade,
    servername: 'endpoint', // Not looked at: the dialer knows the name.
    acceptsTrailers: head.acceptsTrailers,
    ...(head.mayBeSilent ? { bodyTimeout: 0 } : undefined),
    ...(isTrial ? { headersTimeout: Math.min(responseMs, MOST_TRIAL_MS) } : undefined),
  };
}

/** Whether an attempt failed because the request itself is one that cannot be sent: its client's fault. */
export function isUnsendable({ code }: Error & { readonly code?: string }): boolean {
  return UNSENDABLE.has(code);
}

const UNSENDABLE: ReadonlySet<string | undefined> = new Set([
  'UND_ERR_INVALID_ARG',
  'UND_ERR_NOT_SUPPORTED',
  'CANDOR_UNSENDABLE',
]);
