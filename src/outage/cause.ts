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
 * What became of a request: `not_processed` when no byte of it reached an endpoint, `unknown` when
 * it was sent and no whole reply came.
 */
export type Disposition = 'not_processed' | 'unknown';
