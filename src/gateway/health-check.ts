import type { Route } from './match-route.ts';
import type { RequestHead } from './request-head.ts';
import { isRepeatable } from './retry.ts';

/** What a balancer in front is told, with status 200. */
export const HEALTHY = 'ok\n';

/**
 * True for a question of a balancer in front that is not answered with an outage: it would take the
 * gateway out in the very outage that it is there for.
 */
export function isHealthCheck(
  route: Pick<Route, 'settings'> | null,
  head: Pick<RequestHead, 'method' | 'hasBody'>,
): boolean {
  return route?.settings.kind === 'healthcheck' && isRepeatable(head);
}
