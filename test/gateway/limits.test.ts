import { expect, onTestFinished, test, vi } from 'vitest';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { connectRaw, exchange } from '../support/raw-client.ts';
import type { RawClient } from '../support/raw-connection.ts';
import { startUpstream } from '../support/upstream.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\nAccept: text/plain\r\n\r\n';

test('a head that is larger than limits.headerBytes is answered 431', async () => {
  const upstream = await startUpstream();
  const { url, gateway } = await startGateway({
    ...oneUpstream([upstream.url]),
    limits: { headerBytes: '4KiB' },
  });
  const head = `GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(200_000)}\r\n\r\n`;
  const client = await connectRaw(url);
  client.send(head);
  const answer = await client.response();
  client.socket.end();

  expect([answer.status, answer.field('connection')]).toEqual([431, 'close']);
  expect(answer.body).toBe('The header fields of the request are too large.\n');
  expect(await client.ending()).toEqual({ received: '', code: null });
  expect(upstream.requests).toBe(0);
  expect(gateway.counts.limited.get('header_bytes')).toBe(1);
});

test.for([
  { name: 'than limits.targetBytes', length: 9_000 },
  { name: 'than the room for a whole head', length: 20_000 },
  { name: 'than one packet', length: 200_000 },
])('a target that is longer $name is answered 414', async ({ length }) => {
  const upstream = await startUpstream();
  const { url, gateway } = await startGateway(oneUpstream([upstream.url]));
  const client = await connectRaw(url);
  client.send(`GET /${'x'.repeat(length)} HTTP/1.1\r\nHost: a\r\n\r\n`);

  const answer = await client.response();
  expect([answer.status, answer.body]).toEqual([414, 'The request target is too long.\n']);
  expect(gateway.counts.limited.get('target_bytes')).toBe(1);
  expect(upstream.requests).toBe(0);
  client.leave();
});

test('a head below limits.headerBytes is served', async () => {
  const upstream = await startUpstream();
  const { url } = await startGateway(oneUpstream([upstream.url]));
  const client = await connectRaw(url);
  client.send(`GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(15_000)}\r\n\r\n`);
  expect((await client.response()).status).toBe(200);
});

test.for([
  { name: 'nothing', bytes: '' },
  { name: 'half a head', bytes: 'GET / HTTP/1.1\r\nHost: a\r\n' },
])('a client that sends $name within limits.headTimeout is answered 408', async ({ bytes }) => {
  const { url } = await startGateway(
    { ...oneUpstream(['http://127.0.0.1:9']), limits: { headTimeout: '300ms' } },
    { isQuiet: true },
  );
  const client = await connectRaw(url);
  client.send(bytes);
  const answer = await client.response();
  expect([answer.status, answer.body]).toEqual([408, 'The request took too long to arrive.\n']);
  client.socket.end();
  await client.ending();
});

test('an idle connection ends after limits.keepAlive', async () => {
  const upstream = await startUpstream();
  const { url } = await startGateway({
    ...oneUpstream([upstream.url]),
    limits: { keepAlive: '200ms' },
  });
  const client = await connectRaw(url);
  client.send(GET);
  await client.response();
  expect(await client.ending()).toEqual({ received: '', code: null });
});

test('an answer on a kept-alive connection does not end it later', async () => {
  const { url } = await startGateway(
    {
      ...oneUpstream(['http://127.0.0.1:9']),
      routes: [{ path: '/elsewhere', upstream: 'app' }],
    },
    { isQuiet: true },
  );
  const client = await connectRaw(url);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  client.send(GET);
  expect((await client.response()).status).toBe(404);
  await vi.advanceTimersByTimeAsync(20_000);
  vi.useRealTimers();

  client.send(GET);
  expect((await client.response()).status).toBe(404);
});

/** Sends bytes; resolves when the gateway, in this process, has had its turn to read them. */
function written({ socket }: RawClient, bytes: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.setNoDelay(true);
  socket.write(bytes, () => setImmediate(() => setImmediate(resolve)));
  return promise;
}

