import type { ServerHttp2Stream } from 'node:http2';
import type { ClientRequest } from './client-message.ts';

/** What the pseudo-fields and the fields of a request say (RFC 9113, section 8.3.1). */
interface Head {
  readonly method: string;
  readonly target: string;
  /** As HTTP/1.1 would have them. */
  readonly fields: string[];
  /** Length of the fields, counted as the lines of an HTTP/1.1 head. */
  readonly bytes: number;
}

/**
 * A request that came on a stream of an HTTP/2 connection, as HTTP/1.1 would have it: the authority is
 * a Host field, cookies are in one line, and a body without a length has a transfer coding.
 */
export class Http2Request implements ClientRequest {
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: readonly string[];
  readonly headers: ClientRequest['headers'];
  readonly httpVersionMinor = 1;
  readonly socket = null;
  readonly hasBody: boolean;
  /** Of its head. */
  readonly bytes: number;
  rawTrailers: readonly string[] = [];
  readonly #stream: ServerHttp2Stream;
  #onEnd: (() => void) | null = null;
  #isListening = false;

  constructor(
    stream: ServerHttp2Stream,
    { raw, headers, hasBody }: RawHead & { readonly headers: ClientRequest['headers'] },
  ) {
    const { method, target, fields, bytes } = readHead({ raw, hasBody });
    this.method = method;
    this.url = target;
    this.rawHeaders = fields;
    this.headers = headers;
    this.hasBody = hasBody;
    this.bytes = bytes;
    this.#stream = stream;
    if (hasBody)
      stream.once('trailers', (_trailers, _flags, rawTrailers) => this.#keep(rawTrailers));
  }

  get complete(): boolean {
    return !this.hasBody || this.#stream.readableEnded;
  }

  get readableLength(): number {
    return this.#stream.readableLength;
  }

  get readableEnded(): boolean {
    return this.#stream.readableEnded;
  }

  on(_event: 'data', listener: (chunk: Buffer) => void): void {
    this.#stream.on('data', listener);
  }

  once(event: 'end' | 'close', listener: () => void): void {
    if (event === 'close') {
      this.#stream.once('close', listener);
      return;
    }
    this.#onEnd = listener;
    if (this.#isListening) return;
    this.#isListening = true;
    this.#stream.once('end', () => {
      // A stream that its client resets ends as well: half a body must not pass for a whole one.
      if (!this.#stream.aborted && this.#stream.rstCode === 0) this.#onEnd?.();
    });
  }

  off(event: 'data' | 'end', listener: (chunk: Buffer) => void): void {
    if (event === 'data') this.#stream.off('data', listener);
    else this.#onEnd = null;
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  #keep(rawTrailers: unknown): void {
    // node:http2 emits them as it does the fields of a head, which its types leave out.
    this.rawTrailers = Array.isArray(rawTrailers) ? rawTrailers : [];
  }
}

/** Name and value in turn, as node:http2 hands them on, the pseudo-fields first. */
interface RawHead {
  readonly raw: readonly string[];
  readonly hasBody: boolean;
}

function readHead({ raw, hasBody }: RawHead): Head {
  const pseudo: Record<string, string> = {};
  const fields: string[] = [];
  let bytes = 0;
  let cookieAt = -1;
  let hasLength = false;
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] ?? '';
    const value = raw[index + 1] ?? '';
    bytes += name.length + value.length + LINE_BYTES;
    if (name.startsWith(':')) pseudo[name] = value;
    else if (name === 'cookie' && cookieAt !== -1) fields[cookieAt] += `; ${value}`;
    else {
      if (name === 'cookie') cookieAt = fields.length + 1;
      hasLength ||= name === 'content-length';
      fields.push(name, value);
    }
  }
  const { ':method': method = 'GET', ':path': target = '', ':authority': authority } = pseudo;
  if (hasBody && !hasLength) fields.push('transfer-encoding', 'chunked');
  return { method, target, fields: withHost(fields, authority), bytes };
}

/** `: ` and the end of the line. */
const LINE_BYTES = 4;

/**
 * The authority as a Host field. One that the client sent beside it and that says the same goes; with
 * one that does not there are two, which is refused as in HTTP/1.1 (RFC 9113, section 8.3.1).
 */
function withHost(fields: string[], authority: string | undefined): string[] {
  if (authority === undefined) return fields;
  const place = fields.findIndex((part, index) => index % 2 === 0 && part === 'host');
  if (place !== -1 && fields[place + 1]?.toLowerCase() === authority.toLowerCase()) {
    fields.splice(place, 2);
  }
  fields.unshift('host', authority);
  return fields;
}
