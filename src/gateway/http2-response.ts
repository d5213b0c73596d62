import { constants, type ServerHttp2Stream } from 'node:http2';
import type { ClientResponse } from './client-message.ts';
import type { Http2Request } from './http2-request.ts';
import type { ReplyHead } from './reply.ts';

/** What is of an HTTP/1.1 connection has no meaning in HTTP/2, and must not be sent (RFC 9113, section 8.2.2). */
const OF_THE_CONNECTION: ReadonlySet<string> = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/** What resets a stream with INTERNAL_ERROR. */
const BROKEN_OFF = new Error('the response is broken off');

/**
 * The response to a request on a stream of an HTTP/2 connection, with as much of node:http's
 * `ServerResponse` as this folder uses.
 *
 * The head leaves with the first bytes of the body, or alone and as the end of the stream where there
 * are none: what gRPC calls trailers-only. What breaks off is reset, so that no client takes it for whole.
 */
export class Http2Response implements ClientResponse {
  readonly req: Http2Request;
  readonly socket = null;
  statusCode = 200;
  shouldKeepAlive = true;
  headersSent = false;
  chunkedEncoding = true;
  writableEnded = false;
  readonly #stream: ServerHttp2Stream;
  #fields: string[] = [];
  #hasLeft = false;
  #waitsForTrailers = false;
  #bytesWritten = 0;
  #trailers: Record<string, string[]> | null = null;

  constructor(stream: ServerHttp2Stream, request: Http2Request) {
    this.#stream = stream;
    this.req = request;
  }

  get writableFinished(): boolean {
    return this.writableEnded && this.#stream.writableFinished;
  }

  get destroyed(): boolean {
    return this.#stream.closed || this.#stream.destroyed;
  }

  get writableLength(): number {
    return this.#stream.writableLength;
  }

  /** How much of what was written the client has taken. */
  get bytesTaken(): number {
    return this.#bytesWritten - this.#stream.writableLength;
  }

  writeHead(status: number, _reasonPhrase: string, fields: readonly string[]): void {
    this.headersSent = true;
    this.statusCode = status;
    // HTTP/2 knows no status above 599; a client takes one for a fault of the server (RFC 9110, section 15).
    const sent = [':status', status > 599 ? '502' : String(status)];
    for (let index = 0; index < fields.length; index += 2) {
      const name = (fields[index] ?? '').toLowerCase();
      const value = fields[index + 1] ?? '';
      if (OF_THE_CONNECTION.has(name)) continue;
      if (name === 'content-length') this.chunkedEncoding = false;
      if (/[\0\r\n]/.test(value))
        throw new TypeError(`the field ${name} holds a control character`);
      sent.push(name, value);
    }
    this.#fields = sent;
  }

  sendPrinted(): boolean {
    return false; // What is printed is a message of HTTP/1.1.
  }

  writeReplyHead({ status, reasonPhrase, fields }: ReplyHead): void {
    this.writeHead(status, reasonPhrase, fields);
  }

  flushHeaders(): void {
    this.#sendHead(false);
  }

  write(chunk: Buffer | string, encoding?: 'latin1', onWritten?: () => void): boolean {
    this.#sendHead(false);
    this.#bytesWritten += chunk.length;
    return !this.#stream.writable || this.#stream.write(chunk, encoding ?? 'utf8', onWritten);
  }

  addTrailers(trailers: readonly [string, string][]): void {
    const named: Record<string, string[]> = Object.create(null);
    for (const [name, value] of trailers) {
      const key = name.toLowerCase();
      named[key] = [...(named[key] ?? []), value];
    }
    this.#trailers = named;
  }

  end(body?: Buffer | string, encoding?: 'latin1'): void {
    if (this.writableEnded) return;
    this.writableEnded = true;
    const isEmpty = body === undefined || body.length === 0;
    this.#sendHead(isEmpty && this.#trailers === null);
    if (this.#stream.writable) {
      if (isEmpty) this.#stream.end();
      else {
        this.#bytesWritten += body.length;
        this.#stream.end(body, encoding ?? 'utf8');
      }
    }
    if (!this.#waitsForTrailers) this.#endRequest();
  }

  writeContinue(): void {
    this.inform(100, []);
  }

  inform(status: number, fields: readonly string[]): void {
    if (this.#hasLeft || this.destroyed) return;
    const named: Record<string, string[]> = Object.create(null);
    for (let index = 0; index < fields.length; index += 2) {
      const name = (fields[index] ?? '').toLowerCase();
      if (OF_THE_CONNECTION.has(name)) continue;
      named[name] = [...(named[name] ?? []), fields[index + 1] ?? ''];
    }
    this.#stream.additionalHeaders({ ...named, ':status': status });
  }

  destroy(): void {
    // With an error, which resets it: `close` would end the body first, as if it were whole.
    this.#stream.destroy(BROKEN_OFF);
  }

  once(event: 'close' | 'drain', listener: () => void): void {
    this.#stream.once(event, listener);
  }

  emit(event: 'drain'): boolean {
    return this.#stream.emit(event);
  }

  #sendHead(isLast: boolean): void {
    if (this.#hasLeft || this.destroyed) return;
    this.#hasLeft = true;
    const endStream = isLast || this.req.method === 'HEAD';
    const waitForTrailers = !endStream && this.chunkedEncoding;
    if (waitForTrailers) this.#stream.once('wantTrailers', () => this.#sendTrailers());
    this.#waitsForTrailers = waitForTrailers;
    this.#stream.respond(this.#fields, { endStream, waitForTrailers });
  }

  /** The body has left, and nothing else ends the stream. */
  #sendTrailers(): void {
    if (this.destroyed) return;
    this.#stream.sendTrailers(this.#trailers ?? {});
    // node:http2 sends them in the same phase, before this.
    setImmediate(() => this.#endRequest());
  }

  /** The response is whole: nobody reads what the client may still send (RFC 9113, section 8.1). */
  #endRequest(): void {
    if (!this.req.complete && !this.destroyed) this.#stream.close(constants.NGHTTP2_NO_ERROR);
  }
}
