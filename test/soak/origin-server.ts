import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer as createSecureServer } from 'node:https';
import type { Socket, Server as TcpServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { eventually } from '../support/eventually.ts';
import type { Protocol } from './mode.ts';

/** What becomes of requests, over HTTP/2 as well, by node:http2's compatible interface. */
export interface OriginHandlers {
  readonly onRequest: (request: IncomingMessage, response: ServerResponse) => void;
  readonly onUpgrade: (request: IncomingMessage, socket: Socket, head: Buffer) => void;
}

/** A server that can leave its address and come back to it. */
export interface OriginServer {
  /** Closes the address, and every connection with it. */
  refuse(): Promise<void>;
  accept(): Promise<void>;
}

/** Longer than the gateway keeps idle connections: an endpoint that closes them is a fault of its own. */
const KEEP_ALIVE_MS = 120_000;

/** Starts a server that accepts. */
export async function startServer(
  { host, port, protocol }: { host: string; port: number; protocol: Protocol },
  handlers: OriginHandlers,
): Promise<OriginServer> {
  const server = serverOf(protocol, handlers);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined); // A connection that breaks is what this is for.
    socket.once('close', () => sockets.delete(socket));
  });
  const listen = () => {
    const listening = Promise.withResolvers<boolean>();
    server.once('error', listening.reject);
    server.listen(port, host, () => {
      server.off('error', listening.reject);
      listening.resolve(true);
    });
    return listening.promise;
  };
  // The connection of somebody else may have its place for a moment.
  const accept = async () => void (await eventually(listen));
  await accept();
  const refuse = async () => {
    const closed = Promise.withResolvers<void>();
    server.close(() => closed.resolve());
    for (const socket of sockets) socket.destroy();
    await closed.promise;
  };
  return { accept, refuse };
}

function serverOf(protocol: Protocol, { onRequest, onUpgrade }: OriginHandlers): TcpServer {
  if (protocol === 'http2') {
    // By default node:http2 resets new streams where ten megabytes wait on a connection, as large files do.
    const server = createHttp2Server({ maxSessionMemory: 1_000 });
    // The compatible interface has all of node:http's that is used here.
    server.on('request', onRequest as never);
    server.on('sessionError', () => undefined); // Told by its connection.
    return server;
  }
  const tls = { cert: pemOf('server'), key: pemOf('server-key') };
  const server: Server = protocol === 'https' ? createSecureServer(tls) : createServer();
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.requestTimeout = 0;
  server.on('request', onRequest);
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
    onUpgrade(request, socket as Socket, head),
  );
  server.on('tlsClientError', () => undefined); // A handshake that the gateway has given up.
  return server;
}

/** Not by `secure-upstream.ts`, which brings all of vitest into each endpoint's process. */
function pemOf(name: string): Buffer {
  return readFileSync(new URL(`../upstream/tls/${name}.pem`, import.meta.url));
}