test.for([
  { name: 'kept-alive', connection: 'keep-alive' },
  { name: 'closing', connection: 'close' },
])(
  'a slow upload that was answered goes on for half a minute, and ends where it falls silent: $name',
  async ({ connection }) => {
    const { url } = await startGateway(
      {
        ...oneUpstream(['http://127.0.0.1:9']),
        routes: [{ path: '/elsewhere', upstream: 'app' }],
      },
      { isQuiet: true },
    );
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const upload = `POST / HTTP/1.1\r\nHost: a\r\nConnection: ${connection}\r\nContent-Length: 1000\r\n\r\n`;
    const [slow, silent] = [await connectRaw(url), await connectRaw(url)];
    for (const client of [slow, silent]) {
      client.send(upload);
      expect((await client.response()).status).toBe(404);
    }

    for (let second = 0; second < 25; second += 1) {
      await written(slow, 'x');
      await vi.advanceTimersByTimeAsync(1_000);
      if (second === 10) expect((await silent.ending()).received).toBe('');
    }
    await written(slow, 'x'.repeat(500));
    expect([slow.soFar.code, slow.socket.destroyed]).toEqual([null, false]);

    await vi.advanceTimersByTimeAsync(10_000);
    await slow.ending();
  },
);

test('by default an idle connection outlives the 60 seconds of a load balancer', async () => {
  const upstream = await startUpstream();
  const { url } = await startGateway(oneUpstream([upstream.url]));
  const client = await connectRaw(url);
  client.send(GET);
  const seconds = /timeout=(\d+)/.exec((await client.response()).field('keep-alive') ?? '')?.[1];
  expect(Number(seconds)).toBeGreaterThan(60);
});

test('connections beyond limits.connections get the overload answer and end; the others are served', async () => {
  const upstream = await startUpstream();
  const { url, gateway } = await startGateway({
    ...oneUpstream([upstream.url]),
    limits: { connections: 2 },
  });
  const first = await connectRaw(url);
  const second = await connectRaw(url);
  await vi.waitFor(() => expect(gateway.counts.connections).toBe(2));
  const third = await connectRaw(url);

  third.send(GET);
  const answer = await third.response();
  expect([answer.status, answer.field('connection')]).toEqual([503, 'close']);
  expect(answer.field('candor-disposition')).toMatch(/^not_processed; .*reason=overload/);
  expect(answer.field('proxy-status')).toContain('connection_limit_reached');
  expect(Number(answer.field('retry-after'))).toBeLessThanOrEqual(15);
  expect(answer.body).toContain('very busy');
  await third.ending();

  for (const client of [first, second]) {
    client.send(GET);
    expect((await client.response()).status).toBe(200);
  }
  first.leave();
  await vi.waitFor(() => expect(gateway.counts.connections).toBe(1));
  const fourth = await connectRaw(url);
  fourth.send(GET);
  expect((await fourth.response()).status).toBe(200);
});

test('beyond a margin over limits.connections, connections close unheard', async () => {
  const upstream = await startUpstream();
  const { url, gateway } = await startGateway({
    ...oneUpstream([upstream.url]),
    limits: { connections: 1 },
  });
  const clients = await Promise.all(Array.from({ length: 230 }, () => connectRaw(url)));
  const endings = clients.map((client) => client.ending());
  await Promise.any(endings);

  await expect.poll(() => gateway.counts.connections).toBeLessThanOrEqual(201);
});

test.for([
  { name: 'keeps its connection', field: '' },
  { name: 'wants to close', field: 'Connection: close\r\n' },
])('an answer to a client that $name and is still uploading can be read', async ({ field }) => {
  const upstream = await startUpstream();
  await upstream.refuse();
  const { url } = await startGateway(oneUpstream([upstream.url], { hold: '0s' }), {
    isQuiet: true,
  });
  const client = await connectRaw(url);
  client.send(`POST / HTTP/1.1\r\nHost: a\r\n${field}Content-Length: 8000000\r\n\r\n`);
  client.send('x'.repeat(8_000_000));

  expect((await client.response()).status).toBe(503);
  await vi.waitFor(() => expect(client.socket.writableLength).toBe(0));
  client.socket.end();
  expect(await client.ending()).toEqual({ received: '', code: null });
});

test('a refusal of a request that is still uploading can be read', async () => {
  const { url } = await startGateway(oneUpstream(['http://127.0.0.1:9']), { isQuiet: true });
  const client = await connectRaw(url);
  client.send('POST / HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 8000000\r\n\r\n');
  client.send('x'.repeat(8_000_000));

  expect((await client.response()).status).toBe(400);
  await vi.waitFor(() => expect(client.socket.writableLength).toBe(0));
  client.socket.end();
  await client.ending();
});

test('garbage is answered 400 and the connection ends', async () => {
  const { url } = await startGateway(oneUpstream(['http://127.0.0.1:9']), { isQuiet: true });
  const { received } = await exchange(url, 'EHLO example\r\n\r\n');
  expect(received).toMatch(
    /^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*This is not a valid HTTP request\.\n$/,
  );
});
