import type { OnReadOpts, Socket } from 'node:net';
import type { Dispatcher } from 'undici';
import { type Aftermath, readInto } from './read-buffer.ts';
import { ReplyParser, type ReplyParts } from './reply-parser.ts';
import { type Writer, writeSoon } from './write-soon.ts';

/** One plain address, with the time-outs of its upstream. */
export interface LightTarget {
  /** With `onread` for the socket. Returns what stops it: the callback then gets an error. */
  open(onread: OnReadOpts, callback: (error: Error | null, socket: Socket) => void): () => void;
  readonly responseMs: number;
  readonly idleMs: number;
  /** How long an idle connection is used again. */
  readonly keepAliveMs: number;
  /** Called when the endpoint ends an idle connection. */
  onClosed(): void;
}

/** What hears of a reply, and says whether it keeps parts of it; where it does not say, they are left to it. */
export interface LightHandler extends Dispatcher.DispatchHandler {
  /** Whether bytes of any `onResponseData` are in use, but for those that it waits with `pause` to be rid of. */
  readonly holdsBytes?: boolean;
}

/** A safe request without a body. */
export interface LightRequest {
  readonly method: string;
  readonly path: string;
  /** name, value, name, value. */
  readonly headers: readonly string[];
  /** Until the reply's head is there; the target's where it is left out. */
  readonly headersTimeout?: number | null | undefined;
  /** Between two parts of the reply's body; 0 for no limit. */
  readonly bodyTimeout?: number | null | undefined;
}

/**
 * One connection for requests that are safe and have no body: one after the other, opened when there is
 * a request and none is open.
 *
 * It speaks undici's handler interface, so that an `Exchange` need not know which of the two serves it,
 * and takes about 0.6 of undici's CPU: no body, no upgrade, no write that must not be repeated, so
 * little is left to do (docs/decisions/0006).
 */
export class LightClient {
  readonly #target: LightTarget;
  #socket: Socket | null = null;
  #running: LightExchange | null = null;
  #usableUntil = 0;
  #stopOpening: (() => void) | null = null;

  constructor(target: LightTarget) {
    this.#target = target;
  }

  dispatch(request: LightRequest, handler: LightHandler): void {
    if (this.#running !== null) throw new Error('a light client serves one request at a time');
    const exchange = new LightExchange(request, handler, this);
    if (this.#socket?.destroyed === false && performance.now() < this.#usableUntil) {
      this.#running = exchange;
      return writeSoon(exchange);
    }
    this.close();
    this.#running = exchange;
    let socket: Socket | null = null;
    const onread = readInto((bytes) => this.#received(socket, bytes));
    this.#stopOpening = this.#target.open(onread, (error, opened) => {
      this.#stopOpening = null;
      socket = opened;
      this.#onOpened(exchange, error, opened);
    });
  }

  /** Nobody waits for a connection that is still being opened: its request fails. */
  stopOpening(): void {
    this.#stopOpening?.();
  }

  /** Ends the connection, and with it a request that is running. */
  close(): void {
    this.#socket?.destroy();
    this.#socket = null;
    this.#running?.fail(endedEarly());
  }

