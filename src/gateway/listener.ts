import { once } from 'node:events';
import type { Server } from 'node:http';
import { Server as SecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Limits, Listener } from '../config/settings.ts';
import { answerClientError } from './client-error.ts';
import type { Counts } from './counts.ts';
import { limitBy, newHttp1Server, type Serve } from './http1-server.ts';
import { Http2Sessions } from './http2-sessions.ts';
import { introduce, type Peer, peerOf } from './peer.ts';
import { isPreface, type ParseError, takeBack } from './prior-knowledge.ts';

/** What a listener needs of the gateway. */
export interface ListenerDeps {
  /** Those that hold at this moment. */
  limits(): Limits;
  readonly counts: Counts;
  readonly serve: Serve;
}

/** A listener that is open: one address, with HTTP/1.x and HTTP/2 on it. */
export class OpenListener {
  /** With the port that the system chose where the settings say 0. */
  readonly url: string;
  readonly #server: Server;
  readonly #sessions: Http2Sessions;
  #settings: Listener;
  #closed: Promise<unknown> | null = null;

  private constructor(settings: Listener, server: Server, sessions: Http2Sessions) {
    this.#settings = settings;
    this.#server = server;
    this.#sessions = sessions;
    this.url = urlOf(settings, server);
  }

  /**
   * Opens one address. Resolves when it accepts connections; rejects with the system's error, and the
   * address in its message, where it cannot be had.
   */
  static async open(settings: Listener, deps: ListenerDeps): Promise<OpenListener> {
    const { host, port, tls } = settings;
    const server = newHttp1Server(
      deps.limits(),
      tls && { ...tls, ALPNProtocols: PROTOCOLS },
      deps.serve,
    );
    const sessions = new Http2Sessions(deps);
    if (tls === null) server.on('connection', (socket: Socket) => meet(socket, false, deps));
    else chooseByName(server, sessions, deps);
    server.on('clientError', (error: ParseError, socket: Socket) => {
      const peer = peerOf(socket);
      if (isPreface(error) && mayBeginHttp2(peer)) {
        takeBack(socket, error);
        sessions.start(socket, peer);
      } else answerClientError(error, socket);
    });
    await listenOn(server, { host, port });
    return new OpenListener(settings, server, sessions);
  }

  /** Whether these settings ask for what this listener is, but for its certificate. */
  isAt({ host, port, tls }: Listener): boolean {
    const own = this.#settings;
    return own.host === host && own.port === port && (own.tls === null) === (tls === null);
  }

  /** Takes over settings of the same place: new connections get the certificate that they name. */
  renew(settings: Listener): void {
    this.#settings = settings;
    if (settings.tls !== null && this.#server instanceof SecureServer) {
      this.#server.setSecureContext(settings.tls);
    }
  }

  /** Keeps to these limits, from the next connection on. */
  limit(limits: Limits): void {
    limitBy(this.#server, limits);
  }

  /** Accepts no more; resolves when the connections that are open have ended. Can be called again. */
  async close(): Promise<void> {
    this.#closed ??= once(this.#server.close(), 'close');
    this.#server.closeIdleConnections();
    this.#sessions.close();
    await this.#closed;
  }

  /** Cuts off the connections that are open. */
  cut(): void {
    this.#server.closeAllConnections();
    this.#sessions.cut();
  }
}

/** By preference. A client without ALPN gets HTTP/1.1. */
const PROTOCOLS = ['h2', 'http/1.1'];

/** Remembers a client for as long as its connection lasts. */
function meet(socket: Socket, isSecure: boolean, { counts, limits }: ListenerDeps): Peer {
  const isSurplus = counts.connections >= limits().connections;
  counts.connections += 1;
  socket.once('close', () => {
    counts.connections -= 1;
  });
  return introduce(socket, isSecure, isSurplus);
}

/** Has each TLS connection served by what was agreed on in its handshake (RFC 7301). */
function chooseByName(server: Server, sessions: Http2Sessions, deps: ListenerDeps): void {
  const http1 = server.listeners('secureConnection');
  server.removeAllListeners('secureConnection');
  server.on('secureConnection', (socket: TLSSocket) => {
    const peer = meet(socket, true, deps);
    if (socket.alpnProtocol === 'h2') sessions.start(socket, peer);
    else for (const listener of http1) listener.call(server, socket);
  });
}

/** Where nothing was asked on the connection before, and not within TLS, where ALPN decides. */
function mayBeginHttp2({ isSecure, current, isBroken }: Peer): boolean {
  return !isSecure && current === null && !isBroken;
}

async function listenOn(server: Server, place: { host: string; port: number }): Promise<void> {
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(place, resolve);
  await listening;
  server.off('error', reject);
}

function urlOf({ host, tls }: Listener, server: Server): string {
  // A listener with a bound address never listens on a pipe, so its address has a port.
  const { port } = server.address() as AddressInfo;
  const name = host.includes(':') ? `[${host}]` : host;
  return `${tls === null ? 'http' : 'https'}://${name}:${port}`;
}
