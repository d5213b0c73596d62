import { FieldTable } from '../answer/field-table.ts';

/**
 * What the gateway does with a header field, decided by its name.
 *
 * One look-up a field on the request's path, so the known spellings are in a map and everything
 * else is end-to-end.
 */
export type FieldKind =
  | 'end_to_end'
  | 'hop_by_hop'
  | 'accept'
  | 'authority'
  | 'connection'
  | 'content_length'
  | 'content_type'
  | 'cookie'
  | 'credentials'
  | 'expect'
  | 'forwarded'
  | 'forwarded_for'
  | 'forwarded_host'
  | 'forwarded_proto'
  | 'max_forwards'
  | 'request_id'
  | 'te'
  | 'trailer'
  | 'transfer_encoding'
  | 'upgrade';

const KINDS: Readonly<Record<Exclude<FieldKind, 'end_to_end'>, readonly string[]>> = {
  // RFC 9110, section 7.6.1, RFC 9113, section 8.2.2, and RFC 7540, section 3.2.1.
  hop_by_hop: [
    'Keep-Alive',
    'Proxy-Connection',
    'Proxy-Authorization',
    'Proxy-Authenticate',
    'Proxy-Authentication-Info',
    'HTTP2-Settings',
  ],
  accept: ['Accept'],
  authority: ['Host'],
  connection: ['Connection'],
  content_length: ['Content-Length'],
  content_type: ['Content-Type'],
  cookie: ['Cookie'],
  credentials: ['Authorization'],
  expect: ['Expect'],
  // Said of the client by whoever stands in front: believed from a trusted proxy only.
  forwarded: [
    'Forwarded',
    'X-Forwarded-Port',
    'X-Forwarded-Server',
    'X-Forwarded-Prefix',
    'X-Forwarded-Ssl',
    'X-Real-IP',
  ],
  forwarded_for: ['X-Forwarded-For'],
  forwarded_host: ['X-Forwarded-Host'],
  forwarded_proto: ['X-Forwarded-Proto'],
  max_forwards: ['Max-Forwards'],
  request_id: ['X-Request-Id'],
  te: ['TE'],
  trailer: ['Trailer'],
  transfer_encoding: ['Transfer-Encoding'],
  upgrade: ['Upgrade'],
};

// `Object.entries` widens the key; KINDS' type says what it is.
const TABLE = new FieldTable(
  Object.entries(KINDS).flatMap(([kind, names]) =>
    names.map((name) => [name, kind as FieldKind] as const),
  ),
);

/** The kind of a field, by its name in any case. */
export function kindOfField(name: string): FieldKind {
  return TABLE.get(name) ?? 'end_to_end';
}

/**
 * The fields that a Connection value nominates as hop-by-hop (RFC 9110, section 7.6.1), lower case;
 * null when it nominates none, which is nearly always.
 *
 * Host and the framing fields are never hop-by-hop, whatever a client nominates: without them two
 * parsers would see two different requests.
 */
export function nominatedBy(connection: string): ReadonlySet<string> | null {
  if (connection === 'keep-alive' || connection === 'close' || connection === 'Keep-Alive') {
    return null;
  }
  const names = new Set<string>();
  for (const option of connection.split(',')) {
    const name = option.trim().toLowerCase();
    if (name !== '' && !CONNECTION_OPTIONS.has(name)) names.add(name);
  }
  return names.size === 0 ? null : names;
}

const CONNECTION_OPTIONS = new Set([
  'close',
  'keep-alive',
  'upgrade',
  'host',
  'content-length',
  'transfer-encoding',
]);
