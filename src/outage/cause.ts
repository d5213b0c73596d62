/** Why there is an outage, or why one request failed. The tokens appear in logs, metrics and the ops API. */
export const CAUSES = [
  'no_endpoints',
  'connection_refused',
  'connection_timeout',
  'connection_reset',
  'dns_error',
  'tls_error',
  'response_timeout',
  'bad_response',
  'upstream_status',
  'probe_failed',
] as const;

export type Cause = (typeof CAUSES)[number];

/**
 * Whether the cause is one of reaching an endpoint, so that an accepted connection disproves it. The
 * others come over an open connection: an application that hangs goes on accepting them.
 */
export function isUnreachable(cause: Cause): boolean {
  return UNREACHABLE.has(cause);
}

const UNREACHABLE: ReadonlySet<Cause> = new Set([
  'no_endpoints',
  'connection_refused',
  'connection_timeout',
  'dns_error',
  'tls_error',
] satisfies Cause[]);

/**
 * What became of a request: `not_processed` when no byte of it reached an endpoint, `unknown` when
 * it was sent and no whole reply came.
 */
export type Disposition = 'not_processed' | 'unknown';
