import { once } from 'node:events';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { expect, onTestFinished, test, vi } from 'vitest';
import { oneUpstream, startGateway, type TestGateway } from '../support/gateway.ts';
import { connectHttp2 } from '../support/http2-client.ts';
import { connectRaw } from '../support/raw-client.ts';
import { startRawUpstream } from '../support/raw-upstream.ts';
import { pairOf } from './certificate-files.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

const SERVED = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nserved';
const SWITCHED = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n';

/** A gateway with room for so few connections, in front of what sends an `x` through its tunnels. */
async function scene(connections: number, settings: Readonly<Record<string, unknown>> = {}) {
  const upstream = await startRawUpstream(({ socket, received }) => {
    if (/upgrade: x/i.test(received)) socket.write(received.endsWith('hello') ? 'x' : SWITCHED);
    else if (!/\/hang|POST(?!.*abcde$)/s.test(received)) socket.write(SERVED);
  });
  const started = await startGateway(
    { ...oneUpstream([upstream.url]), ...settings, limits: { connections } },
    { isQuiet: true },
  );
  return { ...started, upstream };
}

/** Comes again and again until there is room. */
async function served({ url }: Pick<TestGateway, 'url'>): Promise<void> {
  await vi.waitFor(
    async () => {
      const client = await connectRaw(url);
      client.send(GET);
      const { status } = await client.response();
      client.leave();
      expect(status).toBe(200);
    },
    { timeout: 8_000, interval: 100 },
  );
}

test('where all places are taken, idle connections make room; those in use do not', async () => {
  const { url, gateway, upstream } = await scene(6);
  const idle = await connectRaw(url);
  idle.send(GET);
  await idle.response();
  const idleHttp2 = await connectHttp2(url);
  await idleHttp2.ask();
  const busyHttp2 = await connectHttp2(url);
  const { stream } = busyHttp2.open({ path: '/hang' });
  const busy = await connectRaw(url);
  busy.send('GET /hang HTTP/1.1\r\nHost: a\r\n\r\n');
  const uploading = await connectRaw(url);
  uploading.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabc');
  const tunnel = await connectRaw(url);
  tunnel.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
  expect((await tunnel.response()).status).toBe(101);
  await vi.waitFor(() => expect(upstream.received.match(/\/hang/g)).toHaveLength(2));
  await vi.waitFor(() => expect(upstream.received).toContain('abc'));

  await connectRaw(url); // Takes the place that the HTTP/2 connection leaves.
  await vi.waitFor(
    async () => {
      await served({ url });
      expect(gateway.counts.limited.get('idle_connections')).toBe(1);
    },
    { timeout: 8_000, interval: 100 },
  );
  expect(await idle.ending()).toEqual({ received: '', code: null });
  expect(idleHttp2.session.closed).toBe(true);
  expect([stream.closed, busyHttp2.session.closed, busy.socket.closed]).toEqual([
    false,
    false,
    false,
  ]);
  uploading.send('de');
  expect((await uploading.response()).status).toBe(200);
  tunnel.send('hello');
  await tunnel.until('x');
});

test('who has sent nothing for two seconds makes room, however many they are', async () => {
  const { url, gateway } = await scene(4);
  // More than are accepted at all.
  const silent = await Promise.all(Array.from({ length: 210 }, () => connectRaw(url)));

  await served({ url });
  expect(gateway.counts.limited.get('connections')).toBeGreaterThan(0);
  expect(gateway.counts.limited.get('head_timeout')).toBeUndefined();
  await silent[0]?.ending();
});

test('with TLS as well', async () => {
  const { url, gateway } = await scene(3, {
    listen: { address: '127.0.0.1:0', tls: pairOf('app') },
  });
  const idle = [await ask(url), await ask(url), await ask(url)];

  await vi.waitFor(
    async () => {
      (await ask(url)).destroy();
      expect(gateway.counts.limited.get('idle_connections')).toBe(1);
    },
    { timeout: 8_000, interval: 100 },
  );
  await vi.waitFor(() => expect(idle.some(({ closed }) => closed)).toBe(true));
});

/** A connection with TLS that stays open after one request. */
async function ask(url: string): Promise<TLSSocket> {
  const { hostname: host, port } = new URL(url);
  const socket = connectTls({ host, port: Number(port), rejectUnauthorized: false });
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  socket.write(GET);
  await once(socket, 'data');
  return socket.resume();
}
