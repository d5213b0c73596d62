import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { connectRaw, exchange } from '../support/raw-client.ts';
import { startUpstream } from '../support/upstream.ts';

const ASKED = 'GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n';

test('a last reply that is written at once is followed by the end of the connection, not by a reset', async () => {
  const upstream = await startUpstream();
  const { url } = await startGateway(oneUpstream([upstream.url]));
  const { received, code } = await exchange(url, ASKED);
  expect(received).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(code).toBe(null);
});

test('a last reply that its client takes slowly reaches it whole', async () => {
  const body = 'long '.repeat(1_600_000);
  const upstream = await startUpstream((_request, response) => response.end(body));
  const { url } = await startGateway(oneUpstream([upstream.url]));
  const client = await connectRaw(url);
  client.socket.pause();
  client.send(ASKED);
  await eventually(() => upstream.requests === 1 || undefined);
  client.socket.resume();
  const { received, code } = await client.ending();
  expect(received.endsWith(`\r\n\r\n${body}`)).toBe(true);
  expect(code).toBe(null);
});
