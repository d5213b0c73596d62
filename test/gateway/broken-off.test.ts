import { expect, test } from 'vitest';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { connectRaw, exchange } from '../support/raw-client.ts';
import { replying, startRawUpstream } from '../support/raw-upstream.ts';
import { startUpstream } from '../support/upstream.ts';

const GET = 'GET / HTTP/1.1\r\nHost: app\r\n\r\n';

test('a chunked reply that breaks off never ends with a last chunk', async () => {
  const upstream = await startUpstream('break_off');
  const { url } = await startGateway(oneUpstream([upstream.url]));

  const { received } = await exchange(url, GET);

  expect(received).toContain('first');
  expect(received).not.toMatch(/\r\n0\r\n/);
});

test('a reply with a length that breaks off ends the connection short of it', async () => {
  const upstream = await startUpstream('end_early');
  const { url } = await startGateway(oneUpstream([upstream.url]));

  const { received } = await exchange(url, GET);

  expect(received).toContain('Content-Length: 100\r\n');
  expect(received.endsWith('0123456789')).toBe(true);
});

test('a reply that is longer than it says is cut at its length, and its connection is not used again', async () => {
  const upstream = await startRawUpstream(
    replying('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n0123456789'),
  );
  const { url } = await startGateway(oneUpstream([upstream.url]));
  const client = await connectRaw(url);

  client.send(GET);
  const first = await client.response();
  client.send(GET);
  const second = await client.response();

  expect([first.body, second.body]).toEqual(['01234', '01234']);
  expect(upstream.connections).toHaveLength(2);
});

test('a reply that pauses longer than timeouts.idle breaks off', async () => {
  const upstream = await startUpstream('hang_mid_body');
  const { url } = await startGateway(oneUpstream([upstream.url], { timeouts: { idle: '500ms' } }));

  const { received } = await exchange(url, GET);

  expect(received).toContain('content-length: 10\r\n');
  expect(received.endsWith('\r\n\r\n01234')).toBe(true);
});

test('a reply to an HTTP/1.0 client, which only the connection’s end could make whole, breaks off by a reset', async () => {
  const upstream = await startUpstream('break_off');
  const { url } = await startGateway(oneUpstream([upstream.url]));

  const { code } = await exchange(url, 'GET / HTTP/1.0\r\nHost: app\r\n\r\n');

  expect(code).toBe('ECONNRESET');
});

test('a reply that breaks off counts against the upstream', async () => {
  const upstream = await startUpstream('break_off');
  const { url, upstream: named } = await startGateway(oneUpstream([upstream.url]));

  await exchange(url, GET);

  expect(named().counts.failures.connection_reset).toBe(1);
});
