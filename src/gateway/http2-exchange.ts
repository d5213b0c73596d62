import { STATUS_CODES } from 'node:http';
import { type ClientHttp2Session, type ClientHttp2Stream, constants } from 'node:http2';
import type { Dispatcher } from 'undici';
import { errorOf } from '../upstream/cause-of.ts';
import type { Outgoing } from './connections.ts';
import { watchEndStream } from './end-stream.ts';
import { streamError, unsendable } from './http2-error.ts';
import {
  http2Fields,
  http2Trailers,
  lengthIn,
  statusIn,
  withoutPseudoFields,
} from './http2-fields.ts';
import { nextDeadline, noReplyInTime, type ReplyTimes } from './reply-deadline.ts';
import type { RequestBody } from './request-body.ts';
import type { Enrolled } from './roll.ts';

/** What an exchange tells the session that it runs on. */
export interface Carrier {
  /** The last stream that the endpoint says it may have looked at; null before it has said so. */
  readonly lastStreamId: number | null;
  /** Something of the endpoint has come. */
  heard(): void;
  /** The endpoint takes no more on this connection. */
  refused(): void;
  done(exchange: Http2Exchange): void;
}

/**
 * One request on an HTTP/2 stream, and the controller that its handler gets: undici's interface, so that
 * an `Exchange` need not know which client serves it.
 *
 * Body and reply flow at the same time, each with backpressure of its own.
 */
export class Http2Exchange implements Dispatcher.DispatchController, Enrolled<Http2Exchange> {
  ahead: Http2Exchange | null = null;
  behind: Http2Exchange | null = null;
  rawHeaders: string[] | null = null;
  rawTrailers: string[] | null = null;
  aborted = false;
  paused = false;
  reason: Error | null = null;
  readonly #request: Outgoing;
  readonly #handler: Dispatcher.DispatchHandler;
  readonly #times: ReplyTimes;
  #carrier: Carrier | null = null;
  #stream: ClientHttp2Stream | null = null;
  #cancel: AbortController | null = null;
  /** When the reply has taken too long; no end while it is for the client to read, or to send. */
  #deadline = Number.POSITIVE_INFINITY;
  #hasHead = false;
  #isSent = false;
  /** The endpoint has ended its stream: RFC 9113, section 8.1, knows no other end of a whole reply. */
  #hasEndStream = false;
  /** The reply is whole. */
  #hasEnded = false;
  /** Bytes of the reply's body still to come, where it says its length. */
  #remaining: number | null = null;
  #isOver = false;

  constructor(request: Outgoing, handler: Dispatcher.DispatchHandler, times: ReplyTimes) {
    this.#request = request;
    this.#handler = handler;
    this.#times = times;
  }

  /** Whether the endpoint has the request and has said nothing yet. */
  get awaitsHead(): boolean {
    return this.#stream !== null && !this.#hasHead;
  }

  /** Sends the request on a session that is open. */
  start(session: ClientHttp2Session, carrier: Carrier): void {
    this.#carrier = carrier;
    this.#attempt(() => this.#handler.onRequestStart?.(this, null));
    if (this.#isOver) return;
    const { body } = this.#request;
    try {
      this.#stream = session.request(http2Fields(this.#request), {
        endStream: body === null,
        ...(body === null ? undefined : this.#bodyOptions(body)),
      });
    } catch (error) {
      return this.fail(unsendable(error));
    }
    this.#listen(this.#stream);
    if (body !== null) this.#send(this.#stream, body);
    this.#isSent = body === null;
    this.#moved();
  }

  pause(): void {
    this.paused = true;
    this.#deadline = Number.POSITIVE_INFINITY;
    this.#stream?.pause();
  }

