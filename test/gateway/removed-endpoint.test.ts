import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startDns } from '../support/dns-server.ts';
import { startGateway } from '../support/gateway.ts';
import { connectRaw, request } from '../support/raw-client.ts';

/** One of two endpoints that share a port and differ in their address. */
interface Task {
  readonly port: number;
  readonly requests: number;
  readonly sockets: ReadonlySet<Socket>;
  /** Replies to `/stream` that are under way. */
  readonly streams: ReadonlySet<ServerResponse>;
}

async function startTask(address: string, wantedPort: number): Promise<Task> {
  const sockets = new Set<Socket>();
  const streams = new Set<ServerResponse>();
  const seen = { requests: 0 };
  const server = createServer({ keepAliveTimeout: 60_000 }, ({ url }, response) => {
    seen.requests += 1;
    response.setHeader('X-Task', address);
    if (url !== '/stream') return void response.end('served\n');
    streams.add(response);
    response.write('one ');
  });
  server.on('upgrade', (_, socket: Socket) => {
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\nX-Task: ${address}\r\n\r\n`,
    );
    socket.on('error', () => undefined).pipe(socket);
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject).listen(wantedPort, address, listening.resolve);
  await listening.promise;
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  // The address of a TCP server that listens is an object.
  const { port } = server.address() as AddressInfo;
  return {
    port,
    sockets,
    streams,
    get requests() {
      return seen.requests;
    },
  };
}

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const POST = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi';
const STREAM = 'GET /stream HTTP/1.1\r\nHost: a\r\n\r\n';
const UPGRADE = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n';

test('an endpoint that discovery drops gets nothing more, and what is under way there goes on', async () => {
  const first = await startTask('127.0.0.1', 0);
  const second = await startTask('127.0.0.2', first.port);
  const dns = await startDns();
  dns.set('tasks.app', ['127.0.0.1']);
  const { port } = first;
  const discover = { dns: 'tasks.app', port, every: '50ms', servers: [dns.address] };
  const { url, upstream, gateway } = await startGateway({ upstreams: { app: { discover } } });
  const listsOnly = (host: string) =>
    vi.waitFor(() =>
      expect(upstream().endpoints.map((one) => one.url)).toEqual([`http://${host}:${port}`]),
    );
  await listsOnly('127.0.0.1');

  const [stream, tunnel] = [await connectRaw(url), await connectRaw(url)];
  stream.send(STREAM);
  await stream.until('one ');
  tunnel.send(UPGRADE);
  await tunnel.until('101 Switching Protocols');
  await Promise.all([GET, POST, GET, POST].map((bytes) => request(url, bytes)));
  expect(first.sockets.size).toBeGreaterThan(2);

  dns.set('tasks.app', ['127.0.0.2']);
  await listsOnly('127.0.0.2');
  // What was idle is closed at once, and not when its keep-alive time is over.
  await vi.waitFor(() => expect(first.sockets.size).toBe(2), { timeout: 500 });

  const { requests } = first;
  for (const bytes of [GET, POST, GET, POST, GET, POST]) {
    expect((await request(url, bytes)).field('x-task')).toBe('127.0.0.2');
  }
  expect(first.requests).toBe(requests);
  expect(second.requests).toBe(6);

  tunnel.send('still there?');
  await tunnel.until('still there?');
  for (const response of first.streams) response.end('two');
  expect((await stream.response()).body).toBe('one two');
  tunnel.socket.end();
  await tunnel.ending();
  await vi.waitFor(() => expect(first.sockets.size).toBe(0));
  await vi.waitFor(() => expect(upstream().counts.outstanding).toBe(0));
  expect(gateway.counts.tunnels).toBe(0);
  expect(upstream().counts.attemptFailures.connection_reset).toBe(0);
});
