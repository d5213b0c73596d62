import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { connectRaw } from '../support/raw-client.ts';
import { startRawUpstream } from '../support/raw-upstream.ts';

const STATUS_PAGE = 'https://status.chargeover.com';
const UPGRADE =
  'GET /socket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';

/** An application whose WebSockets greet, and that can go away. */
async function startSockets() {
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  const raw: Socket[] = [];
  sockets.on('connection', (socket, { socket: connection }) => {
    raw.push(connection);
    socket.on('error', () => undefined);
    socket.send('welcome');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  /** Accepts no more, and ends what is open, so or so. */
  const goAway = (end: (socket: Socket) => void) => {
    server.close();
    for (const socket of raw) end(socket);
  };
  onTestFinished(() => goAway((socket) => void socket.destroy()));
  // The address of a TCP server that listens is an object.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, clients: sockets.clients, raw, goAway };
}

/** A WebSocket through a gateway, greeted. */
async function openSocket(
  settings: Readonly<Record<string, unknown>> = { statusPage: { url: STATUS_PAGE } },
) {
  const app = await startSockets();
  const started = await startGateway({ ...oneUpstream([app.url]), ...settings }, { isQuiet: true });
  const socket = new WebSocket(started.url.replace('http', 'ws'));
  socket.on('error', () => undefined);
  onTestFinished(() => socket.terminate());
  await once(socket, 'message');
  return { app, socket, ...started };
}

const closeOf = async (socket: WebSocket) => {
  const [code, reason] = await once(socket, 'close');
  return [code, String(reason)];
};

test.for<{ name: string; end: (socket: Socket) => void }>([
  { name: 'resets', end: (socket) => void socket.resetAndDestroy() },
  { name: 'closes', end: (socket) => void socket.destroy() },
  { name: 'finishes', end: (socket) => void socket.end() },
])(
  'in an outage an upstream that $name its WebSocket without a word: 1013, with where to look',
  async ({ end }) => {
    const { app, socket, gateway } = await openSocket();

    app.goAway(end);

    expect(await closeOf(socket)).toEqual([1013, `outage ${STATUS_PAGE}/`]);
    await vi.waitFor(() => expect(gateway.counts.tunnels).toBe(0));
  },
);

test.for([
  { name: 'without a status page', settings: {} },
  {
    name: 'with an address that a Close frame has no room for',
    settings: {
      statusPage: { url: `https://${'status-'.repeat(8)}.${'x'.repeat(60)}.example.com` },
    },
  },
])('$name the reason is `outage`', async ({ settings }) => {
  const { app, socket } = await openSocket(settings);
  app.goAway((connection) => void connection.resetAndDestroy());
  expect(await closeOf(socket)).toEqual([1013, 'outage']);
});

test('a WebSocket that breaks off while all else is well breaks off for its client', async () => {
  const { app, socket } = await openSocket();
  app.raw[0]?.resetAndDestroy();
  expect(await closeOf(socket)).toEqual([1006, '']);
});

test('a Close frame of the upstream passes as it is, outage or not', async () => {
  const { app, socket } = await openSocket();
  const closed = closeOf(socket);
  app.goAway(() => undefined);
  for (const client of app.clients) client.close(4321, 'bye');
  expect(await closed).toEqual([4321, 'bye']);
});

test('a break within a frame is a reset: no frame can follow', async () => {
  const { app, url } = await openSocket();
  const client = await connectRaw(url);
  client.send(UPGRADE);
  await client.until('welcome');
  app.raw[1]?.write(Buffer.from([0x81, 10, 0x68, 0x61, 0x6c, 0x66]));
  await client.until('half');

  app.goAway((socket) => void socket.end());

  const { received, code } = await client.ending();
  expect([received.endsWith('half'), code]).toEqual([true, 'ECONNRESET']);
});

test('a Close frame may come between two parts of a message', async () => {
  const { app, socket } = await openSocket();
  app.raw[0]?.write(Buffer.from([0x01, 4, 0x68, 0x61, 0x6c, 0x66]), () => {
    app.goAway((connection) => void connection.end());
  });
  expect(await closeOf(socket)).toEqual([1013, `outage ${STATUS_PAGE}/`]);
});

test('a socket that still works is left alone, whatever is believed of its upstream', async () => {
  const { app, socket, upstream } = await openSocket();
  upstream().requestFailed('connection_refused');
  expect(upstream().belief.verdict.state).toBe('suspect');

  for (const client of app.clients) client.send('still here');

  expect(String((await once(socket, 'message'))[0])).toBe('still here');
  expect(socket.readyState).toBe(WebSocket.OPEN);
});

test('a gateway that drains tells what is still open at the end to come back', async () => {
  const { socket, drain } = await openSocket();
  const closed = closeOf(socket);
  await drain();
  expect(await closed).toEqual([1012, 'restart']);
});

test('while the verdict is not `up`, a break needs no other evidence', async () => {
  const { app, socket, upstream } = await openSocket();
  upstream().requestFailed('connection_refused');
  app.raw[0]?.resetAndDestroy();
  expect(await closeOf(socket)).toEqual([1013, `outage ${STATUS_PAGE}/`]);
});

test('another protocol is cut off in an outage: nothing can be said in it', async () => {
  const app = await startRawUpstream(({ socket, received }) => {
    if (received.endsWith('\r\n\r\n')) {
      socket.write(
        'HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: custom\r\n\r\nwelcome',
      );
    }
  });
  const { url, upstream } = await startGateway(oneUpstream([app.url]), { isQuiet: true });
  const client = await connectRaw(url);
  client.send(UPGRADE.replace('websocket', 'custom'));
  await client.until('welcome');
  upstream().requestFailed('connection_refused');

  (await app.connection(0)).socket.resetAndDestroy();

  expect(await client.ending()).toMatchObject({ code: 'ECONNRESET' });
});
