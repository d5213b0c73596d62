import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Acceptors } from '../../src/gateway/acceptors.ts';
import { ask } from '../support/ask.ts';

const LOOPBACK = { host: '127.0.0.1', port: 0 };
const isLinux = process.platform === 'linux';

/** Acceptors of a server; both end with the test. */
function acceptorsOf(server: Server): Acceptors {
  const acceptors = new Acceptors(server);
  onTestFinished(() => acceptors.close());
  return acceptors;
}

/** Opens so many connections to a port of this process before it has a turn to accept one. */
function connectAll(port: number, count: number): Socket[] {
  const sockets = Array.from({ length: count }, () => connect(port, '127.0.0.1'));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  return sockets;
}

test('every connection reaches the server, whichever socket has accepted it', async () => {
  const server = createHttpServer((request, response) => response.end(request.url));
  const acceptors = acceptorsOf(server);
  await acceptors.listen(LOOPBACK);
  const url = `http://127.0.0.1:${acceptors.address.port}`;
  const replies = Array.from({ length: 60 }, (_, index) => ask(`${url}/${index}`));
  const paths = (await Promise.all(replies)).map(({ text }) => text);
  expect(paths).toEqual(replies.map((_, index) => `/${index}`));
});

test.skipIf(!isLinux)(
  'in one turn several connections are accepted (Linux only: SO_REUSEPORT)',
  async () => {
    const turns: number[] = [0];
    const { promise: all, resolve } = Promise.withResolvers<void>();
    let accepted = 0;
    const server = createServer((socket) => {
      onTestFinished(() => void socket.destroy());
      accepted += 1;
      turns[turns.length - 1] = (turns.at(-1) ?? 0) + 1;
      setImmediate(() => turns.at(-1) !== 0 && turns.push(0));
      if (accepted === 64) resolve();
    });
    const acceptors = acceptorsOf(server);
    await acceptors.listen(LOOPBACK);
    connectAll(acceptors.address.port, 64);
    await all;
    // Sixteen sockets, over which the system spreads 64 by a hash of the client's port.
    expect(Math.max(...turns)).toBeGreaterThan(4);
  },
);

test('an address is refused that another program has, even where that one would share it', async () => {
  const other = createServer().listen({ host: '127.0.0.1', port: 0, reusePort: isLinux });
  onTestFinished(() => void other.close());
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  const taken = { ...LOOPBACK, port };
  await expect(acceptorsOf(createServer()).listen(taken)).rejects.toThrow('EADDRINUSE');
});

test('an address is refused that a listener of this program has', async () => {
  const first = acceptorsOf(createServer());
  await first.listen(LOOPBACK);
  const taken = { ...LOOPBACK, port: first.address.port };
  await expect(acceptorsOf(createServer()).listen(taken)).rejects.toThrow('EADDRINUSE');
});

test('closing ends when the last connection has ended, and accepts none meanwhile', async () => {
  const server = createServer((socket) => socket.resume());
  const acceptors = acceptorsOf(server);
  await acceptors.listen(LOOPBACK);
  const { port } = acceptors.address;
  let open = 0;
  server.on('connection', (socket: Socket) => {
    open += 1;
    socket.once('close', () => (open -= 1));
  });
  const sockets = connectAll(port, 20);
  await expect.poll(() => open).toBe(20);

  let hasEnded = false;
  const closing = acceptors.close().then(() => (hasEnded = true));
  const [late] = connectAll(port, 1);
  await new Promise((resolve) => late?.once('error', resolve));
  expect([open, hasEnded]).toEqual([20, false]);
  for (const socket of sockets) socket.end();
  await closing;
  await expect.poll(() => open).toBe(0);
});
