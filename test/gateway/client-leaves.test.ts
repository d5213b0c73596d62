import { expect, test, vi } from 'vitest';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { connectRaw, request } from '../support/raw-client.ts';
import { startRawUpstream } from '../support/raw-upstream.ts';
import { startUpstream } from '../support/upstream.ts';

const GET = 'GET / HTTP/1.1\r\nHost: app\r\n\r\n';

test.for([
  { name: 'before the reply', reply: '', seen: '' },
  {
    name: 'within the reply',
    reply: 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nfirst',
    seen: 'first',
  },
])('a client that leaves $name ends the connection to the upstream', async ({ reply, seen }) => {
  const upstream = await startRawUpstream(({ socket }) => socket.write(reply));
  const { url, upstream: named } = await startGateway(oneUpstream([upstream.url]), {
    isQuiet: true,
  });
  const client = await connectRaw(url);
  client.send(GET);
  const connection = await upstream.connection(0);
  await client.until(seen);

  client.leave();
  await connection.closed;

  expect(named().belief.verdict.state).toBe('up');
  expect(Object.values(named().counts.failures).every((count) => count === 0)).toBe(true);
  expect(Object.values(named().counts.attemptFailures).every((count) => count === 0)).toBe(true);
});

test('a client that leaves while the connection is being opened stops that, and counts against nobody', async () => {
  const silent = await startRawUpstream(); // Accepts, and answers no TLS handshake.
  const {
    url,
    upstream: named,
    gateway,
  } = await startGateway(
    oneUpstream([silent.url.replace('http', 'https')], { timeouts: { connect: '30s' } }),
    { isQuiet: true },
  );
  const client = await connectRaw(url);
  client.send(GET);
  const connection = await silent.connection(0);

  client.leave();
  await vi.waitFor(() => expect(gateway.counts.inFlight).toBe(0));
  await connection.closed;

  expect(named().belief.verdict.state).toBe('up');
});

test('a hundred abandoned requests keep nobody from being served', async () => {
  const upstream = await startUpstream('hang');
  const { url, gateway } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });
  const clients = await Promise.all(Array.from({ length: 100 }, () => connectRaw(url)));
  for (const client of clients) client.send(GET);
  await vi.waitFor(() => expect(upstream.requests).toBe(100));

  for (const client of clients) client.leave();
  await vi.waitFor(() => expect(gateway.counts.inFlight).toBe(0));
  upstream.behave('serve');

  expect((await request(url, GET)).body).toBe('served\n');
});

test('an upload that its client breaks off arrives broken off', async () => {
  const upstream = await startRawUpstream();
  const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });
  const client = await connectRaw(url);
  client.send('POST / HTTP/1.1\r\nHost: app\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n');
  const connection = await upstream.connection(0);
  await connection.until('first');

  client.leave();
  await connection.closed;

  expect(connection.received).not.toContain('\r\n0\r\n');
});

test('requests that wait behind one of a client that leaves are never sent', async () => {
  const upstream = await startRawUpstream();
  const { url, gateway } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });
  const client = await connectRaw(url);
  client.send(GET + GET + GET);
  const connection = await upstream.connection(0);
  await vi.waitFor(() => expect(gateway.counts.inFlight).toBe(3));

  client.leave();
  await connection.closed;
  await vi.waitFor(() => expect(gateway.counts.inFlight).toBe(0));

  expect(upstream.connections).toHaveLength(1);
});
