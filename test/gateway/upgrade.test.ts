import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { connectRaw, request } from '../support/raw-client.ts';
import { replying, startRawUpstream } from '../support/raw-upstream.ts';
import { startUpstream } from '../support/upstream.ts';

const UPGRADE =
  'GET /socket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
const SWITCHED =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Case: Kept\r\n\r\n';

/** A tunnel that is open: the client's side, and the upstream's. */
async function openTunnel() {
  const upstream = await startRawUpstream(
    ({ socket, received }) => {
      if (received.endsWith('\r\n\r\n')) socket.write(SWITCHED);
    },
    { allowHalfOpen: true },
  );
  const started = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });
  const client = await connectRaw(started.url);
  client.send(UPGRADE);
  const switched = await client.response();
  const connection = await upstream.connection(0);
  return { ...started, client, switched, connection };
}

async function startEcho(): Promise<string> {
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => {
    socket.on('message', (message, isBinary) => socket.send(message, { binary: isBinary }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.close();
  });
  // The address of a TCP server that listens is an object.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a WebSocket echoes small and large messages, compressed and not, and closes with its code', async () => {
  const { url, gateway } = await startGateway(oneUpstream([await startEcho()]));
  const socket = new WebSocket(url.replace('http', 'ws'));
  await once(socket, 'open');
  expect(gateway.counts.tunnels).toBe(1);

  for (const size of [0, 1, 125, 65_536, 1_000_000]) {
    socket.send(Buffer.alloc(size, 'x'));
    const [message] = await once(socket, 'message');
    expect((message as Buffer).length).toBe(size);
  }
  socket.close(4321, 'done');
  const [code, reason] = await once(socket, 'close');

  expect([code, String(reason)]).toEqual([4321, 'done']);
  await vi.waitFor(() => expect(gateway.counts.tunnels).toBe(0));
});

test('the 101 is passed on as it came', async () => {
  const { switched } = await openTunnel();
  expect([switched.status, switched.fields]).toEqual([
    101,
    [
      ['Connection', 'Upgrade'],
      ['Upgrade', 'websocket'],
      ['X-Case', 'Kept'],
    ],
  ]);
});

test('bytes right behind the handshake arrive, on both sides', async () => {
  const upstream = await startRawUpstream(({ socket, received }, index) => {
    if (index === 0 && received.includes('early from the client')) socket.end();
    else socket.write(`${SWITCHED}early from the upstream`);
  });
  const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });
  const client = await connectRaw(url);
  client.send(`${UPGRADE}early from the client`);

  expect((await client.response()).status).toBe(101);
  await client.until('early from the upstream');
  await (await upstream.connection(0)).until('early from the client');
});

test.for([
  { side: 'the client', first: 'client', second: 'upstream' },
  { side: 'the upstream', first: 'upstream', second: 'client' },
] as const)(
  '$side may finish first, and still gets what the other has to say',
  async ({ first }) => {
    const { client, connection, gateway } = await openTunnel();
    const sides: Record<'client' | 'upstream', Socket> = {
      client: client.socket,
      upstream: connection.socket,
    };
    const [early, late] =
      first === 'client' ? [sides.client, sides.upstream] : [sides.upstream, sides.client];
    early.end('the last word');
    await (first === 'client' ? connection.until('last word') : client.until('last word'));

    const rest = 'y'.repeat(3_000_000);
    late.end(rest);

    const got = () =>
      first === 'client' ? client.ending() : connection.closed.then(() => connection);
    expect((await got()).received.endsWith(rest)).toBe(true);
    await vi.waitFor(() => expect(gateway.counts.tunnels).toBe(0));
  },
);

test('a client that is cut off cuts off the upstream', async () => {
  const { client, connection, gateway } = await openTunnel();
  const error = once(connection.socket, 'error');
  client.leave();
  expect(await error).toMatchObject([{ code: 'ECONNRESET' }]);
  await vi.waitFor(() => expect(gateway.counts.tunnels).toBe(0));
});

test('an upstream that is cut off cuts off the client', async () => {
  const { client, connection, gateway } = await openTunnel();
  connection.socket.resetAndDestroy();
  expect((await client.ending()).code).toBe('ECONNRESET');
  await vi.waitFor(() => expect(gateway.counts.tunnels).toBe(0));
});

test('a tunnel may be quiet for longer than any time-out', async () => {
  const upstream = await startRawUpstream(({ socket, received }) => {
    if (received.endsWith('\r\n\r\n')) socket.write(SWITCHED);
  });
  const { url } = await startGateway(
    {
      ...oneUpstream([upstream.url], {
        timeouts: { connect: '100ms', response: '100ms', idle: '100ms' },
      }),
      limits: { headTimeout: '100ms', keepAlive: '100ms' },
    },
    { isQuiet: true },
  );
  const client = await connectRaw(url);
  client.send(UPGRADE);
  await client.response();
  // Beyond every time-out above, and node's own second: that none of them ends a tunnel is known by no event.
  await new Promise((resolve) => setTimeout(resolve, 2_000));

  (await upstream.connection(0)).socket.write('still here');
  await client.until('still here');
});

