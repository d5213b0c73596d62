import type { Cause } from '../outage/cause.ts';
import type { Belief } from '../outage/verdict.ts';
import type { Upstream } from '../upstream/upstream.ts';

/** Why there is no endpoint to send a request to. */
export function causeOfAbsence({ verdict }: Belief): Cause {
  return verdict.state !== 'up' && verdict.cause === 'dns_error' ? 'dns_error' : 'no_endpoints';
}

/** Why requests wait: the trouble that there is, or the last one, from which the upstream has just come back. */
export function causeOfWaiting({ belief, lastTrouble }: Upstream): Cause {
  if (belief.verdict.state !== 'up') return belief.verdict.cause;
  const past = lastTrouble?.belief.verdict;
  return past === undefined || past.state === 'up' ? 'no_endpoints' : past.cause;
}
