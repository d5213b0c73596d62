import {
  createSecureServer,
  createServer,
  type Http2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
  type ServerOptions,
} from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { pem } from './secure-upstream.ts';

/** What a test's endpoint does with a stream. */
export type OnStream = (stream: ServerHttp2Stream, fields: IncomingHttpHeaders) => void;

/** A real server on a loopback port of its own that speaks HTTP/2 and nothing else. */
export interface Http2Upstream {
  /** `http://127.0.0.1:PORT`, or `https:` where it has a certificate. */
  readonly url: string;
  /** How many requests it has received. */
  readonly requests: number;
  /** How many connections it has accepted, ever. */
  readonly connections: number;
  /** Its sessions that are open. */
  readonly sessions: ReadonlySet<Http2Session>;
  readonly sockets: ReadonlySet<Socket>;
  /** From the next request on. */
  behave(onStream: OnStream): void;
  /** Accepts no more connections, and ends those that are open. */
  refuse(): void;
}

export interface Http2UpstreamOptions {
  readonly settings?: ServerOptions['settings'];
  /** The name of a certificate in `test/upstream/tls/`: it then speaks TLS. */
  readonly certificate?: string;
}

/** Replies 200 and `served`. */
export const serve: OnStream = (stream) => {
  stream.respond({ ':status': 200, 'content-type': 'text/plain' });
  stream.end('served\n');
};

/** Starts one that closes when the running test is over. */
export async function startHttp2Upstream(
  onStream: OnStream = serve,
  { settings, certificate }: Http2UpstreamOptions = {},
): Promise<Http2Upstream> {
  const seen = { requests: 0, connections: 0 };
  const sessions = new Set<Http2Session>();
  const sockets = new Set<Socket>();
  let current = onStream;
  const options = settings === undefined ? {} : { settings };
  const server =
    certificate === undefined
      ? createServer(options)
      : createSecureServer({
          ...options,
          cert: pem(certificate),
          key: pem(`${certificate}-key`),
        });
  server.on('connection', (socket: Socket) => {
    seen.connections += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('session', (session: Http2Session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    session.on('error', () => undefined); // What a test breaks off is no fault of the server's.
  });
  server.on('stream', (stream: ServerHttp2Stream, fields: IncomingHttpHeaders) => {
    seen.requests += 1;
    stream.on('error', () => undefined);
    current(stream, fields);
  });
  const refuse = () => {
    server.close();
    for (const session of sessions) session.destroy();
    for (const socket of sockets) socket.destroy();
  };
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  onTestFinished(refuse);
  // The address of a TCP server that listens is an object.
  const { port } = server.address() as AddressInfo;
  return {
    url: `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    sessions,
    sockets,
    get requests() {
      return seen.requests;
    },
    get connections() {
      return seen.connections;
    },
    behave(next) {
      current = next;
    },
    refuse,
  };
}
