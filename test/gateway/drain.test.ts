import { connect } from 'node:net';
import { expect, test, vi } from 'vitest';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { connectFrames, FRAME, frame, headers } from '../support/http2-frames.ts';
import { connectRaw } from '../support/raw-client.ts';
import { startRawUpstream } from '../support/raw-upstream.ts';
import { startUpstream } from '../support/upstream.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const SLOW = { limits: { drain: '20s' } };

test('a drain lets running requests end, and then their connections', async () => {
  const upstream = await startRawUpstream();
  const { url, drain } = await startGateway(
    { ...oneUpstream([upstream.url]), ...SLOW },
    { isQuiet: true },
  );
  const before = await connectRaw(url);
  const within = await connectRaw(url);
  before.send(GET);
  within.send(GET);
  const first = await upstream.connection(0);
  const second = await upstream.connection(1);
  second.socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234');
  await within.until('01234');

  const ended = drain();
  first.socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  second.socket.write('56789');

  expect((await before.response()).body).toBe('ok');
  expect((await within.response()).body).toBe('0123456789');
  await ended;
  for (const client of [before, within]) expect((await client.ending()).code).toBeNull();
});

test('a drain closes idle connections at once', async () => {
  const upstream = await startUpstream();
  const { url, drain } = await startGateway({ ...oneUpstream([upstream.url]), ...SLOW });
  const used = await connectRaw(url);
  used.send(GET);
  await used.response();
  const startedAt = performance.now();
  await drain();
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  expect(await used.ending()).toEqual({ received: '', code: null });
});

test('a drain refuses new connections', async () => {
  const upstream = await startRawUpstream();
  const { url, drain } = await startGateway(
    { ...oneUpstream([upstream.url]), ...SLOW },
    { isQuiet: true },
  );
  const client = await connectRaw(url);
  client.send(GET);
  const { socket } = await upstream.connection(0);
  const ended = drain();

  const error = await new Promise((resolve) => {
    connect(Number(new URL(url).port), '127.0.0.1')
      .once('error', resolve)
      .once('connect', resolve);
  });
  expect(error).toMatchObject({ code: 'ECONNREFUSED' });

  socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  expect((await client.response()).status).toBe(200);
  await ended;
});

test('what is still running after limits.drain is cut off', async () => {
  const upstream = await startUpstream('hang');
  const { url, drain } = await startGateway({
    ...oneUpstream([upstream.url]),
    limits: { drain: '200ms' },
  });
  const client = await connectRaw(url);
  client.send(GET);
  await vi.waitFor(() => expect(upstream.requests).toBe(1));
  const startedAt = performance.now();
  await drain();
  expect(performance.now() - startedAt).toBeGreaterThan(150);
  expect(performance.now() - startedAt).toBeLessThan(1_500);
  expect((await client.ending()).received).toBe('');
});

test('a tunnel is cut off after limits.drain, on both sides', async () => {
  const upstream = await startRawUpstream(({ socket }) =>
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
  );
  const { url, drain, gateway } = await startGateway(
    { ...oneUpstream([upstream.url]), limits: { drain: '200ms' } },
    { isQuiet: true },
  );
  const client = await connectRaw(url);
  client.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
  await client.response();
  const { closed } = await upstream.connection(0);

  await drain();
  await closed;
  await client.ending();
  await vi.waitFor(() => expect(gateway.counts.tunnels).toBe(0));
});

test('a shutdown that cuts requests off counts against nobody', async () => {
  const upstream = await startUpstream('hang');
  const {
    url,
    drain,
    upstream: named,
  } = await startGateway(
    { ...oneUpstream([upstream.url]), limits: { drain: '100ms' } },
    { isQuiet: true },
  );
  const client = await connectRaw(url);
  client.send(GET);
  await vi.waitFor(() => expect(upstream.requests).toBe(1));
  await drain();
  await client.ending();
  expect(named().belief.verdict.state).toBe('up');
});

test('a client that sends nothing does not keep a drain from ending', async () => {
  const { url, drain } = await startGateway(
    { ...oneUpstream(['http://127.0.0.1:9']), limits: { drain: '200ms' } },
    { isQuiet: true },
  );
  const silent = await connectRaw(url);
  const half = await connectRaw(url);
  half.send('GET / HTT');
  await drain();
  await Promise.all([silent.ending(), half.ending()]);
});

test('a client that never closes after a refusal does not keep a drain from ending', async () => {
  const { url, drain, gateway } = await startGateway(
    { ...oneUpstream(['http://127.0.0.1:9']), limits: { drain: '200ms' } },
    { isQuiet: true },
  );
  const clients = await Promise.all([connectRaw(url), connectRaw(url)]);
  clients[0]?.send('garbage\r\n\r\n');
  clients[1]?.send('CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n');
  for (const client of clients) await client.response();
  await drain();
  await vi.waitFor(() => expect(gateway.counts.connections).toBe(0));
});

test('an HTTP/2 client that reads nothing of its reply does not keep a drain from ending', async () => {
  const upstream = await startUpstream((_request, response) => response.end('x'.repeat(16 << 20)));
  const { url, drain, gateway } = await startGateway(
    { ...oneUpstream([upstream.url]), limits: { drain: '200ms' } },
    { isQuiet: true },
  );
  const client = await connectFrames(url);
  client.socket.pause();
  const widest = '\x7f\xff\xff\xff';
  client.send(
    frame(FRAME.settings, { payload: `\0\x04${widest}` }) + // SETTINGS_INITIAL_WINDOW_SIZE
      frame(FRAME.windowUpdate, { payload: '\x7f\xff\0\0' }) +
      headers(1),
  );
  await vi.waitFor(() => expect(upstream.requests).toBe(1));
  await drain();
  await vi.waitFor(() => expect(gateway.counts.connections).toBe(0));
});
