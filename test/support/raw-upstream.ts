import { type AddressInfo, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** One connection that the gateway has opened. */
export interface RawConnection {
  readonly socket: Socket;
  /** What has come so far, one character a byte. */
  readonly received: string;
  /** Waits until `text` has come. */
  until(text: string): Promise<void>;
  /** Waits until the connection is closed on both sides, or cut off. */
  readonly closed: Promise<void>;
}

/** An upstream that is nothing but a port: a test says what it sends. */
export interface RawUpstream {
  readonly url: string;
  readonly connections: readonly RawConnection[];
  /** The connection of that number, from 0, as soon as something has come on it. */
  connection(index: number): Promise<RawConnection>;
  /** All that has come, connection by connection. */
  readonly received: string;
}

/**
 * Starts an upstream on a loopback port that closes when the running test is over. `onData` is called
 * each time that bytes have come; without it the upstream is silent.
 */
export async function startRawUpstream(
  onData: (connection: RawConnection, index: number) => void = () => undefined,
  { allowHalfOpen = false } = {},
): Promise<RawUpstream> {
  const connections: RawConnection[] = [];
  let wake = Promise.withResolvers<void>();
  const ring = () => {
    wake.resolve();
    wake = Promise.withResolvers<void>();
  };
  const server = createServer({ allowHalfOpen }, (socket) => {
    let received = '';
    const closed = Promise.withResolvers<void>();
    const connection: RawConnection = {
      socket,
      get received() {
        return received;
      },
      async until(text) {
        while (!received.includes(text)) await wake.promise;
      },
      closed: closed.promise,
    };
    let index = -1;
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      // A probe connects and says nothing: it is no connection that a test counts.
      if (index === -1) index = connections.push(connection) - 1;
      ring();
      onData(connection, index);
    });
    socket.on('error', () => socket.destroy()).on('close', () => closed.resolve());
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  onTestFinished(() => {
    server.close();
    for (const { socket } of connections) socket.destroy();
  });
  // The address of a TCP server that listens is an object.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    connections,
    async connection(index) {
      for (;;) {
        const connection = connections[index];
        if (connection !== undefined) return connection;
        await wake.promise;
      }
    },
    get received() {
      return connections.map((connection) => connection.received).join('');
    },
  };
}

/** Replies to each request head with the same bytes. For requests without a body. */
export function replying(reply: string): (connection: RawConnection) => void {
  const answered = new WeakMap<RawConnection, number>();
  return (connection) => {
    const heads = connection.received.split('\r\n\r\n').length - 1;
    for (let count = answered.get(connection) ?? 0; count < heads; count += 1) {
      connection.socket.write(reply, 'latin1');
    }
    answered.set(connection, heads);
  };
}
