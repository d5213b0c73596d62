import { type ClientHttp2Session, connect } from 'node:http2';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { connectionError, refusedStream, silentEndpoint } from './http2-error.ts';
import type { Carrier, Http2Exchange } from './http2-exchange.ts';
import { Roll } from './roll.ts';

/** One endpoint, as its sessions need to know it. */
export interface SessionTarget {
  /** `http://10.0.1.3:8080`. */
  readonly url: string;
  readonly connectMs: number;
  readonly keepAliveMs: number;
  open(callback: (error: Error | null, socket: Socket) => void): void;
  /** The session takes no exchange more, and these have not been sent. */
  onSurplus(exchanges: readonly Http2Exchange[]): void;
  onClosed(session: EndpointSession, how: 'in_order' | 'broken'): void;
}

/** Beyond this one lost segment would hold up too many, whatever the endpoint allows. */
const MOST_STREAMS = 256;
/** Until the endpoint has said how many it takes at once (RFC 9113, section 6.5.2, recommends no less). */
const ASSUMED_STREAMS = 100;
const WINDOW_BYTES = 256 * 1024;
/** What all replies of a session may be ahead of their readers; a reply that nobody reads takes nothing of it. */
const SESSION_WINDOW_BYTES = 4 * 1024 * 1024;

/**
 * One HTTP/2 connection and the exchanges on it.
 *
 * It is open when the endpoint's SETTINGS have come: before that nothing is sent that could be processed,
 * so an endpoint that is no HTTP/2 server, or hangs, has not seen the request.
 */
export class EndpointSession implements Carrier {
  lastStreamId: number | null = null;
  readonly #target: SessionTarget;
  #state: 'opening' | 'open' | 'retired' = 'opening';
  #session: ClientHttp2Session | null = null;
  #socket: Socket | null = null;
  #limit = ASSUMED_STREAMS;
  readonly #waiting: Http2Exchange[] = [];
  readonly #running = new Roll<Http2Exchange>();
  readonly #opensBy: number;
  #idleSince: number;
  /** Since when nothing has come, as the last sweep saw it; null: something has come since. */
  #silentSince: number | null = null;
  #pingedAt: number | null = null;
  #error: Error | null = null;

  constructor(target: SessionTarget) {
    this.#target = target;
    this.#idleSince = performance.now();
    this.#opensBy = this.#idleSince + target.connectMs;
    target.open((error, socket) => {
      if (error === null) this.#begin(socket);
      else this.#close(error);
    });
  }

  get hasRoom(): boolean {
    const isEnding = this.#state === 'retired' || this.#session?.closed || this.#session?.destroyed;
    return !isEnding && this.#running.size + this.#waiting.length < this.#limit;
  }

