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

/** The names that are read, in the order of their places in `readFields`. */
const NAMES = [
  'accept',
  'accept-encoding',
  'accept-language',
  'content-type',
  'upgrade',
  'origin',
  'access-control-request-method',
  'access-control-request-headers',
  'soapaction',
  'sec-fetch-dest',
  'sec-fetch-mode',
  'x-requested-with',
  'idempotency-key',
  'host',
  'referer',
];
/** Lengths of the names above: most fields of a request are let go by their length alone. */
const LENGTHS = new Set(NAMES.map((name) => name.length));
const IS_CANDIDATE = Array.from({ length: 32 }, (_, length) => LENGTHS.has(length));
/** Places by the spellings met so far, -1 for other names. Bounded, because a client chooses them. */
const spellings = new Map<string, number>();
const SPELLINGS_KEPT = 512;

/**
 * Reads the fields in one pass. A field that came twice counts as one list, as RFC 9110 section 5.3 has it.
 *
 * Values are gathered by place: a member whose name varies is looked up in a table, a place is not.
 */
export function readFields(rawHeaders: readonly string[]): RequestFields {
  const values = new Array<string | undefined>(NAMES.length).fill(undefined);
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (IS_CANDIDATE[name.length] !== true) continue;
    const place = placeOf(name);
    if (place < 0) continue;
    const before = values[place];
    const value = rawHeaders[index + 1] ?? '';
    values[place] = before === undefined ? value : `${before}, ${value}`;
  }
  return {
    accept: values[0],
    acceptEncoding: values[1],
    acceptLanguage: values[2],
    contentType: values[3],
    upgrade: values[4],
    origin: values[5],
    requestMethod: values[6],
    requestHeaders: values[7],
    soapAction: values[8],
    fetchDest: values[9],
    fetchMode: values[10],
    requestedWith: values[11],
    idempotencyKey: values[12],
    host: values[13],
    referer: values[14],
  };
}

function placeOf(name: string): number {
  const known = spellings.get(name);
  if (known !== undefined) return known;
  const place = NAMES.indexOf(name.toLowerCase());
  if (spellings.size >= SPELLINGS_KEPT) spellings.clear();
  spellings.set(name, place);
  return place;
}
