/** The fields of a request that answers depend on, as they came; undefined where it had none. */
export interface RequestFields {
  accept: string | undefined;
  acceptEncoding: string | undefined;
  acceptLanguage: string | undefined;
  contentType: string | undefined;
  upgrade: string | undefined;
  origin: string | undefined;
  requestMethod: string | undefined;
  requestHeaders: string | undefined;
  soapAction: string | undefined;
  fetchDest: string | undefined;
  fetchMode: string | undefined;
  requestedWith: string | undefined;
  idempotencyKey: string | undefined;
  host: string | undefined;
  referer: string | undefined;
}

const FIELD_OF: Readonly<Record<string, keyof RequestFields>> = {
  accept: 'accept',
  'accept-encoding': 'acceptEncoding',
  'accept-language': 'acceptLanguage',
  'content-type': 'contentType',
  upgrade: 'upgrade',
  origin: 'origin',
  'access-control-request-method': 'requestMethod',
  'access-control-request-headers': 'requestHeaders',
  soapaction: 'soapAction',
  'sec-fetch-dest': 'fetchDest',
  'sec-fetch-mode': 'fetchMode',
  'x-requested-with': 'requestedWith',
  'idempotency-key': 'idempotencyKey',
  host: 'host',
  referer: 'referer',
};
/** Lengths of the names above: most fields of a request are let go by their length alone. */
const LENGTHS = new Set(Object.keys(FIELD_OF).map((name) => name.length));
const IS_CANDIDATE = Array.from({ length: 32 }, (_, length) => LENGTHS.has(length));
/** Spellings met so far. Bounded, because a client chooses them. */
const spellings = new Map<string, keyof RequestFields | null>();
const SPELLINGS_KEPT = 512;

/**
 * Reads the fields in one pass. A field that came twice counts as one list, as RFC 9110 section 5.3 has it.
 */
export function readFields(rawHeaders: readonly string[]): RequestFields {
  const fields: RequestFields = {
    accept: undefined,
    acceptEncoding: undefined,
    acceptLanguage: undefined,
    contentType: undefined,
    upgrade: undefined,
    origin: undefined,
    requestMethod: undefined,
    requestHeaders: undefined,
    soapAction: undefined,
    fetchDest: undefined,
    fetchMode: undefined,
    requestedWith: undefined,
    idempotencyKey: undefined,
    host: undefined,
    referer: undefined,
  };
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (IS_CANDIDATE[name.length] !== true) continue;
    const field = fieldOf(name);
    if (field === null) continue;
    const before = fields[field];
    const value = rawHeaders[index + 1] ?? '';
    fields[field] = before === undefined ? value : `${before}, ${value}`;
  }
  return fields;
}

function fieldOf(name: string): keyof RequestFields | null {
  const known = spellings.get(name);
  if (known !== undefined) return known;
  const lower = name.toLowerCase();
  const field = Object.hasOwn(FIELD_OF, lower) ? (FIELD_OF[lower] ?? null) : null;
  if (spellings.size >= SPELLINGS_KEPT) spellings.clear();
  spellings.set(name, field);
  return field;
}
