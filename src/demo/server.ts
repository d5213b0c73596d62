import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { type Exchange, RequestError, sendText } from './exchange.ts';

/** Where a part of the demo listens; port 0 takes one that the system gives. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/** What a part does with requests, and with requests to upgrade the connection. */
export interface Behaviour {
  handle(exchange: Exchange): void | Promise<void>;
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

// A port that is let go by `leave` can be taken by somebody else for a moment: by a connection of
// the system's that happens to use it, for example.
const LISTEN_TRIES = 20;
const LISTEN_PAUSE_MS = 100;

/**
 * A listening socket that can leave its port and come back to it.
 *
 * Nothing that a client sends ends it: a handler that throws costs the client its reply, no more.
 */
export class DemoServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #host: string;
  #port: number;
  #hasEnded = false;

  private constructor({ host, port }: Place, behaviour: Behaviour) {
    this.#host = host;
    this.#port = port;
    this.#server = createServer((request, response) => void reply(request, response, behaviour));
    // Longer than a gateway's own: the side that replies never closes under a request on its way.
    this.#server.keepAliveTimeout = 75_000;
    // An accept that fails, for want of file descriptors, costs that one connection.
    this.#server.on('error', () => undefined);
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    const { upgrade } = behaviour;
    if (upgrade) {
      this.#server.on('upgrade', (request, socket, head) => {
        socket.on('error', () => socket.destroy());
        upgrade(request, socket, head);
      });
    }
  }

  /** Listens, and rejects when the place is taken. */
  static async start(place: Place, behaviour: Behaviour): Promise<DemoServer> {
    const server = new DemoServer(place, behaviour);
    await server.#listen();
    return server;
  }

  /** The port that it listens on, also while it has left it. */
  get port(): number {
    return this.#port;
  }

  /** Where a client on this machine reaches it. */
  get url(): string {
    const host = this.#host === '0.0.0.0' || this.#host === '::' ? '127.0.0.1' : this.#host;
    return `http://${host.includes(':') ? `[${host}]` : host}:${this.#port}`;
  }

  /** Closes the port and every connection: from here on, a connect is refused. */
  async leave(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** Listens again on the same port. */
  async comeBack(): Promise<void> {
    for (let tries = 1; !this.#server.listening && !this.#hasEnded; tries += 1) {
      try {
        await this.#listen();
      } catch (error) {
        if (tries === LISTEN_TRIES) throw error;
        await wait(LISTEN_PAUSE_MS);
      }
    }
  }

  /** Ends for good. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#hasEnded = true;
    await this.leave();
  }

  async #listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#port, this.#host, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    const address = this.#server.address();
    if (address !== null && typeof address === 'object') this.#port = address.port;
  }
}

/** Handles one request. Never rejects: what goes wrong is the client's reply, or no reply. */
async function reply(
  request: IncomingMessage,
  response: ServerResponse,
  { handle }: Behaviour,
): Promise<void> {
  try {
    const url = URL.parse(request.url ?? '/', 'http://demo.invalid');
    if (url === null) throw new RequestError(400, 'The address cannot be read.');
    await handle({ request, response, url });
  } catch (error) {
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    if (error instanceof RequestError) sendText(response, error.message, error.status);
    else sendText(response, 'The demo met a fault of its own.', 500);
  }
}
