import type { Socket } from 'node:net';
import type { Dispatcher } from 'undici';
import { errorOf } from '../upstream/cause-of.ts';
import type { Aftermath } from './read-buffer.ts';
import { nextDeadline, noReplyInTime, type OwnTimes, type ReplyTimes } from './reply-deadline.ts';
import { ReplyParser, type ReplyParts } from './reply-parser.ts';
import type { Writer } from './write-soon.ts';

/** What hears of a reply, and says whether it keeps parts of it; where it does not say, they are left to it. */
export interface LightHandler extends Dispatcher.DispatchHandler {
  /** Whether bytes of any `onResponseData` are in use, but for those that it waits with `pause` to be rid of. */
  readonly holdsBytes?: boolean;
}

/** A safe request without a body. */
export interface LightRequest extends OwnTimes {
  readonly method: string;
  readonly path: string;
  /** name, value, name, value. */
  readonly headers: readonly string[];
}

/** What an exchange knows of the client that it runs on. */
export interface LightCarrier {
  readonly target: ReplyTimes & { readonly keepAliveMs: number };
  /** The connection, while it is open. */
  readonly socket: Socket | null;
  /** The exchange is over. Its connection is used again for so long; null: not at all. */
  done(keepAliveMs: number | null): void;
}

/** How long after its last byte an endpoint that says when it closes is still trusted to be there. */
const KEEP_ALIVE_MARGIN_MS = 1_000;

/** One request on a light client, and the controller that its handler gets. */
export class LightExchange implements Dispatcher.DispatchController, ReplyParts, Writer, Aftermath {
  rawHeaders: string[] | null = null;
  rawTrailers: string[] | null = null;
  aborted = false;
  paused = false;
  reason: Error | null = null;
  isSent = false;
  readonly #request: LightRequest;
  readonly #handler: LightHandler;
  readonly #carrier: LightCarrier;
  readonly #parser: ReplyParser;
  /** When the request has taken too long; no end while the client of the gateway does not read. */
  #deadline = Number.POSITIVE_INFINITY;
  #hasHead = false;
  /** The endpoint has closed while there was still something to read of what it had sent. */
  #isClosed = false;
  #isOver = false;

  constructor(request: LightRequest, handler: LightHandler, carrier: LightCarrier) {
    this.#request = request;
    this.#handler = handler;
    this.#carrier = carrier;
    this.#parser = new ReplyParser(this, request.method === 'HEAD');
  }

  /** Sends the request on the client's connection. */
  write(): void {
    this.#attempt(() => this.#handler.onRequestStart?.(this, null));
    if (this.#isOver) return;
    this.isSent = true;
    const { method, path, headers } = this.#request;
    let head = `${method} ${path} HTTP/1.1\r\n`;
    for (let index = 0; index < headers.length; index += 2) {
      head += `${headers[index]}: ${headers[index + 1]}\r\n`;
    }
    this.#moved();
    this.#carrier.socket?.write(`${head}connection: keep-alive\r\n\r\n`, 'latin1');
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get isHeld(): boolean {
    if (this.#parser.hasUnread) return true;
    // Nothing is read while it is paused, and it goes on when what it has given away is free.
    return (this.#isOver || !this.paused) && this.#handler.holdsBytes !== false;
  }

  received(bytes: Buffer): void {
    this.#attempt(() => this.#parser.push(bytes));
  }

  closed(error: Error | null): void {
    this.#isClosed = true;
    if (error === null && this.paused) return;
    this.#attempt(() => {
      if (error !== null || !this.#parser.close()) throw error ?? endedEarly();
    });
  }

  head(status: number, reasonPhrase: string, fields: string[]): boolean {
    if (this.#isOver) return false;
    this.rawHeaders = fields;
    this.#hasHead = status >= 200;
    this.#moved();
    this.#handler.onResponseStart?.(this, status, {}, reasonPhrase);
    return !this.paused;
  }

  data(chunk: Buffer): boolean {
    if (this.#isOver) return false;
    this.#moved();
    this.#handler.onResponseData?.(this, chunk);
    return !this.paused;
  }

  end(trailers: string[]): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.rawTrailers = trailers;
    // Paused by its last part: nobody but this exchange would ever go on with it.
    if (this.paused) this.#carrier.socket?.resume();
    const { isReusable, keepAliveMs } = this.#parser;
    const { keepAliveMs: most } = this.#carrier.target;
    const said = keepAliveMs === null ? most : keepAliveMs - KEEP_ALIVE_MARGIN_MS;
    this.#carrier.done(isReusable ? Math.min(most, said) : null);
    this.#handler.onResponseEnd?.(this, {});
  }

  pause(): void {
    this.paused = true;
    this.#deadline = Number.POSITIVE_INFINITY;
    if (!this.#isOver) this.#carrier.socket?.pause();
  }

  resume(): void {
    if (!this.paused || this.#isOver) return;
    this.paused = false;
    this.#moved();
    this.#attempt(() => this.#parser.resume());
    if (this.paused || this.#isOver) return;
    if (this.#isClosed) this.closed(null);
    else this.#carrier.socket?.resume();
  }

  abort(reason: Error): void {
    this.aborted = true;
    this.fail(reason);
  }

  fail(error: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.reason = error;
    this.#carrier.done(null);
    this.#handler.onResponseError?.(this, error);
  }

  checkTime(now: number): void {
    if (now >= this.#deadline) this.fail(noReplyInTime());
  }

  /** What the endpoint sends may be no HTTP, and what a handler is given may be nothing it can write. */
  #attempt(step: () => void): void {
    if (this.#isOver) return;
    try {
      step();
    } catch (error) {
      this.fail(errorOf(error));
    }
  }

  /** Something was sent, or came: the time for the next part begins, unless the client has to read first. */
  #moved(): void {
    if (this.paused) return;
    this.#deadline = nextDeadline(this.#request, this.#carrier.target, this.#hasHead);
  }
}

/** What a request fails with whose connection ends before its reply does. */
export function endedEarly(): Error {
  return Object.assign(new Error('the endpoint closed the connection'), { code: 'ECONNRESET' });
}