test.for([
  { name: '401', line: '401 Unauthorized', field: 'WWW-Authenticate: Bearer' },
  { name: '426', line: '426 Upgrade Required', field: 'Sec-WebSocket-Version: 13' },
  { name: '302', line: '302 Found', field: 'Location: /login' },
  { name: '200', line: '200 OK', field: 'X-Plain: yes' },
])('an upgrade that the upstream refuses with $name is refused so', async ({ line, field }) => {
  const upstream = await startRawUpstream(
    replying(`HTTP/1.1 ${line}\r\n${field}\r\nSet-Cookie: a=1\r\nContent-Length: 2\r\n\r\nno`),
  );
  const { url, gateway } = await startGateway(oneUpstream([upstream.url]));
  const client = await connectRaw(url);
  client.send(UPGRADE);
  const reply = await client.response();

  const [name = '', value = ''] = field.split(': ');
  expect(`${reply.status} ${reply.reason}`).toBe(line);
  expect([reply.field(name), reply.field('set-cookie'), reply.body]).toEqual([value, 'a=1', 'no']);
  expect((await client.ending()).received).toBe('');
  await vi.waitFor(() => expect(gateway.counts.inFlight).toBe(0));
});

test.for([
  { name: 'nobody listens', behaviour: null },
  { name: 'the upstream resets', behaviour: 'reset' },
  { name: 'the upstream hangs', behaviour: 'hang' },
  { name: 'a load balancer says 503', behaviour: 'unavailable' },
] as const)(
  'an upgrade while $name is answered in JSON, and the connection ends',
  async ({ behaviour }) => {
    const upstream = await startUpstream(behaviour ?? 'serve');
    if (behaviour === null) await upstream.refuse();
    const { url } = await startGateway(
      oneUpstream([upstream.url], { hold: '0s', timeouts: { response: '300ms' } }),
      { isQuiet: true },
    );
    const client = await connectRaw(url);
    client.send(UPGRADE);
    const answer = await client.response();

    expect([answer.status, answer.field('connection')]).toEqual([503, 'close']);
    expect(answer.field('content-type')).toMatch(/^application\/json/);
    expect(JSON.parse(answer.body).outage.reason).toBe('outage');
    expect((await client.ending()).received).toBe('');
  },
);

test.for([
  {
    name: 'to h2c',
    fields: 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMA\r\n',
  },
  { name: 'to h2c among others', fields: 'Connection: Upgrade\r\nUpgrade: websocket, h2c\r\n' },
  {
    name: 'with a body',
    fields: 'Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 2\r\n',
  },
])('an upgrade $name is served as if none had been asked for', async ({ fields }) => {
  const upstream = await startUpstream((_request, response) => response.end('plain'));
  const { url } = await startGateway(oneUpstream([upstream.url]));
  const client = await connectRaw(url);
  client.send(`GET / HTTP/1.1\r\nHost: a\r\n${fields}\r\n${fields.includes('Length') ? 'hi' : ''}`);
  const reply = await client.response();
  expect([reply.status, reply.body]).toEqual([200, 'plain']);

  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  expect((await client.response()).body).toBe('plain');
});

test('an upgrade behind a running request is served as if none had been asked for', async () => {
  const upstream = await startRawUpstream();
  const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });
  const client = await connectRaw(url);
  client.send(`GET /first HTTP/1.1\r\nHost: a\r\n\r\n${UPGRADE}`);
  const connection = await upstream.connection(0);

  connection.socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst');
  expect((await client.response()).body).toBe('first');
  const second = await upstream.connection(1);
  await second.until('/socket');
  second.socket.write('HTTP/1.1 426 Upgrade Required\r\nContent-Length: 2\r\n\r\nno');

  expect((await client.response()).status).toBe(426);
  expect(second.received).not.toMatch(/upgrade: /i);
});

test('a client that leaves in the moment of the switch leaves no connection behind', async () => {
  const upstream = await startRawUpstream();
  const { url, gateway } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });
  const client = await connectRaw(url);
  client.send(UPGRADE);
  const connection = await upstream.connection(0);

  connection.socket.write(SWITCHED);
  client.leave();
  await connection.closed;

  await vi.waitFor(() => expect(gateway.counts.tunnels).toBe(0));
});

test('a plain request gets a 502 where the upstream switches unasked', async () => {
  const upstream = await startRawUpstream(replying(SWITCHED));
  const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });
  expect((await request(url, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n')).status).toBe(502);
});
