import { readFileSync } from 'node:fs';
import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** The path of a file in `test/upstream/tls/`. */
export function certificatePath(name: string): string {
  return fileURLToPath(new URL(`../upstream/tls/${name}.pem`, import.meta.url));
}

/** The text of such a file. */
export function pem(name: string): string {
  return readFileSync(certificatePath(name), 'utf8');
}

/** A real HTTPS server on a loopback port of its own. */
export interface SecureUpstream {
  /** `https://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  readonly requests: number;
  /** Handshakes that came to their end, and how many of them resumed a session. */
  readonly handshakes: number;
  readonly resumed: number;
  /** The server names that were asked for; false where none was. */
  readonly names: readonly (string | false | null)[];
  /** Closes the connections that are open; further ones are accepted. */
  hangUp(): void;
}

/** Starts one with the certificate of that name, which closes when the running test is over. */
export async function startSecureUpstream(
  certificate: string,
  options: ServerOptions = {},
): Promise<SecureUpstream> {
  const own = { cert: pem(certificate), key: pem(`${certificate}-key`), ...options };
  const seen = { requests: 0, handshakes: 0, resumed: 0 };
  const names: (string | false | null)[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(own, (_, response) => {
    seen.requests += 1;
    response.end('served\n');
  });
  server.on('secureConnection', (socket) => {
    seen.handshakes += 1;
    seen.resumed += socket.isSessionReused() ? 1 : 0;
    names.push(socket.servername);
  });
  server.on('tlsClientError', () => undefined); // Handshakes that fail are what is tested.
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const hangUp = () => {
    for (const socket of sockets) socket.destroy();
  };
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  onTestFinished(() => {
    server.close();
    hangUp();
  });
  // The address of a TCP server that listens is an object.
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    port,
    names,
    hangUp,
    get requests() {
      return seen.requests;
    },
    get handshakes() {
      return seen.handshakes;
    },
    get resumed() {
      return seen.resumed;
    },
  };
}
