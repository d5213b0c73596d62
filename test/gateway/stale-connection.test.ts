import { expect, test, vi } from 'vitest';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { connectRaw } from '../support/raw-client.ts';
import { type RawConnection, replying, startRawUpstream } from '../support/raw-upstream.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** Serves one request a connection, and resets it as the second one comes. */
function servingOnce({ received, socket }: RawConnection): void {
  if (received.split('\r\n\r\n').length === 2) socket.write(OK);
  else socket.resetAndDestroy();
}

test.for(['GET', 'HEAD', 'OPTIONS'])(
  'a %s that meets a stale connection is sent again on a fresh one, and counts against nobody',
  async (method) => {
    const upstream = await startRawUpstream(servingOnce);
    const { url, upstream: named } = await startGateway(oneUpstream([upstream.url]), {
      isQuiet: true,
    });
    const client = await connectRaw(url);
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await client.response();

    client.send(`${method} / HTTP/1.1\r\nHost: a\r\n\r\n`);
    const reply = await client.response({ isHead: method === 'HEAD' });

    expect(reply.status).toBe(200);
    expect(upstream.connections).toHaveLength(2);
    expect(named().belief.verdict.state).toBe('up');
    expect(named().endpoints[0]?.failures).toBe(0);
  },
);

/** Keeps a connection of the kind that requests with a body go through. */
const WRITE = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi';

test.for(['POST', 'PUT', 'PATCH', 'DELETE'])(
  'a %s that meets a stale connection is never sent again',
  async (method) => {
    const upstream = await startRawUpstream(servingOnce);
    const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });
    const client = await connectRaw(url);
    client.send(WRITE);
    await client.response();

    client.send(`${method} /write HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi`);
    const answer = await client.response();

    expect(answer.status).toBe(502);
    expect(answer.field('candor-disposition')).toMatch(/^unknown/);
    expect(answer.field('retry-after') === null).toBe(method === 'POST' || method === 'PATCH');
    expect(upstream.received.match(/\/write/g)).toHaveLength(1);
  },
);

test('a GET with a body is not sent again', async () => {
  const upstream = await startRawUpstream(servingOnce);
  const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });
  const client = await connectRaw(url);
  client.send(WRITE);
  await client.response();

  client.send('GET /search HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi');

  expect((await client.response()).status).toBe(502);
  expect(upstream.received.match(/\/search/g)).toHaveLength(1);
});

test('a connection that the upstream has closed in the meantime is not used', async () => {
  const upstream = await startRawUpstream(({ socket }) => socket.end(OK));
  const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });
  const client = await connectRaw(url);
  for (let count = 1; count <= 3; count += 1) {
    client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n');
    expect((await client.response()).body).toBe('ok');
    await upstream.connections[count - 1]?.closed;
  }
  expect(upstream.connections).toHaveLength(3);
});

test('two resets in a row are believed', async () => {
  const upstream = await startRawUpstream(({ socket }) => socket.resetAndDestroy());
  const { url, upstream: named } = await startGateway(oneUpstream([upstream.url]), {
    isQuiet: true,
  });
  const client = await connectRaw(url);
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');

  expect((await client.response()).status).toBe(502);
  expect(upstream.connections).toHaveLength(2);
  expect(named().belief.verdict).toMatchObject({ state: 'suspect', cause: 'connection_reset' });
});

/** Replies to a GET for `/last` with `Connection: close`, and to all else as one that keeps the connection. */
function sayingWhichIsLast({ received, socket }: RawConnection): void {
  const isLast = received.slice(received.lastIndexOf('HTTP/1.1') - 6).startsWith('/last ');
  socket.write(isLast ? OK.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n') : OK);
}

test.for([
  { name: 'says that a reply is its last on a connection', target: '/last' },
  { name: 'ends an idle connection', target: '/' },
])('an endpoint that $name gets writes on new connections only', async ({ target }) => {
  const upstream = await startRawUpstream(sayingWhichIsLast);
  const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });
  const client = await connectRaw(url);
  for (const bytes of [WRITE, `GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`]) {
    client.send(bytes);
    await client.response();
  }
  const [write, read] = upstream.connections;
  if (target === '/') read?.socket.end();
  await write?.closed;

  client.send(WRITE);

  expect((await client.response()).status).toBe(200);
  expect(upstream.connections).toHaveLength(3);
});

test('a client that leaves is no sign that the endpoint ends', async () => {
  const upstream = await startRawUpstream((connection) => {
    if (!connection.received.includes('/slow')) replyTo(connection);
  });
  const replyTo = replying(OK);
  const { url, gateway } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });
  const leaver = await connectRaw(url);
  leaver.send(WRITE.replace('POST / ', 'POST /slow '));
  await (await upstream.connection(0)).until('/slow');
  const client = await connectRaw(url);
  client.send(WRITE);
  await client.response();

  leaver.leave();
  await vi.waitFor(() => expect(gateway.counts.inFlight).toBe(0));
  client.send(WRITE);
  await client.response();

  expect(upstream.connections).toHaveLength(2);
});
