import type { OnReadOpts, Socket } from 'node:net';
import { Client } from 'undici';
import { type Dialer, isSecure } from '../upstream/dialer.ts';
import type { Endpoint } from '../upstream/endpoint.ts';
import {
  type Connections,
  KEEP_ALIVE_MS,
  type Sending,
  sweepEveryMs,
  type Target,
} from './connections.ts';
import { ExpectingClient } from './expecting-client.ts';
import { LightClient } from './light-client.ts';
import { openSocket } from './open-socket.ts';
import { skipContinue } from './unasked-continue.ts';

/** Idle connections to one endpoint that are worth keeping, of each kind. */
const IDLE_KEPT = 256;
const REPLY_HEAD_BYTES = 64 * 1024;

/** undici's client, and how many times the endpoint had begun to close connections when it was made. */
class WriteClient extends Client {
  generation = 0;
  /** The connection that is open. */
  socket: Socket | null = null;

  #awaitsReply = false;
  #stop: (() => void) | null = null;

  get hasWritten(): boolean {
    return this.socket?.writableLength === 0;
  }

  /** What stops the connection that is being opened; null when none is any more. */
  opens(stop: (() => void) | null): void {
    this.#stop = stop;
  }

  stopOpening(): void {
    this.#stop?.();
  }

  override dispatch(...request: Parameters<Client['dispatch']>): boolean {
    this.#awaitsReply = true;
    return super.dispatch(...request);
  }

  /** True once for each request: what comes next is the beginning of its reply. */
  readonly takeBeginning = (): boolean => {
    const isNext = this.#awaitsReply;
    this.#awaitsReply = false;
    return isNext;
  };
}

/**
 * The HTTP/1.1 connections to one endpoint: stacks of clients, each with one connection and one request at a
 * time. Safe requests without a body go through a `LightClient`, all others through undici's.
 *
 * Not undici's Pool: that one walks over all its clients for each request and queues through an
 * AsyncResource when all are busy. Taking from a stack costs the same however many there are, and
 * the connection used last is the one least likely to be stale.
 */
