import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { freePort } from './processes.ts';

/** The ways in which an upstream fails while the requests come. */
export const FAULTS = ['refused', 'empty', 'hanging', 'reset_mid_head'] as const;

/** `empty` closes without a byte of a reply; `hanging` takes the request and says nothing. */
export type Fault = (typeof FAULTS)[number];

/** An upstream that fails every request, and remembers which ones reached it. */
export interface FaultyUpstream extends AsyncDisposable {
  readonly port: number;
  /** How often each target came in. */
  readonly received: ReadonlyMap<string, number>;
}

/** Starts an upstream with one fault on a loopback port. */
export async function startFaultyUpstream(fault: Fault): Promise<FaultyUpstream> {
  const received = new Map<string, number>();
  if (fault === 'refused') {
    return { port: await freePort(), received, [Symbol.asyncDispose]: async () => undefined };
  }
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy()); // The gateway gave up, as it may.
    socket.on('data', (chunk) => {
      const target = /^[A-Z]+ (\S+) HTTP\/1\.1\r\n/.exec(chunk.toString('latin1'))?.[1];
      if (target === undefined) return;
      received.set(target, (received.get(target) ?? 0) + 1);
      fail(socket, fault);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // Of a TCP server that listens it is an object.
  return {
    port,
    received,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function fail(socket: Socket, fault: Exclude<Fault, 'refused'>): void {
  switch (fault) {
    case 'empty':
      socket.end();
      return;
    case 'hanging':
      return;
    case 'reset_mid_head':
      socket.write('HTTP/1.1 200 OK\r\nContent-Le', () => socket.resetAndDestroy());
  }
}
