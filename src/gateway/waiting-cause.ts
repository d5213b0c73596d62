import type { Cause } from '../outage/cause.ts';
import type { Upstream } from '../upstream/upstream.ts';

/**
 * Why there is no endpoint to send a request to: that none is listed, or the trouble of those that are,
 * of which only one request at a time may try one.
 */
export function causeOfAbsence({
  belief: { verdict },
  discovery,
}: Pick<Upstream, 'belief' | 'discovery'>): Cause {
  if (verdict.state === 'up') return 'no_endpoints';
  return discovery.count > 0 || verdict.cause === 'dns_error' ? verdict.cause : 'no_endpoints';
}

/** Why requests wait: the trouble that there is, or the last one, from which the upstream has just come back. */
export function causeOfWaiting({
  belief,
  lastTrouble,
}: Pick<Upstream, 'belief' | 'lastTrouble'>): Cause {
  if (belief.verdict.state !== 'up') return belief.verdict.cause;
  const past = lastTrouble?.belief.verdict;
  return past === undefined || past.state === 'up' ? 'no_endpoints' : past.cause;
}
