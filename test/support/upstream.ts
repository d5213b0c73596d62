import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { eventually } from './eventually.ts';

/**
 * What a test's upstream does with each request:
 *
 * `serve` replies 200; `unavailable` replies 503 with the page of a load balancer; `hang` takes the
 * request and never replies; `reset` resets the connection before a byte of the reply, `reset_mid_head` in
 * the middle of its head; `garbage` sends what is not HTTP; `end_early` promises 100 bytes and ends after
 * 10; `too_long` promises 5 bytes and sends 10; `break_off` resets the connection in the middle of a
 * chunked body; `drip` sends a chunked body byte by byte; `hang_mid_body` sends half of one and stops.
 */
export type Behaviour =
  | 'serve'
  | 'unavailable'
  | 'hang'
  | 'reset'
  | 'reset_mid_head'
  | 'garbage'
  | 'end_early'
  | 'too_long'
  | 'break_off'
  | 'drip'
  | 'hang_mid_body';

/** A real server on a loopback port of its own, whose behaviour can be changed at any time. */
export interface TestUpstream extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, the same for its whole life. */
  readonly url: string;
  readonly port: number;
  /** How many requests it has received. */
  readonly requests: number;
  /** How many connections it has accepted. */
  readonly connections: number;
  /** From the next request on. A function handles requests itself. */
  behave(behaviour: Behaviour | RequestListener): void;
  /** Closes the port, and all connections with it: connects are refused. */
  refuse(): Promise<void>;
  /** Listens again on the same port. */
  accept(): Promise<void>;
}

/** Starts an upstream that closes when the running test is over. */
export async function startUpstream(
  behaviour: Behaviour | RequestListener = 'serve',
): Promise<TestUpstream> {
  const upstream = await openUpstream(behaviour);
  onTestFinished(() => upstream[Symbol.asyncDispose]());
  return upstream;
}

/** The same for hooks: whoever opens it disposes of it. */
export async function openUpstream(behaviour: Behaviour | RequestListener): Promise<TestUpstream> {
  let current = behaviour;
  let requests = 0;
  let connections = 0;
  const server = createServer((request, response) => {
    requests += 1;
    if (typeof current === 'function') current(request, response);
    else BEHAVIOURS[current](request, response);
  });
  server.on('connection', () => {
    connections += 1;
  });
  const listen = (port: number) => {
    const listening = Promise.withResolvers<void>();
    server.once('error', listening.reject).listen(port, '127.0.0.1', listening.resolve);
    return listening.promise;
  };
  const refuse = async () => {
    if (!server.listening) return;
    const closed = Promise.withResolvers<void>();
    server.close(() => closed.resolve());
    server.closeAllConnections();
    await closed.promise;
  };
  await listen(0);
  // The address of a TCP server that listens is an object.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    get requests() {
      return requests;
    },
    get connections() {
      return connections;
    },
    behave(next) {
      current = next;
    },
    refuse,
    async accept() {
      // In between the system may lend the port to somebody's connection, for a moment.
      await eventually(() => listen(port).then(() => true));
    },
    [Symbol.asyncDispose]: refuse,
  };
}

const CHUNKED_HEAD = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

const BEHAVIOURS: Record<Behaviour, (request: IncomingMessage, response: ServerResponse) => void> =
  {
    serve: (_, response) => response.end('served\n'),
    unavailable: (_, response) =>
      response
        .writeHead(503, { 'content-type': 'text/html' })
        .end('<html><body><h1>503 Service Unavailable</h1></body></html>\n'),
    hang: () => undefined,
    reset: ({ socket }) => socket.resetAndDestroy(),
    reset_mid_head: ({ socket }) =>
      socket.write('HTTP/1.1 200 OK\r\nContent-Le', () => socket.resetAndDestroy()),
    garbage: ({ socket }) => socket.end('this is not HTTP\r\n\r\n'),
    end_early: ({ socket }) =>
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789'),
    too_long: ({ socket }) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n0123456789'),
    break_off: ({ socket }) =>
      socket.write(`${CHUNKED_HEAD}5\r\nfirst\r\n`, () => socket.resetAndDestroy()),
    drip: ({ socket }, response) => {
      const bytes = [...'drip drip drip'];
      const timer = setInterval(() => {
        const byte = bytes.shift();
        if (byte === undefined) response.end();
        else response.write(byte);
        if (byte === undefined) clearInterval(timer);
      }, 20);
      socket.once('close', () => clearInterval(timer));
    },
    hang_mid_body: (_, response) => {
      response.writeHead(200, { 'content-length': '10' }).write('01234');
    },
  };
