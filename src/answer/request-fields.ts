import { FieldTable } from './field-table.ts';

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
  'Accept',
  'Accept-Encoding',
  'Accept-Language',
  'Content-Type',
  'Upgrade',
  'Origin',
  'Access-Control-Request-Method',
  'Access-Control-Request-Headers',
  'SOAPAction',
  'Sec-Fetch-Dest',
  'Sec-Fetch-Mode',
  'X-Requested-With',
  'Idempotency-Key',
  'Host',
  'Referer',
] as const;
const NO_VALUES: readonly (string | undefined)[] = NAMES.map(() => undefined);
const PLACES = new FieldTable(NAMES.map((name, place) => [name, place] as const));

/**
 * Reads the fields in one pass. A field that came twice counts as one list, as RFC 9110 section 5.3 has it.
 *
 * Values are gathered by place: a member whose name varies is looked up in a table, a place is not.
 */
export function readFields(rawHeaders: readonly string[]): RequestFields {
  const values = [...NO_VALUES];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const place = PLACES.get(name);
    if (place === undefined) continue;
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
