/** A response as it stood on the wire. Text is latin1, one character a byte. */
export interface RawResponse {
  readonly version: string;
  readonly status: number;
  readonly reason: string;
  /** [name, value], in the order, case and repetition of the wire. */
  readonly fields: readonly (readonly [string, string])[];
  readonly body: string;
  readonly trailers: readonly (readonly [string, string])[];
  readonly isChunked: boolean;
  /** The value of a field, lines joined by a comma and a space; null when there is none. */
  field(name: string): string | null;
}

interface Framing {
  readonly isHead: boolean;
  readonly hasEnded: boolean;
}

/** Reads the response that `bytes` begin with, and how long it is; null when it is not whole. */
export function readResponse(
  bytes: Buffer,
  framing: Framing,
): { readonly response: RawResponse; readonly length: number } | null {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) return null;
  const [line = '', ...rest] = bytes.toString('latin1', 0, end).split('\r\n');
  const [, version = '', status = '', reason = ''] =
    /^(HTTP\/1\.\d) (\d{3}) ?(.*)$/.exec(line) ?? [];
  const fields = fieldsIn(rest);
  const field = (name: string) => valueIn(fields, name);
  const head = { version, status: Number(status), reason, fields, field };
  const body = bodyOf(bytes.subarray(end + 4), head, framing);
  if (body === null) return null;
  const { text, trailers, isChunked, length } = body;
  return { response: { ...head, body: text, trailers, isChunked }, length: end + 4 + length };
}

interface Body {
  readonly text: string;
  readonly trailers: readonly (readonly [string, string])[];
  readonly isChunked: boolean;
  readonly length: number;
}

const NO_BODY: Body = { text: '', trailers: [], isChunked: false, length: 0 };

function bodyOf(
  bytes: Buffer,
  { status, field }: Pick<RawResponse, 'status' | 'field'>,
  { isHead, hasEnded }: Framing,
): Body | null {
  if (isHead || status < 200 || status === 204 || status === 304) return NO_BODY;
  if (field('transfer-encoding') === 'chunked') return chunkedBody(bytes);
  const promised = field('content-length');
  if (promised === null && !hasEnded) return null;
  const length = promised === null ? bytes.length : Number(promised);
  if (bytes.length < length) return null;
  return { ...NO_BODY, text: bytes.toString('latin1', 0, length), length };
}

function chunkedBody(bytes: Buffer): Body | null {
  const parts: string[] = [];
  let offset = 0;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', offset);
    if (lineEnd === -1) return null;
    const size = Number.parseInt(bytes.toString('latin1', offset, lineEnd), 16);
    offset = lineEnd + 2;
    if (size === 0) break;
    if (bytes.length < offset + size + 2) return null;
    parts.push(bytes.toString('latin1', offset, offset + size));
    offset += size + 2;
  }
  const end = bytes.indexOf('\r\n\r\n', offset - 2);
  if (end === -1) return null;
  const trailers =
    end < offset ? [] : fieldsIn(bytes.toString('latin1', offset, end).split('\r\n'));
  return { text: parts.join(''), trailers, isChunked: true, length: end + 4 };
}

function fieldsIn(lines: readonly string[]): (readonly [string, string])[] {
  return lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
  });
}

function valueIn(fields: readonly (readonly [string, string])[], name: string): string | null {
  const values = fields
    .filter(([known]) => known.toLowerCase() === name.toLowerCase())
    .map(([, value]) => value);
  return values.length === 0 ? null : values.join(', ');
}
