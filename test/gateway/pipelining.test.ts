import { once } from 'node:events';
import { expect, test, vi } from 'vitest';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { connectRaw } from '../support/raw-client.ts';
import { startRawUpstream } from '../support/raw-upstream.ts';
import { startUpstream } from '../support/upstream.ts';

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;

test('ten requests sent at once are answered in order, one at a time', async () => {
  let running = 0;
  let most = 0;
  const upstream = await startUpstream((request, response) => {
    running += 1;
    most = Math.max(most, running);
    setTimeout(() => {
      running -= 1;
      response.end(request.url);
    }, 5);
  });
  const { url } = await startGateway(oneUpstream([upstream.url]));
  const client = await connectRaw(url);
  client.send(Array.from({ length: 10 }, (_, index) => get(`/${index}`)).join(''));

  for (let index = 0; index < 10; index += 1) {
    expect((await client.response()).body).toBe(`/${index}`);
  }
  expect(most).toBe(1);
});

test('a read that is pipelined behind a write sees what was written', async () => {
  let written = 'nothing';
  const upstream = await startUpstream(async (request, response) => {
    if (request.method === 'PUT') {
      const [chunk] = await once(request, 'data');
      written = String(chunk);
    }
    response.end(written);
  });
  const { url } = await startGateway(oneUpstream([upstream.url]));
  const client = await connectRaw(url);
  client.send(`PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello${get('/')}`);

  expect((await client.response()).body).toBe('hello');
  expect((await client.response()).body).toBe('hello');
});

test('a thousand requests sent at once are all answered, in order', async () => {
  const upstream = await startUpstream((request, response) => response.end(request.url));
  const { url } = await startGateway(oneUpstream([upstream.url]));
  const client = await connectRaw(url);
  client.send(Array.from({ length: 1000 }, (_, index) => get(`/${index}`)).join(''));

  const bodies: string[] = [];
  while (bodies.length < 1000) bodies.push((await client.response()).body);
  expect(bodies).toEqual(Array.from({ length: 1000 }, (_, index) => `/${index}`));
});

test('a client that sends without end is not read without end', async () => {
  const upstream = await startUpstream('hang');
  const { url, gateway } = await startGateway(oneUpstream([upstream.url]));
  const client = await connectRaw(url);
  client.send(get('/').repeat(200_000));
  await vi.waitFor(() => expect(upstream.requests).toBe(1));

  let seen = -1;
  while (seen !== gateway.counts.inFlight) {
    seen = gateway.counts.inFlight;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(seen).toBeLessThan(10_000);
});

test.for([
  { name: 'garbage', bytes: 'this is not HTTP\r\n\r\n' },
  {
    name: 'a request with a broken body',
    bytes: 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n',
  },
  {
    name: 'a head that is too large',
    bytes: `GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`,
  },
])(
  '$name behind a good request leaves its reply whole, and then the connection ends',
  async ({ bytes }) => {
    const upstream = await startRawUpstream();
    const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });
    const client = await connectRaw(url);
    client.send(get('/') + bytes);
    const connection = await upstream.connection(0);

    connection.socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234');
    await client.until('01234');
    connection.socket.write('56789');

    expect((await client.response()).body).toBe('0123456789');
    expect(await client.ending()).toEqual({ received: '', code: null });
    expect(upstream.connections).toHaveLength(1);
  },
);

test('good requests before garbage are all answered', async () => {
  const upstream = await startUpstream((request, response) => response.end(request.url));
  const { url } = await startGateway(oneUpstream([upstream.url]));
  const client = await connectRaw(url);
  client.send(`${get('/1')}${get('/2')}${get('/3')}garbage\r\n\r\n`);

  for (const path of ['/1', '/2', '/3']) expect((await client.response()).body).toBe(path);
  expect((await client.ending()).received).toBe('');
});

test('bytes behind a request with Connection: close do not take the place of its reply', async () => {
  const upstream = await startUpstream((request, response) => response.end(request.url));
  const { url } = await startGateway(oneUpstream([upstream.url]));
  const client = await connectRaw(url);
  client.send(`GET /1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n${get('/2')}garbage\r\n\r\n`);

  expect((await client.response()).body).toBe('/1');
  expect((await client.ending()).received).toBe('');
});

test('the body of the running request breaking is answered 400, and the upstream’s connection is cut', async () => {
  const upstream = await startRawUpstream();
  const { url, upstream: named } = await startGateway(oneUpstream([upstream.url]), {
    isQuiet: true,
  });
  const client = await connectRaw(url);
  client.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n');
  const connection = await upstream.connection(0);
  await connection.until('first');

  client.send('ZZ\r\n');

  expect((await client.response()).status).toBe(400);
  await connection.closed;
  expect(connection.received).not.toContain('\r\n0\r\n');
  expect(named().belief.verdict.state).toBe('up');
  client.socket.end();
});

test('a reply that breaks off behind another leaves that one whole', async () => {
  const upstream = await startRawUpstream(({ socket, received }, index) => {
    if (index === 0 && received.includes('/1')) {
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\none');
    } else socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\ntwo');
  });
  const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });
  const client = await connectRaw(url);
  client.send(get('/1') + get('/2') + get('/3'));

  expect((await client.response()).body).toBe('one');
  expect((await client.ending()).received.endsWith('\r\n\r\ntwo')).toBe(true);
});

test('10,000 requests on one connection leave no listener behind', async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on('warning', onWarning);
  const upstream = await startUpstream((_request, response) => response.end('x'));
  const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });
  const client = await connectRaw(url);
  for (let count = 0; count < 10_000; count += 100) {
    client.send(get('/').repeat(100));
    for (let one = 0; one < 100; one += 1) await client.response();
  }
  process.off('warning', onWarning);

  expect(warnings).toEqual([]);
  expect(upstream.requests).toBe(10_000);
  // The next request does not wait until the connection of the last one may be used again.
  expect(upstream.connections).toBeLessThanOrEqual(2);
});
