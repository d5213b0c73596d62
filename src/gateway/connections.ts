import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type buildConnector, Client } from 'undici';
import type { UpstreamSettings } from '../config/settings.ts';
import type { Endpoint } from '../upstream/endpoint.ts';

/** Idle connections to one endpoint that are worth keeping. */
const IDLE_KEPT = 256;
/** Below the idle time-out of common application servers, so that a stale connection is rare. */
const KEEP_ALIVE_MS = 4_000;
const REPLY_HEAD_BYTES = 64 * 1024;

/**
 * The connections to one endpoint: a stack of undici clients, each with one connection and one
 * request at a time.
 *
 * Not undici's Pool: that one walks over all its clients for each request and queues through an
 * AsyncResource when all are busy. Taking from a stack costs the same however many there are, and
 * the connection used last is the one least likely to be stale.
 */
export class Connections {
  readonly #endpoint: Endpoint;
  readonly #timeouts: UpstreamSettings['timeouts'];
  readonly #idle: Client[] = [];
  #isClosed = false;

  constructor(endpoint: Endpoint, timeouts: UpstreamSettings['timeouts']) {
    this.#endpoint = endpoint;
    this.#timeouts = timeouts;
  }

  /** A client without a running request; give it back when its request is over. */
  take(): Client {
    return this.#idle.pop() ?? this.fresh();
  }

  /** A client that has no connection yet: for the retry of what a stale connection failed. */
  fresh(): Client {
    return new Client(this.#endpoint.url, {
      connect: connector(this.#timeouts.connectMs),
      headersTimeout: this.#timeouts.responseMs,
      bodyTimeout: this.#timeouts.idleMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: REPLY_HEAD_BYTES,
      pipelining: 1,
      allowH2: false,
    });
  }

  give(client: Client): void {
    if (this.#isClosed || this.#idle.length >= IDLE_KEPT) void client.close();
    else this.#idle.push(client);
  }

  /** Closes what is idle; what is in use closes when it is given back. */
  close(): void {
    this.#isClosed = true;
    for (const client of this.#idle.splice(0)) void client.close();
  }
}

/**
 * Opens connections with a time-out that is kept to the millisecond: undici's own runs on a coarse
 * clock that may add a second, which is half of the default.
 */
function connector(timeoutMs: number): buildConnector.connector {
  return ({ hostname, port, protocol, servername }, callback) => {
    const isSecure = protocol === 'https:';
    const target = {
      host: hostname,
      port: Number(port) || (isSecure ? 443 : 80),
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: 60_000,
      // A tunnel's sides finish one by one; undici closes its own connections at once.
      allowHalfOpen: true,
    };
    const name = servername || hostname;
    const socket = isSecure
      ? connectTls({
          ...target,
          ...(isIP(name) === 0 ? { servername: name } : {}),
          ALPNProtocols: ['http/1.1'],
        })
      : connectTcp(target);
    const timer = setTimeout(() => {
      socket.destroy(Object.assign(new Error('connect timed out'), { code: 'ETIMEDOUT' }));
    }, timeoutMs);
    const settle = (error: Error | null): void => {
      clearTimeout(timer);
      socket.off('error', settle);
      if (error === null) callback(null, socket);
      else callback(error, null);
    };
    socket.once('error', settle);
    socket.once(isSecure ? 'secureConnect' : 'connect', () => settle(null));
  };
}