export class Http1Connections implements Connections {
  readonly #endpoint: Endpoint;
  readonly #dialer: Dialer;
  readonly #timeouts: Target['settings']['timeouts'];
  readonly #isPlain: boolean;
  readonly #idle: WriteClient[] = [];
  readonly #idleLight: LightClient[] = [];
  /** Those whose reply has just ended: see `give`. */
  readonly #ended: LightClient[] = [];
  readonly #light = new Set<LightClient>();
  /** Raised when the endpoint begins to close connections: writes go over those that were made since. */
  #generation = 0;
  #sweeping: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(endpoint: Endpoint, { dialer, settings }: Target) {
    this.#endpoint = endpoint;
    this.#dialer = dialer;
    this.#timeouts = settings.timeouts;
    this.#isPlain = !isSecure(endpoint);
  }

  /** A client without a running request; give it back when its request is over. */
  take(isLight: boolean): Sending {
    const idle = isLight && this.#isPlain ? this.#idleLight.pop() : this.#takeIdle();
    return idle ?? this.fresh(isLight);
  }

  /** The one used last that has a connection: one that was just broken off is given back before it says so. */
  #takeIdle(): WriteClient | undefined {
    for (;;) {
      const client = this.#idle.pop();
      if (client === undefined || client.stats.connected) return client;
      void client.close();
    }
  }

  /** A client that has no connection yet: for the retry of what a stale connection failed. */
  fresh(isLight: boolean): Sending {
    return isLight && this.#isPlain ? this.#newLight() : this.#newClient();
  }

  /** A client for a request that expects 100 (Continue); none with TLS, where light clients do not serve. */
  expecting(): Sending | null {
    return this.#isPlain ? new ExpectingClient(this.#newLight()) : null;
  }

  /**
   * Takes a client back. A light one is used again from the next turn of the loop on: bytes beyond the
   * reply that had arrived with it have been read by then, and have ended the connection.
   */
  give(client: Sending): void {
    if (client instanceof LightClient) {
      if (this.#ended.push(client) === 1) setImmediate(() => this.#putBack());
    } else if (client instanceof ExpectingClient) {
      this.#drop(client.light);
    } else if (client instanceof WriteClient) {
      const isOld = client.generation !== this.#generation;
      if (isOld || this.#isClosed || this.#idle.length >= IDLE_KEPT) void client.close();
      else this.#idle.push(client);
    }
  }

  /**
   * The endpoint has ended a connection, says that it will, or accepts none: it may be about to end
   * itself, and close the others. A write that meets that is lost, so none is sent on those that are idle;
   * a new connection is refused, before anything is sent, where it listens no more.
   */
  distrust(): void {
    this.#generation += 1;
    for (const client of this.#idle.splice(0)) void client.close();
  }

  /** Closes what is idle; what is in use closes when it is given back. */
  close(): void {
    this.#isClosed = true;
    for (const client of this.#idle.splice(0)) void client.close();
    for (const client of this.#idleLight.splice(0)) this.#drop(client);
  }

  #newClient(): WriteClient {
    const client = new WriteClient(this.#endpoint.url, {
      connect: (_, callback) =>
        client.opens(
          this.#open(null, (error, socket) => {
            client.opens(null);
            client.socket = error === null ? socket : null;
            if (error !== null) return callback(error, null);
            skipContinue(socket, client.takeBeginning);
            callback(null, telling(socket));
          }),
        ),
      headersTimeout: this.#timeouts.responseMs,
      bodyTimeout: this.#timeouts.idleMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: REPLY_HEAD_BYTES,
      pipelining: 1,
      allowH2: false,
    });
    client.generation = this.#generation;
    client.on('disconnect', (_origin, _targets, { code }: Error & { readonly code?: string }) => {
      // One without a connection has no place among those that have one.
      const place = this.#idle.indexOf(client);
      if (place !== -1) void this.#idle.splice(place, 1)[0]?.close();
      // Else it is our own doing: idle for too long, or its client has left.
      if (code === 'UND_ERR_SOCKET' || code === RESET) this.distrust();
    });
    return client;
  }

  #newLight(): LightClient {
    const { responseMs, idleMs } = this.#timeouts;
    const client = new LightClient({
      open: (onread, callback) => this.#open(onread, callback),
      responseMs,
      idleMs,
      keepAliveMs: KEEP_ALIVE_MS,
      onClosed: () => this.distrust(),
    });
    this.#light.add(client);
    if (this.#sweeping === null) {
      this.#sweeping = setInterval(() => this.#sweep(), sweepEveryMs(this.#timeouts)).unref();
    }
    return client;
  }

  #open(
    onread: OnReadOpts | null,
    callback: (error: Error | null, socket: Socket) => void,
  ): () => void {
    const dialed = this.#dialer.dial(this.#endpoint, onread);
    openSocket(dialed, this.#timeouts.connectMs, (error, socket) => {
      if (error !== null && error !== NOT_AWAITED) this.distrust();
      callback(error, socket);
    });
    return () => dialed.socket.destroy(NOT_AWAITED);
  }

  #putBack(): void {
    for (const client of this.#ended.splice(0)) {
      if (this.#isClosed || this.#idleLight.length >= IDLE_KEPT) this.#drop(client);
      else this.#idleLight.push(client);
    }
  }

  #drop(client: LightClient): void {
    client.close();
    this.#light.delete(client);
    if (this.#light.size > 0 || this.#sweeping === null) return;
    clearInterval(this.#sweeping);
    this.#sweeping = null;
  }

  #sweep(): void {
    const now = performance.now();
    for (const client of this.#light) client.sweep(now);
  }
}

const NOT_AWAITED = new Error('nobody waits for the connection');
/** What a reset is called on a connection of undici's: a code that it does not know. */
const RESET = 'ERR_STREAM_PREMATURE_CLOSE';

/**
 * Has a reset break off a reply that ends with its connection. undici takes ECONNRESET there for the end
 * of it, and a client would take what came for the whole.
 */
function telling(socket: Socket): Socket {
  return socket.on('error', (error: Error & { code?: string }) => {
    if (error.code === 'ECONNRESET') error.code = RESET;
  });
}