  /** Called with `performance.now()` now and then: ends what takes too long, or is idle too long. */
  sweep(now: number): void {
    if (this.#running !== null) this.#running.checkTime(now);
    else if (now >= this.#usableUntil) this.close();
  }

  get target(): LightTarget {
    return this.#target;
  }

  get socket(): Socket | null {
    return this.#socket;
  }

  /** The running request is over; its connection stays where it can take another one. */
  done(keepAliveMs: number | null): void {
    this.#running = null;
    if (keepAliveMs === null || keepAliveMs <= 0) this.close();
    else this.#usableUntil = performance.now() + keepAliveMs;
  }

  #onOpened(exchange: LightExchange, error: Error | null, socket: Socket): void {
    if (error !== null) return exchange.fail(error);
    if (this.#running !== exchange) {
      socket.destroy(); // Closed while we connected.
      return;
    }
    this.#socket = socket;
    socket.on('end', () => this.#onClosed(socket, null));
    socket.on('error', (err) => this.#onClosed(socket, err));
    socket.on('close', () => this.#onClosed(socket, endedEarly()));
    exchange.write();
  }

  #received(socket: Socket | null, bytes: Buffer): Aftermath {
    const exchange = this.#running;
    if (exchange?.isSent === true && this.#socket === socket) {
      exchange.received(bytes);
      return exchange;
    }
    socket?.destroy(); // Nobody has asked for these.
    return GONE;
  }

  #onClosed(socket: Socket, error: Error | null): void {
    if (this.#socket === socket) {
      this.#socket = null;
      if (this.#running === null) this.#target.onClosed();
      else this.#running.closed(error);
    }
    socket.destroy();
  }
}

const GONE: Aftermath = { isHeld: false, isOver: true };

/** How long after its last byte an endpoint that says when it closes is still trusted to be there. */
const KEEP_ALIVE_MARGIN_MS = 1_000;

/** One request on a light client, and the controller that its handler gets. */
class LightExchange implements Dispatcher.DispatchController, ReplyParts, Writer, Aftermath {
  rawHeaders: string[] | null = null;
  rawTrailers: string[] | null = null;
  aborted = false;
  paused = false;
  reason: Error | null = null;
  isSent = false;
  readonly #request: LightRequest;
  readonly #handler: LightHandler;
  readonly #client: LightClient;
  readonly #parser: ReplyParser;
  /** When the request has taken too long; no end while the client of the gateway does not read. */
  #deadline = Number.POSITIVE_INFINITY;
  #hasHead = false;
  /** The endpoint has closed while there was still something to read of what it had sent. */
  #isClosed = false;
  #isOver = false;

  constructor(request: LightRequest, handler: LightHandler, client: LightClient) {
    this.#request = request;
    this.#handler = handler;
    this.#client = client;
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
    this.#deadline = performance.now() + this.#responseMs;
    this.#client.socket?.write(`${head}connection: keep-alive\r\n\r\n`, 'latin1');
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
    if (this.paused) this.#client.socket?.resume();
    const { isReusable, keepAliveMs } = this.#parser;
    const { keepAliveMs: most } = this.#client.target;
    const said = keepAliveMs === null ? most : keepAliveMs - KEEP_ALIVE_MARGIN_MS;
    this.#client.done(isReusable ? Math.min(most, said) : null);
    this.#handler.onResponseEnd?.(this, {});
  }

  pause(): void {
    this.paused = true;
    this.#deadline = Number.POSITIVE_INFINITY;
    if (!this.#isOver) this.#client.socket?.pause();
  }

  resume(): void {
    if (!this.paused || this.#isOver) return;
    this.paused = false;
    this.#moved();
    this.#attempt(() => this.#parser.resume());
    if (this.paused || this.#isOver) return;
    if (this.#isClosed) this.closed(null);
    else this.#client.socket?.resume();
  }

  abort(reason: Error): void {
    this.aborted = true;
    this.fail(reason);
  }

  fail(error: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.reason = error;
    this.#client.done(null);
    this.#handler.onResponseError?.(this, error);
  }

  checkTime(now: number): void {
    if (now >= this.#deadline) this.fail(tookTooLong());
  }

  /** What the endpoint sends may be no HTTP, and what a handler is given may be nothing it can write. */
  #attempt(step: () => void): void {
    if (this.#isOver) return;
    try {
      step();
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  get #responseMs(): number {
    return this.#request.headersTimeout ?? this.#client.target.responseMs;
  }

  /** Something came: the time for the next part begins, unless the client has to read first. */
  #moved(): void {
    if (this.paused) return;
    const { idleMs } = this.#client.target;
    const limitMs = this.#hasHead ? (this.#request.bodyTimeout ?? idleMs) : this.#responseMs;
    this.#deadline = limitMs === 0 ? Number.POSITIVE_INFINITY : performance.now() + limitMs;
  }
}

function endedEarly(): Error {
  return Object.assign(new Error('the endpoint closed the connection'), { code: 'ECONNRESET' });
}

/** What a request fails with that got no reply in time. */
export function tookTooLong(): Error {
  return Object.assign(new Error('no reply in time'), { code: 'CANDOR_RESPONSE_TIMEOUT' });
}
