import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';

export interface DnsSocketDeps {
  readonly onReply: (bytes: Buffer) => void;
  /** By its code: the server cannot be reached. What was sent before may be lost. */
  readonly onTrouble: (code: string) => void;
}

const DNS_PORT = 53;
/** `HOST`, `HOST:PORT` or `[HOST]:PORT`, as Node and the settings write name servers. */
const SERVER = /^(?:\[(?<bracketed>[^\]]+)\]|(?<host>[^:]+))(?::(?<port>\d+))?$/;
/** Replies to hundreds of questions fit, though the process is too busy to read them. */
const RECEIVE_BYTES = 1_048_576;

/**
 * A socket to one name server, connected, so that the system lets nobody else's datagrams in and tells
 * at once when nobody listens. Holds no process open.
 */
export class DnsSocket implements Disposable {
  readonly #socket: Socket;
  readonly #onTrouble: (code: string) => void;
  #isConnected = false;
  /** Why there is no connection, and will be none. */
  #trouble: string | null = null;
  /** What waits for the connection. */
  #waiting: Buffer[] = [];

  constructor(server: string, { onReply, onTrouble }: DnsSocketDeps) {
    const { host, port } = partsOf(server);
    this.#onTrouble = onTrouble;
    const type = isIPv6(host) ? 'udp6' : 'udp4';
    this.#socket = createSocket({ type, recvBufferSize: RECEIVE_BYTES })
      .unref()
      .on('message', onReply)
      .on('error', (error) => this.#fail(error))
      .once('connect', () => this.#flush());
    this.#socket.connect(port, host);
  }

  /** Sends a datagram, as soon as the socket can. Never throws, and tells of trouble in a later turn. */
  send(bytes: Buffer): void {
    const code = this.#trouble;
    if (this.#isConnected) this.#socket.send(bytes, this.#onSent);
    else if (code === null) this.#waiting.push(bytes);
    else process.nextTick(this.#onTrouble, code);
  }

  [Symbol.dispose](): void {
    this.#isConnected = false;
    this.#waiting = [];
    this.#socket.close();
  }

  #flush(): void {
    this.#isConnected = true;
    for (const bytes of this.#waiting.splice(0)) this.send(bytes);
  }

  /** "Nobody listens" may be told to whoever sends next. */
  readonly #onSent = (error: Error | null): void => {
    if (error !== null) this.#fail(error);
  };

  #fail(error: NodeJS.ErrnoException): void {
    const code = error.code ?? 'EUNKNOWN';
    if (!this.#isConnected) this.#trouble = code;
    this.#waiting = [];
    this.#onTrouble(code);
  }
}

function partsOf(server: string): { readonly host: string; readonly port: number } {
  const { bracketed, host, port } = SERVER.exec(server)?.groups ?? {};
  return { host: bracketed ?? host ?? server, port: Number(port ?? DNS_PORT) };
}
