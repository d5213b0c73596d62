import { connect as connectTcp, isIP, type OnReadOpts, Socket } from 'node:net';
import {
  type ConnectionOptions,
  checkServerIdentity,
  connect as connectTls,
  createSecureContext,
  type SecureContext,
  TLSSocket,
} from 'node:tls';
import type { UpstreamSettings, UpstreamTls } from '../config/upstream-settings.ts';
import { errorOf } from './cause-of.ts';
import type { Endpoint } from './endpoint.ts';

/** A connection that is being opened. */
export interface Dialed {
  readonly socket: Socket;
  /** Calls back once it is open; where it does not come about, `error` is all that there is. */
  whenOpen(call: () => void): void;
}

/** How long an endpoint has to say that it does not take our certificate, where it does not say that it does. */
const VERDICT_MS = 100;

/**
 * Opens connections to the endpoints of one upstream, with TLS as its settings want it where their
 * scheme is https: requests, tunnels and probes alike.
 *
 * A certificate that does not hold makes the socket fail. There is no way to ask for less, and none
 * back to plain HTTP.
 */
export class Dialer {
  /** What is spoken on its connections. */
  readonly protocol: UpstreamSettings['protocol'];
  readonly #tls: UpstreamTls | null;
  #context: SecureContext | null = null;
  /** The last session of each endpoint: who resumes it spares both sides most of the handshake. */
  readonly #sessions = new WeakMap<Endpoint, Buffer>();
  /** Those that took our certificate, or asked for none, since a connection to them failed last. */
  readonly #takers = new WeakSet<Endpoint>();

  constructor(tls: UpstreamTls | null, protocol: UpstreamSettings['protocol'] = 'http1') {
    this.#tls = tls;
    this.protocol = protocol;
  }

  /**
   * Resumes the last session where there is one. A first connection is open when the endpoint has let us
   * in, so that a request is not sent to one that refuses us. Never throws; the caller listens for `error`.
   * `onread` is for connections without TLS.
   */
  dial(endpoint: Endpoint, onread: OnReadOpts | null = null): Dialed {
    const { host, port } = endpoint;
    const target = {
      host,
      port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: 60_000,
      // A tunnel's sides finish one by one; undici closes its own connections at once.
      allowHalfOpen: true,
    };
    if (!isSecure(endpoint)) {
      return plain(connectTcp(onread === null ? target : { ...target, onread }));
    }
    const session = this.#sessions.get(endpoint);
    const socket = this.#secure(endpoint, session === undefined ? target : { ...target, session });
    socket.on('session', (next: Buffer) => this.#sessions.set(endpoint, next));
    // Where no handshake comes to its end with it, the next one begins anew.
    const forget = () => this.#sessions.delete(endpoint);
    socket.once('error', forget).once('secureConnect', () => socket.off('error', forget));
    socket.once('error', () => this.#takers.delete(endpoint));
    const whenOpen = (call: () => void) => {
      whenSecure(socket, !this.#takers.has(endpoint), () => {
        this.#takers.add(endpoint);
        call();
      });
    };
    return { socket, whenOpen };
  }

  /** For a probe: with a whole handshake, so that the certificate is looked at each time. */
  dialOnce(endpoint: Endpoint): Dialed {
    const { host, port } = endpoint;
    if (!isSecure(endpoint)) return plain(connectTcp({ host, port }));
    const socket = this.#secure(endpoint, { host, port });
    return { socket, whenOpen: (call) => whenSecure(socket, true, call) };
  }

  #secure({ host }: Endpoint, target: ConnectionOptions): Socket {
    const name = this.#tls?.serverName ?? host;
    try {
      return connectTls({
        ...target,
        // No certificate, however it looks, is one of an address by being one of that server's name.
        ...(isIP(name) === 0 ? { servername: name } : {}),
        checkServerIdentity: (_, certificate) => checkServerIdentity(name, certificate),
        secureContext: this.#secureContext(),
        ALPNProtocols: [this.protocol === 'http2' ? 'h2' : 'http/1.1'],
      });
    } catch (error) {
      // OpenSSL may refuse what the settings' checks let pass, such as a key that it finds too short.
      return new Socket().destroy(errorOf(error));
    }
  }

  /** Made once for the upstream: reading the authorities takes a millisecond and hundreds of KiB. */
  #secureContext(): SecureContext {
    this.#context ??= createSecureContext({
      ...(this.#tls?.ca == null ? {} : { ca: this.#tls.ca }),
      ...(this.#tls?.client == null ? {} : this.#tls.client),
    });
    return this.#context;
  }
}

/** Whether TLS is spoken with it. */
export function isSecure({ url }: Endpoint): boolean {
  return url.startsWith('https:');
}

function plain(socket: Socket): Dialed {
  return { socket, whenOpen: (call) => void socket.once('connect', call) };
}

function whenSecure(socket: Socket, awaitsVerdict: boolean, call: () => void): void {
  socket.once('secureConnect', () => {
    const isSettled = !(socket instanceof TLSSocket) || socket.getProtocol() !== 'TLSv1.3';
    if (isSettled || !awaitsVerdict) call();
    else whenTaken(socket, call);
  });
}

/**
 * By TLS 1.3 our side of the handshake is done before the other has seen our certificate, or that we have
 * none (RFC 8446, section 2). It gives a ticket to whom it lets in, and an alert or an end to others.
 */
function whenTaken(socket: Socket, call: () => void): void {
  const settle = () => {
    clearTimeout(timer);
    socket.off('session', take).off('end', refuse).off('close', settle);
  };
  const take = () => {
    settle();
    call();
  };
  const refuse = () => {
    const error = new Error('the endpoint ended the connection after the handshake');
    socket.destroy(Object.assign(error, { code: 'ERR_TLS_HANDSHAKE_REFUSED' }));
  };
  const timer = setTimeout(take, VERDICT_MS);
  socket.once('session', take).once('end', refuse).once('close', settle);
}
