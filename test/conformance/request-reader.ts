/** One request as it stood on the wire. Text is latin1, one character a byte. */
export interface SeenRequest {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  /** [name, value], in the order, case and repetition of the wire. */
  readonly fields: readonly (readonly [string, string])[];
  readonly body: string;
  readonly trailers: readonly (readonly [string, string])[];
  readonly isChunked: boolean;
}

/** What a step of reading gave: a head, a whole request, that more is needed, or what is wrong. */
export type Read =
  | { readonly kind: 'head' | 'request'; readonly request: SeenRequest; readonly length: number }
  | { readonly kind: 'more' }
  | { readonly kind: 'fault'; readonly fault: string };

const MORE: Read = { kind: 'more' };
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** What a field value may hold (RFC 9110, section 5.5), white space around it taken off. */
const VALUE = /^(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?$/;

/**
 * Reads the request that `text` begins with, by the letter of RFC 9112.
 *
 * An origin that reads more loosely, or in another way, could see another request: whatever this
 * reader does not take is a fault of the proxy that sent it.
 */
export function readRequest(text: string): Read {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return /[^\r]\n/.test(text) ? faultOf('a bare line feed') : MORE;
  const [line = '', ...lines] = text.slice(0, end).split('\r\n');
  const parts = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([\x21-\x7e]+) (HTTP\/1\.[01])$/.exec(line);
  if (parts === null) return faultOf(`the request line ${JSON.stringify(line.slice(0, 80))}`);
  const fields = fieldsOf(lines);
  if (fields === null) return faultOf('a field line');
  const [, method = '', target = '', version = ''] = parts;
  const head = { method, target, version, fields, body: '', trailers: [], isChunked: false };
  return withBody(head, text, end + 4);
}

/** The values of a field, in their order. */
export function valuesOf(fields: SeenRequest['fields'], name: string): readonly string[] {
  return fields.filter(([known]) => known.toLowerCase() === name).map(([, value]) => value);
}

function withBody(head: SeenRequest, text: string, start: number): Read {
  const codings = valuesOf(head.fields, 'transfer-encoding');
  const lengths = valuesOf(head.fields, 'content-length');
  if (codings.length > 0 && lengths.length > 0) return faultOf('a length and a transfer coding');
  if (codings.length > 0) {
    if (head.version === 'HTTP/1.0') return faultOf('a transfer coding in HTTP/1.0');
    if (codings.join().toLowerCase() !== 'chunked') return faultOf(`the coding ${codings.join()}`);
    return chunked({ ...head, isChunked: true }, text, start);
  }
  if (lengths.length === 0) return { kind: 'request', request: head, length: start };
  const [length = ''] = lengths;
  if (lengths.length > 1 || !/^\d{1,15}$/.test(length))
    return faultOf(`the length ${lengths.join()}`);
  const end = start + Number(length);
  if (text.length < end) return { kind: 'head', request: head, length: start };
  const request = { ...head, body: text.slice(start, end) };
  return { kind: 'request', request, length: end };
}

function chunked(head: SeenRequest, text: string, start: number): Read {
  const part: Read = { kind: 'head', request: head, length: start };
  let body = '';
  let at = start;
  for (;;) {
    const lineEnd = text.indexOf('\r\n', at);
    if (lineEnd === -1) return part;
    const line = text.slice(at, lineEnd);
    if (!/^[0-9A-Fa-f]{1,8}$/.test(line)) return faultOf(`the chunk size ${JSON.stringify(line)}`);
    const size = Number.parseInt(line, 16);
    at = lineEnd + 2;
    if (size === 0) break;
    if (text.length < at + size + 2) return part;
    body += text.slice(at, at + size);
    at += size + 2;
    if (text.slice(at - 2, at) !== '\r\n') return faultOf('the end of a chunk');
  }
  const end = text.indexOf('\r\n\r\n', at - 2);
  if (end === -1) return part;
  const trailers = end < at ? [] : fieldsOf(text.slice(at, end).split('\r\n'));
  if (trailers === null) return faultOf('a trailer');
  return { kind: 'request', request: { ...head, body, trailers }, length: end + 4 };
}

function fieldsOf(lines: readonly string[]): (readonly [string, string])[] | null {
  const fields: (readonly [string, string])[] = [];
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).replace(/^[\t ]+|[\t ]+$/g, '');
    if (colon < 1 || !TOKEN.test(name) || !VALUE.test(value)) return null;
    fields.push([name, value]);
  }
  return fields;
}

function faultOf(what: string): Read {
  return { kind: 'fault', fault: `the origin got ${what}` };
}
