import type { Cause } from '../outage/cause.ts';
import type { Matter } from './answer.ts';

/** What a cause is called in `Proxy-Status` (RFC 9209, section 2.3); null: the reply speaks for itself. */
export const PROXY_ERROR = {
  no_endpoints: 'destination_unavailable',
  connection_refused: 'connection_refused',
  connection_timeout: 'connection_timeout',
  connection_reset: 'connection_terminated',
  dns_error: 'dns_error',
  tls_error: 'tls_protocol_error',
  response_timeout: 'http_response_timeout',
  bad_response: 'http_protocol_error',
  upstream_status: null,
  probe_failed: 'destination_unavailable',
} as const satisfies Record<Cause, string | null>;

/** Causes that say what happened to a request; kept even where this one was not sent at all. */
const BEFORE_SENDING: ReadonlySet<Cause> = new Set<Cause>([
  'no_endpoints',
  'connection_refused',
  'connection_timeout',
  'connection_reset',
  'dns_error',
  'tls_error',
]);

/**
 * The status of an answer: UX.md, section 2.2; `isPlain503` for the client kinds of section 5 that are
 * told no other one.
 */
export function statusOf(matter: Matter, isPlain503 = false): number {
  if (matter.reason === 'unknown_route') return 404;
  if (isPlain503) return 503;
  if (matter.reason !== 'outage' || matter.signIn || matter.disposition === 'not_processed') {
    return 503;
  }
  const received = matter.receivedStatus;
  // Never another class than the upstream's failure: a 4xx or 2xx of ours would be a lie.
  if (received !== null) return received >= 500 && received <= 599 ? received : 503;
  return matter.cause === 'response_timeout' ? 504 : 502;
}

/** The whole `Proxy-Status` value. No address is ever in it. */
export function proxyStatusOf(matter: Matter): string {
  const error = proxyErrorOf(matter);
  const received = matter.receivedStatus;
  return [
    'candor',
    ...(error === null ? [] : [`error=${error}`]),
    ...(received === null ? [] : [`received-status=${received}`]),
  ].join('; ');
}

function proxyErrorOf({ reason, cause, disposition, ...matter }: Matter): string | null {
  if (reason === 'overload') return 'connection_limit_reached';
  if (reason === 'unknown_route') return 'destination_not_found';
  if (matter.fromLoadBalancer) return 'destination_unavailable';
  if (matter.receivedStatus !== null) return null;
  if (cause === null) return 'destination_unavailable';
  if (disposition === 'not_processed' && !BEFORE_SENDING.has(cause)) {
    return 'destination_unavailable';
  }
  return PROXY_ERROR[cause];
}
