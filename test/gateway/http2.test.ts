import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { askHttp2, connectHttp2 } from '../support/http2-client.ts';
import { exchange, request } from '../support/raw-client.ts';
import { replying, startRawUpstream } from '../support/raw-upstream.ts';
import { certificatePath } from '../support/secure-upstream.ts';
import { startUpstream } from '../support/upstream.ts';

const tls = { cert: certificatePath('server'), key: certificatePath('server-key') };
const KINDS = [
  { kind: 'prior knowledge', listen: '127.0.0.1:0' },
  { kind: 'ALPN', listen: { address: '127.0.0.1:0', tls } },
];

/** An upstream that tells what it got. */
async function startMirror() {
  return startUpstream((incoming, response) => {
    const { method, url, rawHeaders } = incoming;
    void bodyOf(incoming).then((body) => {
      const sha = createHash('sha256').update(body).digest('hex');
      response.end(JSON.stringify({ method, url, rawHeaders, length: body.length, sha }));
    });
  });
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

test.for(KINDS)('a request by $kind is forwarded as one of HTTP/1.1', async ({ listen }) => {
  const mirror = await startMirror();
  const { url } = await startGateway({ ...oneUpstream([mirror.url]), listen }, { isQuiet: true });

  const got = await askHttp2(url, {
    path: '/a?b=%20c',
    headers: { 'x-one': ['1', '2'], cookie: ['a=1', 'b=2'], ':authority': 'app.example.com' },
  });

  const seen = JSON.parse(got.text) as { url: string; rawHeaders: string[] };
  const proto = url.startsWith('https') ? 'https' : 'http';
  expect(got).toMatchObject({ status: 200, code: 'NO_ERROR' });
  expect(seen.url).toBe('/a?b=%20c');
  expect(seen.rawHeaders.slice(0, 8)).toEqual([
    'host',
    'app.example.com',
    'x-one',
    '1',
    'x-one',
    '2',
    'cookie',
    'a=1; b=2',
  ]);
  expect(seen.rawHeaders.join('\n')).toContain(`Via\n2.0 candor\nX-Forwarded-For\n127.0.0.1`);
  expect(seen.rawHeaders.join('\n')).toContain(`X-Forwarded-Proto\n${proto}`);
});

test.for(KINDS)(
  '1 MiB goes up and is checked, by $kind, with and without a length',
  async ({ listen }) => {
    const mirror = await startMirror();
    const { url } = await startGateway({ ...oneUpstream([mirror.url]), listen }, { isQuiet: true });
    const body = randomBytes(1024 * 1024);
    const sha = createHash('sha256').update(body).digest('hex');
    const client = await connectHttp2(url);

    const both = await Promise.all([
      client.ask({ method: 'POST', body }),
      client.ask({ method: 'PUT', body, headers: { 'content-length': String(body.length) } }),
    ]);

    for (const got of both)
      expect(JSON.parse(got.text)).toMatchObject({ length: body.length, sha });
  },
);

test('requests of one connection run side by side', async () => {
  const held: (() => void)[] = [];
  const upstream = await startUpstream((incoming, response) => {
    if (incoming.url === '/slow') held.push(() => response.end('slow'));
    else response.end('fast');
  });
  const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });
  const client = await connectHttp2(url);

  const slow = client.ask({ path: '/slow' });
  await expect(client.ask({ path: '/fast' })).resolves.toMatchObject({ text: 'fast' });
  for (const release of held) release();

  await expect(slow).resolves.toMatchObject({ text: 'slow' });
});

test("fields of the upstream's connection do not go on; the others do, in lower case", async () => {
  const upstream = await startRawUpstream(
    replying(
      'HTTP/1.1 200 Fine By Me\r\nX-One: 1\r\nConnection: keep-alive, X-Own\r\nX-Own: 1\r\nKeep-Alive: timeout=5\r\n' +
        'X-One: \xe9\r\nTransfer-Encoding: chunked\r\nDate: now\r\n\r\n2\r\nok\r\n0\r\n\r\n',
    ),
  );
  const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });

  const got = await askHttp2(url);

  expect(got.fields).toEqual(['x-one', '1', 'x-one', '\xe9', 'date', 'now']);
  expect(got.text).toBe('ok');
});