  add(exchange: Http2Exchange): void {
    if (this.#session !== null && this.#state === 'open') this.#start(this.#session, exchange);
    else this.#waiting.push(exchange);
  }

  /** Takes no more; what runs goes on to its end. */
  retire(): void {
    if (this.#state !== 'open') return; // What waits for it to open was meant for it.
    this.#state = 'retired';
    this.#idleSince = performance.now();
    this.#session?.close();
  }

  /** Called with `performance.now()` now and then: ends what takes too long, or is idle too long. */
  sweep(now: number): void {
    for (const exchange of this.#running) exchange.checkTime(now);
    if (this.#running.size > 0) return this.#checkSilence(now);
    if (now < this.#idleSince + this.#target.keepAliveMs) return;
    // An endpoint that has been told that there is nothing more need not be waited for.
    if (this.#state === 'retired') this.#breakOff(silentEndpoint());
    else this.retire();
  }

  heard(): void {
    this.#silentSince = null;
    this.#pingedAt = null;
  }

  refused(): void {
    this.retire();
  }

  done(exchange: Http2Exchange): void {
    this.#running.delete(exchange);
    if (this.#running.size === 0) this.#idleSince = performance.now();
  }

  #begin(socket: Socket): void {
    if (socket instanceof TLSSocket && socket.alpnProtocol !== 'h2') {
      socket.destroy();
      const error = new Error('the endpoint does not agree to HTTP/2');
      return this.#close(Object.assign(error, { code: 'ERR_TLS_ALPN' }));
    }
    const options = {
      createConnection: () => socket,
      settings: { enablePush: false, initialWindowSize: WINDOW_BYTES },
      // Repeated fields are the application's business, as they are over HTTP/1.1. Not among node's types.
      strictSingleValueFields: false,
    };
    const session = connect(this.#target.url, options);
    this.#session = session;
    this.#socket = socket;
    const leftMs = this.#opensBy - performance.now();
    const timer = setTimeout(() => this.#breakOff(silentEndpoint()), Math.max(1, leftMs));
    session.once('connect', () => session.setLocalWindowSize(SESSION_WINDOW_BYTES));
    session.on('remoteSettings', ({ maxConcurrentStreams = MOST_STREAMS }) => {
      this.#limit = Math.min(MOST_STREAMS, maxConcurrentStreams);
      clearTimeout(timer);
      if (this.#state === 'opening') this.#open(session);
    });
    session.on('goaway', (_code, lastStreamId) => {
      this.lastStreamId = lastStreamId;
      this.#state = 'retired';
    });
    session.on('error', (error: Error) => {
      this.#error = error;
    });
    // The other side has finished, so no reply can come whole any more, and none can begin.
    socket.once('end', () => socket.destroy());
    session.once('close', () => {
      clearTimeout(timer);
      this.#close(this.#error);
    });
  }

  #open(session: ClientHttp2Session): void {
    this.#state = 'open';
    for (const exchange of this.#waiting.splice(0, this.#limit)) this.#start(session, exchange);
    const surplus = this.#waiting.splice(0);
    // One that takes no stream at all will not take more on its next connection.
    if (this.#limit > 0) this.#target.onSurplus(surplus);
    else for (const exchange of surplus) exchange.fail(refusedStream());
  }

  #start(session: ClientHttp2Session, exchange: Http2Exchange): void {
    this.#running.add(exchange);
    exchange.start(session, this);
  }

  #close(error: Error | null): void {
    const wasInOrder = this.#state === 'retired';
    this.#state = 'retired';
    this.#target.onClosed(this, wasInOrder ? 'in_order' : 'broken');
    for (const exchange of this.#waiting.splice(0)) exchange.fail(connectionError(error));
  }

  /**
   * A host that has vanished sends no reset, and every request on this connection would take its whole
   * time-out to find out. So one PING asks, where a reply is awaited and nothing comes for as long as a
   * connect may take. Only one for each silence: many of them are taken for an attack.
   */
  #checkSilence(now: number): void {
    const { connectMs } = this.#target;
    const awaitsHead = [...this.#running].some((exchange) => exchange.awaitsHead);
    if (!awaitsHead) this.heard();
    else if (this.#silentSince === null) this.#silentSince = now;
    else if (this.#pingedAt === null && now >= this.#silentSince + connectMs) {
      this.#pingedAt = now;
      this.#session?.ping(() => {
        if (this.#pingedAt !== null) this.#pingedAt = Number.POSITIVE_INFINITY;
      });
    } else if (this.#pingedAt !== null && now >= this.#pingedAt + connectMs) {
      // An echo that came while this program was busy is read before this.
      setImmediate((pingedAt) => this.#giveUpOn(pingedAt), this.#pingedAt);
    }
  }

  #giveUpOn(pingedAt: number): void {
    if (this.#pingedAt === pingedAt) this.#breakOff(silentEndpoint());
  }

  /** Without a last word: nobody listens. */
  #breakOff(error: Error): void {
    this.#session?.destroy(error);
    this.#socket?.destroy();
  }
}
