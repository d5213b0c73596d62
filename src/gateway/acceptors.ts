import { type AddressInfo, createServer, type ListenOptions, type Server } from 'node:net';
import type { Listener } from '../config/settings.ts';

/**
 * How many sockets of one address accept: libuv takes one connection off each in a turn of the event loop.
 * With one socket, who opens a connection for each request has a turn to himself, and that is most of what it
 * costs: 0.46 of the CPU a request with sixteen, 0.44 with 32 (docs/decisions/0023).
 */
const SOCKETS = 16;

/** Where the system spreads connections over the sockets of one address (SO_REUSEPORT in socket(7)). */
const SPREADS = process.platform === 'linux';

/** What node:net keeps of a server's options, and its types leave out. */
interface Configured extends Server {
  readonly allowHalfOpen: boolean;
  readonly noDelay: boolean;
}

/** The sockets that accept connections for one server: its own, and more of the same address. */
export class Acceptors {
  readonly #server: Configured;
  readonly #others: Server[] = [];

  constructor(server: Server) {
    this.#server = server as Configured;
  }

  /**
   * Listens, as the server alone would: each connection is a `connection` of the server.
   *
   * Rejects with the system's error where the address cannot be had; nothing listens then.
   */
  async listen({ host, port }: Pick<Listener, 'host' | 'port'>): Promise<void> {
    if (!SPREADS) return listenOn(this.#server, { host, port });
    if (port !== 0) await claim({ host, port });
    try {
      await listenOn(this.#server, { host, port, reusePort: true });
      while (this.#others.length + 1 < SOCKETS) await this.#listenOnce();
    } catch (error) {
      void this.close(); // Never rejects.
      throw error;
    }
  }

  async #listenOnce(): Promise<void> {
    const { allowHalfOpen, noDelay } = this.#server;
    const { address: host, port } = this.address;
    const other = createServer({ allowHalfOpen, noDelay }, (socket) => {
      this.#server.emit('connection', socket);
    });
    this.#others.push(other);
    await listenOn(other, { host, port, reusePort: true });
  }

  /** Where it listens, with the port that the system chose for 0. */
  get address(): AddressInfo {
    return this.#server.address() as AddressInfo; // It never listens on a pipe.
  }

  /** Accepts no more; resolves when the connections that are open have ended. */
  async close(): Promise<void> {
    await Promise.all([this.#server, ...this.#others].map(closed));
  }
}

/**
 * Makes sure that nobody has the address, with an error that says so. Several programs of one user may share one, as
 * its sockets do here, and each would get some of the connections that are meant for the other.
 */
async function claim(address: ListenOptions): Promise<void> {
  const only = createServer();
  await listenOn(only, address);
  await closed(only);
}

async function listenOn(server: Server, options: ListenOptions): Promise<void> {
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(options, resolve);
  await listening;
  server.off('error', reject);
}

function closed(server: Server): Promise<unknown> {
  return new Promise((resolve) => server.close(resolve));
}