test('trailers go on, and a body without them ends the stream', async () => {
  const upstream = await startUpstream((incoming, response) => {
    response.write('abc');
    if (incoming.url === '/trailers')
      response.addTrailers([
        ['X-Sum', '7'],
        ['X-Sum', '8'],
      ]);
    response.end();
  });
  const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });
  const client = await connectHttp2(url);

  const [with2, without] = [await client.ask({ path: '/trailers' }), await client.ask()];

  expect(with2).toMatchObject({ text: 'abc', trailers: ['x-sum', '7', 'x-sum', '8'] });
  expect(without).toMatchObject({ text: 'abc', trailers: [], code: 'NO_ERROR' });
});

test.for(['break_off', 'end_early'] as const)(
  'a reply that breaks off (%s) is reset, never ended',
  async (behaviour) => {
    const upstream = await startUpstream(behaviour);
    const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });
    const client = await connectHttp2(url);

    await expect(client.ask()).resolves.toMatchObject({ status: 200, code: 'INTERNAL_ERROR' });

    upstream.behave('serve');
    await expect(client.ask()).resolves.toMatchObject({ text: 'served\n', code: 'NO_ERROR' });
  },
);

test('an answer that comes early ends an upload; the connection goes on', async () => {
  const upstream = await startUpstream((_, response) => response.writeHead(403).end('no'));
  const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });
  const client = await connectHttp2(url);

  const { stream, over } = client.open({ method: 'POST' });
  stream.write(Buffer.alloc(256 * 1024));

  await expect(over).resolves.toMatchObject({ status: 403, text: 'no', code: 'NO_ERROR' });
  await expect(client.ask()).resolves.toMatchObject({ status: 403 });
});

test("a client that resets its stream ends the upstream's work, and counts against nobody", async () => {
  const left = Promise.withResolvers<void>();
  const upstream = await startUpstream((incoming, response) => {
    incoming.socket.once('close', left.resolve);
    response.write('first');
  });
  const { url, upstream: app } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });
  const client = await connectHttp2(url);

  const { stream, over } = client.open();
  stream.once('data', () => stream.close(8));
  await over;
  await left.promise;

  expect(app().belief.verdict.state).toBe('up');
});

test('an upload that its client resets does not reach the upstream as a whole one', async () => {
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<boolean>();
  const upstream = await startUpstream((incoming) => {
    incoming.on('data', () => begun.resolve());
    incoming.once('end', () => ended.resolve(true)).once('error', () => ended.resolve(false));
  });
  const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });

  const client = await connectHttp2(url);
  const { stream } = client.open({ method: 'POST' });
  stream.write('half');
  await begun.promise;
  stream.destroy(new Error('left'));

  await expect(ended.promise).resolves.toBe(false);
});

test.for([
  { name: 'an authority that is no host', headers: { ':authority': 'a:b' } },
  { name: 'a Host that differs', headers: { ':authority': 'a', host: 'b' } },
  { name: 'a target without a slash', headers: { ':path': 'a', ':scheme': 'urn' } },
])('$name is refused with 400, and reaches no upstream', async ({ headers }) => {
  const upstream = await startUpstream();
  const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });

  const got = await askHttp2(url, { headers });

  expect([got.status, got.code]).toEqual([400, 'NO_ERROR']);
  expect(upstream.requests).toBe(0);
});

test('CONNECT is refused, and counted as such', async () => {
  const upstream = await startUpstream();
  const { url, gateway } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });
  const client = await connectHttp2(url);

  const got = await client.ask({ method: 'CONNECT', headers: { ':authority': 'a:443' } });
  await client.ask();

  expect(got).toMatchObject({ status: 405, code: 'NO_ERROR' });
  expect(gateway.counts.requests).toEqual({ http1: 0, http2: 1 });
  expect([...gateway.counts.refused]).toEqual([[405, 1]]);
});

test('a head that is too long is answered 431, and the next request is served', async () => {
  const upstream = await startUpstream();
  const settings = { ...oneUpstream([upstream.url]), limits: { headerBytes: '4KiB' } };
  const { url } = await startGateway(settings, { isQuiet: true });
  const client = await connectHttp2(url);

  const got = await client.ask({ headers: { 'x-long': 'x'.repeat(5000) } });

  expect(got.status).toBe(431);
  await expect(client.ask()).resolves.toMatchObject({ status: 200 });
});

test('what follows a request of HTTP/1.1 may be no HTTP/2', async () => {
  const upstream = await startUpstream();
  const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });

  const { received } = await exchange(
    url,
    'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  );

  expect(received).toMatch(/^HTTP\/1\.1 (?:200|400)/);
});

test('an upgrade to h2c is served as HTTP/1.1', async () => {
  const upstream = await startUpstream();
  const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });

  const got = await request(
    url,
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n',
  );

  expect(got.status).toBe(200);
});
