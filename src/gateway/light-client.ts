import type { OnReadOpts, Socket } from 'node:net';
import {
  endedEarly,
  type LightCarrier,
  LightExchange,
  type LightHandler,
  type LightRequest,
} from './light-exchange.ts';
import { type Aftermath, readInto } from './read-buffer.ts';
import type { ReplyTimes } from './reply-deadline.ts';
import { writeSoon } from './write-soon.ts';

/** One plain address, with the time-outs of its upstream. */
export interface LightTarget extends ReplyTimes {
  /** With `onread` for the socket. Returns what stops it: the callback then gets an error. */
  open(onread: OnReadOpts, callback: (error: Error | null, socket: Socket) => void): () => void;
  /** How long an idle connection is used again. */
  readonly keepAliveMs: number;
  /** Called when the endpoint ends an idle connection. */
  onClosed(): void;
}

/**
 * One connection for requests that are safe and have no body: one after the other, opened when there is
 * a request and none is open.
 *
 * It speaks undici's handler interface, so that an `Exchange` need not know which of the two serves it,
 * and takes about 0.6 of undici's CPU: no body, no upgrade, no write that must not be repeated, so
 * little is left to do (docs/decisions/0006).
 */
export class LightClient implements LightCarrier {
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
