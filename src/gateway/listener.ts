import type { Server } from 'node:http';
import { Server as SecureServer } from 'node:https';
import type { Socket } from 'node:net';
import type { SecureContextOptions, TLSSocket, TlsOptions } from 'node:tls';
import type { Limits, Listener } from '../config/settings.ts';
import type { Log } from '../log.ts';
import { Acceptors } from './acceptors.ts';
import { Certificates, type CertificateView } from './certificates.ts';
import { answerClientError } from './client-error.ts';
import type { Counts } from './counts.ts';
import type { Entrance } from './entrance.ts';
import { limitBy, newHttp1Server, type Serve } from './http1-server.ts';
import { Http2Sessions } from './http2-sessions.ts';
import { type Peer, peerOf } from './peer.ts';
import { isPreface, type ParseError, takeBack } from './prior-knowledge.ts';
import type { SlowClients } from './slow-clients.ts';

/** What a listener needs of the gateway. */
export interface ListenerDeps {
  /** Those that hold at this moment. */
  limits(): Limits;
  readonly counts: Counts;
  readonly log: Log;
  readonly entrance: Entrance;
  readonly slow: SlowClients;
  readonly serve: Serve;
}

/** A listener that is open: one address, with HTTP/1.x and HTTP/2 on it. */
export class OpenListener {
  readonly #server: Server;
  readonly #acceptors: Acceptors;
  readonly #sessions: Http2Sessions;
  readonly #certificates: Certificates | null;
  #settings: Listener;
  #closed: Promise<unknown> | null = null;

  private constructor(settings: Listener, deps: ListenerDeps) {
    this.#settings = settings;
    this.#sessions = new Http2Sessions(deps);
    const { log } = deps;
    const onFirst = (context: SecureContextOptions) => this.#secureWith(context);
    this.#certificates = settings.tls && new Certificates(settings.tls, { log, onFirst });
    const tls = this.#certificates && this.#tlsOptions(this.#certificates, deps);
    this.#server = newHttp1Server(deps.limits(), tls, deps.serve);
    this.#acceptors = new Acceptors(this.#server);
    this.#server.on('connection', (socket: Socket) => deps.entrance.arrive(socket));
    if (tls === null) {
      this.#server.on('connection', (socket: Socket) => deps.entrance.meet(socket, false));
    } else this.#serveSecure(deps);
    this.#server.on('clientError', (error: ParseError, socket: Socket) => {
      const peer = peerOf(socket);
      if (isPreface(error) && this.#settings.http2 && mayBeginHttp2(peer)) {
        takeBack(socket, error);
        deps.entrance.handOver(peer);
        this.#sessions.start(socket, peer);
      } else answerClientError(error, socket, deps.counts);
    });
  }

  /**
   * Opens one address. Resolves when it accepts connections; rejects with the system's error, and the
   * address in its message, where it cannot be had.
   */
  static async open(settings: Listener, deps: ListenerDeps): Promise<OpenListener> {
    const listener = new OpenListener(settings, deps);
    try {
      await listener.#acceptors.listen(settings);
    } catch (error) {
      listener.#certificates?.[Symbol.dispose]();
      throw error;
    }
    return listener;
  }

  /** With the port that the system chose where the settings say 0. */
  get url(): string {
    const { host, tls } = this.#settings;
    const name = host.includes(':') ? `[${host}]` : host;
    const { port } = this.#acceptors.address;
    return `${tls === null ? 'http' : 'https'}://${name}:${port}`;
  }

  get certificates(): readonly CertificateView[] {
    return this.#certificates?.views ?? [];
  }

  /** Whether these settings ask for the same place, with or without TLS as this one is. */
  isAt({ host, port, tls }: Listener): boolean {
    const own = this.#settings;
    return own.host === host && own.port === port && (own.tls === null) === (tls === null);
  }

  /** Takes over settings of the same place, for new connections. */
  renew(settings: Listener): void {
    this.#settings = settings;
    if (settings.tls !== null) this.#certificates?.take(settings.tls);
  }

  /** Keeps to these limits, from the next connection on. */
  limit(limits: Limits): void {
    limitBy(this.#server, limits);
  }

  /** Closes the HTTP/2 connections on which nothing is asked. */
  closeIdleSessions(): void {
    this.#sessions.closeIdle();
  }

  /** Accepts no more; resolves when the connections that are open have ended. Can be called again. */
  async close(): Promise<void> {
    this.#certificates?.[Symbol.dispose]();
    this.#closed ??= this.#acceptors.close();
    this.#server.closeIdleConnections();
    this.#sessions.close();
    await this.#closed;
  }

  /** Cuts off the connections that are open. */
  cut(): void {
    this.#server.closeAllConnections();
    this.#sessions.cut();
  }

  #tlsOptions(certificates: Certificates, { limits }: ListenerDeps): TlsOptions {
    return {
      ...certificates.first,
      SNICallback: (name, callback) => callback(null, certificates.contextFor(name) ?? undefined),
      ALPNCallback: ({ protocols }) => this.#chosen(protocols),
      handshakeTimeout: limits().headTimeoutMs,
    };
  }

  /** The protocol that is spoken (RFC 7301); undefined where there is none in common. */
  #chosen(offered: readonly string[]): string | undefined {
    const known = this.#settings.http2 ? ['h2', ...HTTP1] : HTTP1;
    return known.find((protocol) => offered.includes(protocol));
  }

  /** Has each TLS connection served by what was agreed on in its handshake; without ALPN as HTTP/1.1. */
  #serveSecure(deps: ListenerDeps): void {
    const http1 = this.#server.listeners('secureConnection');
    this.#server.removeAllListeners('secureConnection');
    this.#server.on('secureConnection', (socket: TLSSocket) => {
      const peer = deps.entrance.meet(socket, true);
      if (socket.alpnProtocol === 'h2') {
        deps.entrance.handOver(peer);
        this.#sessions.start(socket, peer);
      } else for (const listener of http1) listener.call(this.#server, socket);
    });
  }

  #secureWith(context: SecureContextOptions): void {
    if (this.#server instanceof SecureServer) this.#server.setSecureContext(context);
  }
}

/** Names of HTTP/1.x in ALPN. */
const HTTP1 = ['http/1.1', 'http/1.0'];

/** Where nothing was asked on the connection before, and not within TLS, where ALPN decides. */
function mayBeginHttp2({ isSecure, current, isBroken }: Peer): boolean {
  return !isSecure && current === null && !isBroken;
}