  resume(): void {
    if (!this.paused || this.#isOver) return;
    this.paused = false;
    this.#moved();
    this.#stream?.resume();
  }

  abort(reason: Error): void {
    this.aborted = true;
    this.fail(reason);
  }

  fail(error: Error): void {
    if (this.#isOver) return;
    this.reason = error;
    this.#end();
    this.#handler.onResponseError?.(this, error);
  }

  checkTime(now: number): void {
    if (now >= this.#deadline) this.fail(noReplyInTime());
  }

  #listen(stream: ClientHttp2Stream): void {
    let failure: Error | null = null;
    watchEndStream(stream, () => {
      this.#hasEndStream = true;
    });
    stream.on('headers', (_fields, _flags, raw: string[]) => this.#onInformational(raw));
    stream.on('response', (_fields, _flags, raw: string[]) => this.#onHead(stream, raw));
    stream.on('trailers', (_fields, _flags, raw: string[]) => {
      this.rawTrailers = raw;
    });
    stream.on('error', (error: Error) => {
      failure = error;
    });
    stream.on('close', () => {
      if (!this.#isOver) this.#onBroken(stream, failure);
    });
  }

  #onInformational(raw: string[]): void {
    const status = statusIn(raw);
    if (this.#hasHead || Number.isNaN(status)) return;
    this.#came();
    this.#attempt(() => this.#toHandler(status, raw));
  }

  #onHead(stream: ClientHttp2Stream, raw: string[]): void {
    if (this.#isOver) return;
    this.#hasHead = true;
    this.#came();
    const status = statusIn(raw);
    const { method } = this.#request;
    if (method !== 'HEAD' && status !== 204 && status !== 304) this.#remaining = lengthIn(raw);
    this.#attempt(() => this.#toHandler(status, raw));
    if (this.#isOver) return;
    // Listened to from here on only: a small body that comes with its head would overtake it.
    stream.on('data', (chunk: Buffer) => this.#onData(chunk));
    stream.on('end', () => this.#onEnd(stream));
    if (this.paused) stream.pause();
  }

  #toHandler(status: number, raw: string[]): void {
    this.rawHeaders = withoutPseudoFields(raw);
    this.#handler.onResponseStart?.(this, status, {}, STATUS_CODES[status] ?? '');
  }

  #onData(chunk: Buffer): void {
    if (this.#remaining !== null) this.#remaining -= chunk.length;
    this.#came();
    this.#attempt(() => this.#handler.onResponseData?.(this, chunk));
  }

  #onEnd(stream: ClientHttp2Stream): void {
    if (this.#isOver) return;
    // A stream that was cut off ends as well: `close` follows, and says so.
    const isWhole = this.#hasEndStream && (this.#remaining ?? 0) === 0;
    if (stream.rstCode !== constants.NGHTTP2_NO_ERROR || !isWhole) return;
    this.#hasEnded = true;
    this.#attempt(() => this.#handler.onResponseEnd?.(this, {}));
    if (!this.#isOver) this.#end();
  }

  #onBroken(stream: ClientHttp2Stream, error: Error | null): void {
    const lastStreamId = this.#carrier?.lastStreamId ?? null;
    const failure = streamError({ stream, error, hasHead: this.#hasHead, lastStreamId });
    if (stream.rstCode === constants.NGHTTP2_REFUSED_STREAM) this.#carrier?.refused();
    this.fail(failure);
  }

  /**
   * A stream with a body is cancelled by a signal: node's `close` sends END_STREAM in front of the reset, by
   * which half a body looks whole, and fails an assertion of its own where trailers are still to come.
   */
  #bodyOptions({ mayHaveTrailers }: RequestBody) {
    this.#cancel = new AbortController();
    return { signal: this.#cancel.signal, waitForTrailers: mayHaveTrailers };
  }

  #send(stream: ClientHttp2Stream, body: RequestBody): void {
    if (body.mayHaveTrailers) {
      stream.on('wantTrailers', () =>
        this.#attempt(() => stream.sendTrailers(http2Trailers(body.rawTrailers))),
      );
    }
    body.on('data', () => this.#moved());
    body.once('end', () => {
      this.#isSent = true;
      this.#moved();
    });
    body.pipe(stream);
  }

  #end(): void {
    this.#isOver = true;
    this.#request.body?.destroy();
    const stream = this.#stream;
    const isThrough = stream?.closed === true || (this.#hasEnded && stream?.writableFinished);
    // The rest of a reply, or of a body that its endpoint has answered already, has no reader any more.
    if (stream !== null && !isThrough) {
      if (this.#cancel === null) stream.close(constants.NGHTTP2_CANCEL);
      else this.#cancel.abort();
    }
    stream?.resume();
    this.#carrier?.done(this);
  }

  /** What the endpoint sends may be nothing that the handler can write. */
  #attempt(step: () => void): void {
    if (this.#isOver) return;
    try {
      step();
    } catch (error) {
      this.fail(errorOf(error));
    }
  }

  #came(): void {
    this.#carrier?.heard();
    this.#moved();
  }

  /** Something came or went: the time for the next part begins, unless it is the client's turn. */
  #moved(): void {
    if (this.paused || this.#isOver) return;
    // A stream that may be silent is its client's to go on with until all of the request is there.
    const isClients = this.#request.bodyTimeout === 0 && !this.#hasHead && !this.#isSent;
    this.#deadline = isClients
      ? Number.POSITIVE_INFINITY
      : nextDeadline(this.#request, this.#times, this.#hasHead);
  }
}
