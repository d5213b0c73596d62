import { type AddressInfo, createServer, type Socket } from 'node:net';
import { readRequest, type SeenRequest } from './request-reader.ts';

/** What the origin does with a request: bytes to be sent, or whatever else it likes. */
export type Reply = string | ((socket: Socket, request: SeenRequest, nth: number) => void);

/** How the origin behaves while one row is played. */
export interface Script {
  /** To each whole request, in its turn. */
  readonly reply: Reply;
  /** To each head, as soon as it has come. */
  readonly early?: Reply | undefined;
}

/** What the origin has seen while one row was played. */
export interface OriginSeen {
  readonly requests: readonly SeenRequest[];
  /** Heads whose body has not come whole: their client has left, or the proxy gave up. */
  readonly unfinished: readonly SeenRequest[];
  /** What a strict reader could not take for a request; null when it could take all. */
  readonly fault: string | null;
  /** All bytes, connection by connection. */
  readonly received: string;
  /** How many connections are open, of those on which something came. */
  readonly open: number;
  /** How many bytes the proxy has taken of what the scripts wrote. */
  readonly sentBytes: number;
}

interface Connection {
  readonly socket: Socket;
  received: string;
  rest: string;
  head: SeenRequest | null;
  isTunnel: boolean;
}

/** The application behind a proxy: a port that records exact bytes, and does what a script says. */
export class Origin implements AsyncDisposable {
  readonly #server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
  #connections = new Set<Connection>();
  #requests: SeenRequest[] = [];
  #fault: string | null = null;
  #script: Script = { reply: '' };

  /** Listens on a port of the loopback, 0 for any, and returns it. */
  async listen(port = 0): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    // The address of a TCP server that listens is an object.
    return (this.#server.address() as AddressInfo).port;
  }

  /** Begins anew with another script; connections of the last one are gone. */
  play(script: Script): void {
    for (const { socket } of this.#connections) socket.destroy();
    this.#connections = new Set();
    this.#requests = [];
    this.#fault = null;
    this.#script = script;
  }

  get seen(): OriginSeen {
    const all = [...this.#connections];
    return {
      requests: this.#requests,
      unfinished: all.flatMap(({ head }) => (head === null ? [] : [head])),
      fault: this.#fault,
      received: all.map(({ received }) => received).join(''),
      open: all.filter(({ socket, received }) => received !== '' && !socket.destroyed).length,
      sentBytes: all.reduce((sum, { socket }) => sum + socket.bytesWritten, 0),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { socket } of this.#connections) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(socket: Socket): void {
    const connection = { socket, received: '', rest: '', head: null, isTunnel: false };
    const connections = this.#connections;
    connections.add(connection);
    socket.on('data', (bytes: Buffer) => {
      const text = bytes.toString('latin1');
      connection.received += text;
      // What arrives late belongs to a row that is over.
      if (connections === this.#connections) this.#read(connection, text);
    });
    // A proxy that has finished with a connection gets its end back.
    socket.on('end', () => socket.end()).on('error', () => socket.destroy());
  }

  #read(connection: Connection, text: string): void {
    connection.rest += text;
    while (connection.rest !== '' && this.#fault === null && !connection.isTunnel) {
      const read = readRequest(connection.rest);
      if (read.kind === 'more') return;
      if (read.kind === 'fault') {
        this.#fault = read.fault;
        return;
      }
      if (connection.head === null) this.#do(connection, this.#script.early, read.request);
      connection.head = read.request;
      if (read.kind === 'head') return;
      connection.head = null;
      connection.rest = connection.rest.slice(read.length);
      this.#requests.push(read.request);
      this.#do(connection, this.#script.reply, read.request);
    }
    if (connection.isTunnel && connection.rest !== '') {
      connection.socket.write(connection.rest, 'latin1');
      connection.rest = '';
    }
  }

  #do(connection: Connection, reply: Reply | undefined, request: SeenRequest): void {
    const { socket } = connection;
    if (typeof reply === 'function') reply(socket, request, this.#requests.length);
    else if (reply !== undefined && reply !== '') socket.write(reply, 'latin1');
    // From a 101 on, what comes is echoed.
    if (typeof reply === 'string' && reply.startsWith('HTTP/1.1 101')) connection.isTunnel = true;
  }
}

/** Sends bytes, and ends the connection in order. */
export function closing(bytes: string): Reply {
  return (socket) => socket.end(bytes, 'latin1');
}

/** A reset takes with it what its receiver has not read yet: it comes so long after the bytes. */
const RESET_AFTER_MS = 50;

/** Sends bytes, and then resets the connection. */
export function breaking(bytes: string): Reply {
  return (socket) => {
    socket.write(bytes, 'latin1');
    setTimeout(() => socket.resetAndDestroy(), RESET_AFTER_MS);
  };
}
