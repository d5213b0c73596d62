/** The bounds on what clients may take, by their names in metrics: those of their settings under `limits`. */
export const LIMITS = [
  'header_bytes',
  'target_bytes',
  'head_timeout',
  'body_bytes',
  'body_rate',
  'send_timeout',
  'connections',
  'idle_connections',
  'connections_per_address',
  'tunnels',
  'tunnel_idle',
  'inspect_bytes',
  'memory',
  'event_streams',
] as const;

/** One of them. */
export type Limit = (typeof LIMITS)[number];

/** Why a request is refused for what it is; 500 for an error of ours. */
export interface Refusal {
  readonly status: 400 | 405 | 408 | 413 | 414 | 431 | 500 | 501 | 505;
  /** For the client, in plain words; holds nothing that the client sent. */
  readonly detail: string;
  /** The limit that it goes beyond, if that is why. */
  readonly limit?: Limit;
}

/** What a client is told that asks for more than the gateway takes. RFC 9110, section 15.5. */
export const TARGET_TOO_LONG = {
  status: 414,
  detail: 'The request target is too long.',
  limit: 'target_bytes',
} as const satisfies Refusal;
/** The same of a head; RFC 6585, section 5. */
export const HEAD_TOO_LARGE = {
  status: 431,
  detail: 'The header fields of the request are too large.',
  limit: 'header_bytes',
} as const satisfies Refusal;
/** The same of a body. */
export const BODY_TOO_LONG = {
  status: 413,
  detail: 'The body of the request is too long.',
  limit: 'body_bytes',
} as const satisfies Refusal;
/** What a client is told whose request took too long to come. */
export const HEAD_TOO_SLOW = {
  status: 408,
  detail: 'The request took too long to arrive.',
  limit: 'head_timeout',
} as const satisfies Refusal;
/** The same of its body. */
export const BODY_TOO_SLOW = {
  status: 408,
  detail: 'The body of the request took too long to arrive.',
  limit: 'body_rate',
} as const satisfies Refusal;
/** The request itself is one that no client of ours can send. */
export const UNSENDABLE = {
  status: 400,
  detail: 'The request cannot be forwarded.',
} as const satisfies Refusal;
