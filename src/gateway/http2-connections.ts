import type { Dispatcher } from 'undici';
import type { Endpoint } from '../upstream/endpoint.ts';
import {
  type Connections,
  KEEP_ALIVE_MS,
  type Outgoing,
  type Sending,
  sweepEveryMs,
  type Target,
} from './connections.ts';
import { EndpointSession, type SessionTarget } from './endpoint-session.ts';
import { unsendable } from './http2-error.ts';
import { Http2Exchange } from './http2-exchange.ts';
import { openSocket } from './open-socket.ts';

/**
 * The HTTP/2 connections to one endpoint: as few as its limit of concurrent streams allows. A session that
 * goes away, or breaks, takes no more, and the next request opens another.
 */
export class Http2Connections implements Connections, Sending {
  readonly #timeouts: Target['settings']['timeouts'];
  readonly #sessionTarget: SessionTarget;
  /** Those that are open, or about to be, or have requests left: the oldest first, so that few are in use. */
  readonly #sessions: EndpointSession[] = [];
  #sweeping: NodeJS.Timeout | null = null;

  constructor(endpoint: Endpoint, { dialer, settings: { timeouts } }: Target) {
    this.#timeouts = timeouts;
    this.#sessionTarget = {
      url: endpoint.url,
      connectMs: timeouts.connectMs,
      keepAliveMs: KEEP_ALIVE_MS,
      open: (callback) => openSocket(dialer.dial(endpoint), timeouts.connectMs, callback),
      onSurplus: (exchanges) => {
        for (const exchange of exchanges) this.#place(exchange);
      },
      onClosed: (session, how) => this.#onClosed(session, how),
    };
  }

  /** Itself: requests share its sessions. */
  take(): Sending {
    return this;
  }

  /** The head of a stream leaves before its body. */
  expecting(): null {
    return null;
  }

  /** A session that has failed takes no more, so the next one is another. */
  fresh(): Sending {
    return this;
  }

  give(): void {}

  dispatch(request: Outgoing, handler: Dispatcher.DispatchHandler): void {
    const exchange = new Http2Exchange(request, handler, this.#timeouts);
    if (typeof request.upgrade === 'string') {
      // HTTP/2 has no Upgrade (RFC 9113, section 8.2.2).
      exchange.fail(unsendable(null));
    } else this.#place(exchange);
  }

  distrust(): void {
    for (const session of [...this.#sessions]) session.retire();
  }

  close(): void {
    this.distrust();
  }

  #place(exchange: Http2Exchange): void {
    const session = this.#sessions.find(({ hasRoom }) => hasRoom) ?? this.#open();
    session.add(exchange);
  }

  #open(): EndpointSession {
    const session = new EndpointSession(this.#sessionTarget);
    this.#sessions.push(session);
    this.#sweeping ??= setInterval(() => this.#sweep(), sweepEveryMs(this.#timeouts)).unref();
    return session;
  }

  #onClosed(session: EndpointSession, how: 'in_order' | 'broken'): void {
    const place = this.#sessions.indexOf(session);
    if (place !== -1) this.#sessions.splice(place, 1);
    // What ends one connection without a word is about to end the others.
    if (how === 'broken') this.distrust();
    if (this.#sessions.length > 0 || this.#sweeping === null) return;
    clearInterval(this.#sweeping);
    this.#sweeping = null;
  }

  #sweep(): void {
    const now = performance.now();
    for (const session of [...this.#sessions]) session.sweep(now);
  }
}
