import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type SecureClientSessionOptions,
} from 'node:http2';
import { onTestFinished } from 'vitest';

/** One HTTP/2 connection of a client. */
export interface Http2Client {
  readonly session: ClientHttp2Session;
  /** Sends a request whose body, if any, ends with its head; resolves when the stream is over. */
  ask(asking?: Http2Asking): Promise<Http2Got>;
  /** Sends the head of a request, and leaves the rest to the test. */
  open(asking?: Http2Asking): Http2Open;
}

/** What to ask with, as it stands: pseudo-fields that are not given are those of `GET /`. */
export interface Http2Asking {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Fields in the place of `headers`, in their order: name and value in turn. */
  readonly raw?: readonly string[];
  readonly body?: string | Buffer;
}

/** What came back on one stream. */
export interface Http2Got {
  /** 0 where no head came. */
  readonly status: number;
  /** Name and value in turn, without `:status`, as they came. */
  readonly fields: readonly string[];
  readonly body: Buffer;
  readonly text: string;
  readonly trailers: readonly string[];
  /** Statuses of interim replies, each with its fields. */
  readonly interim: readonly { readonly status: number; readonly fields: readonly string[] }[];
  /** The head was the end of the stream. */
  readonly isHeadOnly: boolean;
  /** How the stream ended: `NO_ERROR`, or what it was reset with. */
  readonly code: string;
  /** The first value of a field, or null. */
  field(name: string): string | null;
}

/** A request under way. */
interface Http2Open {
  readonly stream: ClientHttp2Stream;
  readonly over: Promise<Http2Got>;
}

/** Opens a connection that closes when the running test is over: by prior knowledge, or by ALPN. */
export async function connectHttp2(
  url: string,
  options: SecureClientSessionOptions = {},
): Promise<Http2Client> {
  const session = connect(url, { rejectUnauthorized: false, ...options });
  session.on('error', () => undefined); // Told by what becomes of the streams.
  onTestFinished(() => session.destroy());
  await new Promise((resolve) => session.once('connect', resolve).once('close', resolve));
  const open = (asking: Http2Asking = {}) => openStream(session, asking);
  return { session, open, ask: (asking) => open(asking).over };
}

/** One request on a connection of its own. */
export async function askHttp2(url: string, asking: Http2Asking = {}): Promise<Http2Got> {
  const client = await connectHttp2(url);
  const got = await client.ask(asking);
  client.session.close();
  return got;
}

function openStream(session: ClientHttp2Session, asking: Http2Asking): Http2Open {
  const { method = 'GET', path = '/', headers = {}, raw, body } = asking;
  const isWhole = body !== undefined || method === 'GET' || method === 'HEAD';
  const pseudo =
    method === 'CONNECT' ? { ':method': method } : { ':method': method, ':path': path };
  const stream = session.request(
    raw === undefined ? { ...pseudo, ...headers } : rawHead(method, path, raw),
    { endStream: isWhole && body === undefined },
  );
  if (body !== undefined) stream.end(body);
  return { stream, over: readStream(stream) };
}

function rawHead(method: string, path: string, raw: readonly string[]): readonly string[] {
  return [':method', method, ':scheme', 'http', ':path', path, ':authority', 'a', ...raw];
}

function readStream(stream: ClientHttp2Stream): Promise<Http2Got> {
  const chunks: Buffer[] = [];
  const interim: Http2Got['interim'][number][] = [];
  const head = { status: 0, fields: [] as readonly string[], isHeadOnly: false };
  let trailers: readonly string[] = [];
  stream.on('headers', (fields, _flags, raw: unknown) => {
    interim.push({ status: Number(fields[':status']), fields: plainFields(raw) });
  });
  stream.on('response', (fields, flags, raw: unknown) => {
    head.status = Number(fields[':status']);
    head.fields = plainFields(raw);
    head.isHeadOnly = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
  });
  stream.on('trailers', (_fields, _flags, raw: unknown) => {
    trailers = plainFields(raw);
  });
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('error', () => undefined); // A reset, which `code` tells.
  const { promise, resolve } = Promise.withResolvers<Http2Got>();
  stream.once('close', () => {
    const body = Buffer.concat(chunks);
    resolve({
      ...head,
      body,
      text: body.toString(),
      trailers,
      interim,
      code: CODES[stream.rstCode ?? 0] ?? String(stream.rstCode),
      field: (name) => firstValue(head.fields, name),
    });
  });
  return promise;
}

/** node:http2 emits the fields as they came as its third argument, which its types leave out. */
function plainFields(raw: unknown): readonly string[] {
  const all = raw as readonly string[];
  return all.filter((_part, index) => !all[index - (index % 2)]?.startsWith(':'));
}

const CODES: Readonly<Record<number, string>> = {
  [constants.NGHTTP2_NO_ERROR]: 'NO_ERROR',
  [constants.NGHTTP2_PROTOCOL_ERROR]: 'PROTOCOL_ERROR',
  [constants.NGHTTP2_INTERNAL_ERROR]: 'INTERNAL_ERROR',
  [constants.NGHTTP2_REFUSED_STREAM]: 'REFUSED_STREAM',
  [constants.NGHTTP2_CANCEL]: 'CANCEL',
  [constants.NGHTTP2_ENHANCE_YOUR_CALM]: 'ENHANCE_YOUR_CALM',
};

function firstValue(fields: readonly string[], name: string): string | null {
  const place = fields.findIndex((part, index) => index % 2 === 0 && part === name);
  return place === -1 ? null : (fields[place + 1] ?? null);
}
