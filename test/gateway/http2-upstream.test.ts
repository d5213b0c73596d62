import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { expect, test, vi } from 'vitest';
import { oneUpstream, startGateway, type TestGateway } from '../support/gateway.ts';
import { type OnStream, serve, startHttp2Upstream } from '../support/http2-upstream.ts';
import { connectRaw, request } from '../support/raw-client.ts';
import { certificatePath } from '../support/secure-upstream.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a.example\r\n\r\n';
const POST = 'POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 2\r\n\r\nhi';
const CHUNKED = 'POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n';

/** A gateway in front of endpoints that speak HTTP/2. */
function inFrontOf(urls: readonly string[], rest: Readonly<Record<string, unknown>> = {}) {
  return startGateway(oneUpstream(urls, { protocol: 'http2', ...rest }), {
    isQuiet: true,
    random: () => 0,
  });
}

const echo: OnStream = (stream, fields) => {
  stream.respond({ ':status': 200, 'x-length': String(fields['content-length']) });
  stream.pipe(stream);
};

test('a request is served by HTTP/2 with prior knowledge, over one connection', async () => {
  const upstream = await startHttp2Upstream();
  const { url } = await inFrontOf([upstream.url]);

  for (const bytes of [GET, POST, GET]) {
    const reply = await request(url, bytes);
    expect([reply.status, reply.reason, reply.body]).toEqual([200, 'OK', 'served\n']);
  }

  expect([upstream.requests, upstream.connections]).toEqual([3, 1]);
});

test('over TLS by ALPN, with the certificate looked at', async () => {
  const upstream = await startHttp2Upstream(serve, { certificate: 'server' });
  const secure = upstream.url.replace('127.0.0.1', 'localhost');
  const trusting = await inFrontOf([secure], {
    tls: { ca: certificatePath('authority'), serverName: 'app.internal' },
  });
  const doubting = await inFrontOf([secure], { hold: '0s' });

  expect((await request(trusting.url, POST)).body).toBe('served\n');
  expect((await request(doubting.url, POST)).field('proxy-status')).toContain('tls_protocol_error');
});

test('fields arrive in lower case, without those of the hop, with Host as :authority', async () => {
  let fields: IncomingHttpHeaders = {};
  const upstream = await startHttp2Upstream((stream, got) => {
    fields = got;
    serve(stream, got);
  });
  const { url } = await inFrontOf([upstream.url]);

  await request(
    url,
    'GET /a?b=%20 HTTP/1.1\r\nHost: a.example\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\n' +
      'TE: trailers, deflate\r\nX-Mixed: Caf\xe9\r\nCookie: a=1\r\nCookie: b=2\r\nX-Twice: 1\r\nX-Twice: 2\r\n\r\n',
  );

  const { ':authority': authority, ':path': path, ':scheme': scheme } = fields;
  expect({ authority, path, scheme }).toEqual({
    authority: 'a.example',
    path: '/a?b=%20',
    scheme: 'http',
  });
  expect(fields).toMatchObject({
    te: 'trailers',
    'x-mixed': 'Caf\xe9',
    cookie: 'a=1; b=2',
    'x-twice': '1, 2',
    via: '1.1 candor',
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-proto': 'http',
    'x-forwarded-host': 'a.example',
  });
  expect(Object.keys(fields)).not.toEqual(
    expect.arrayContaining(['host', 'x-hop', 'connection', 'keep-alive']),
  );
});

test.for([
  { name: 'with a length', bytes: POST, body: 'hi', length: '2' },
  {
    name: 'in chunks',
    bytes: `${CHUNKED}\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n`,
    body: 'abcde',
    length: 'undefined',
  },
  {
    name: 'that is large',
    bytes: `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n${'x'.repeat(3_000_000)}`,
    body: 'x'.repeat(3_000_000),
    length: '3000000',
  },
])('a body $name passes both ways', async ({ bytes, body, length }) => {
  const upstream = await startHttp2Upstream(echo);
  const { url } = await inFrontOf([upstream.url]);

  const reply = await request(url, bytes);

  expect([reply.body === body, reply.field('x-length')]).toEqual([true, length]);
});

test('body and reply flow at the same time', async () => {
  const upstream = await startHttp2Upstream(echo);
  const { url } = await inFrontOf([upstream.url]);
  const client = await connectRaw(url);

  client.send(`${CHUNKED}\r\n`);
  for (const word of ['one', 'two', 'six']) {
    client.send(`3\r\n${word}\r\n`);
    await client.until(word);
  }
  client.send('0\r\n\r\n');

  expect((await client.response()).body).toBe('onetwosix');
});

test('trailers pass both ways', async () => {
  const got = Promise.withResolvers<IncomingHttpHeaders>();
  const upstream = await startHttp2Upstream((stream) => {
    stream.on('wantTrailers', () => {
      stream.sendTrailers({ 'grpc-status': '0', 'x-two': ['a', 'b'] });
    });
    stream.on('trailers', (trailers: IncomingHttpHeaders) => {
      got.resolve(trailers);
      stream.respond({ ':status': 200 }, { waitForTrailers: true });
      stream.end('body');
    });
    stream.resume();
  });
  const { url } = await inFrontOf([upstream.url]);

  const reply = await request(
    url,
    `${CHUNKED}Trailer: X-Sum\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 5\r\n\r\n`,
  );

  expect(await got.promise).toMatchObject({ 'x-sum': '5' });
  expect(reply.body).toBe('body');
  expect(reply.trailers).toEqual([
    ['grpc-status', '0'],
    ['x-two', 'a'],
    ['x-two', 'b'],
  ]);
});

test.for<{ name: string; bytes: string; respond: OnStream; status: number; body: string }>([
  {
    name: 'of fields alone',
    bytes: POST,
    respond: (stream) =>
      stream.respond({ ':status': 200, 'grpc-status': '12' }, { endStream: true }),
    status: 200,
    body: '',
  },
  {
    name: 'to HEAD',
    bytes: GET.replace('GET', 'HEAD'),
    respond: (stream) =>
      stream.respond({ ':status': 200, 'content-length': '7' }, { endStream: true }),
    status: 200,
    body: '',
  },
  {
    name: 'without content',
    bytes: GET,
    respond: (stream) => stream.respond({ ':status': 204 }, { endStream: true }),
    status: 204,
    body: '',
  },
  {
    name: 'before the body of its request',
    bytes: `${CHUNKED}\r\n2\r\nhi\r\n`,
    respond: (stream) => {
      stream.respond({ ':status': 403, 'content-length': '2' });
      stream.end('no');
    },
    status: 403,
    body: 'no',
  },
])('a reply $name passes', async ({ bytes, respond, status, body }) => {
  const upstream = await startHttp2Upstream(respond);
  const { url } = await inFrontOf([upstream.url]);

  const reply = await request(url, bytes, { isHead: bytes.startsWith('HEAD') });

  expect([reply.status, reply.body]).toEqual([status, body]);
});

test('103 (Early Hints) passes in front of the reply', async () => {
  const upstream = await startHttp2Upstream((stream, fields) => {
    stream.additionalHeaders({ ':status': 103, link: '</a.css>; rel=preload' });
    serve(stream, fields);
  });
  const { url } = await inFrontOf([upstream.url]);
  const client = await connectRaw(url);
  client.send(GET);

  const hint = await client.response();
  expect([hint.status, hint.field('link')]).toEqual([103, '</a.css>; rel=preload']);
  expect((await client.response()).status).toBe(200);
});

test('a client that does not read slows its own stream down, and no other', async () => {
  let sent = 0;
  let isFull = false;
  const upstream = await startHttp2Upstream((stream, fields) => {
    if (fields[':path'] !== '/flood') return serve(stream, fields);
    stream.respond({ ':status': 200 });
    const pour = () => {
      while (stream.write(Buffer.alloc(16_384))) sent += 16_384;
      isFull = true;
    };
    stream.on('drain', pour);
    pour();
  });
  const { url } = await inFrontOf([upstream.url]);
  const flooded = await connectRaw(url);
  flooded.socket.pause();
  flooded.send('GET /flood HTTP/1.1\r\nHost: a\r\n\r\n');
  await vi.waitFor(() => expect(isFull).toBe(true));

  for (let count = 0; count < 20; count += 1) {
    expect((await request(url, GET)).body).toBe('served\n');
  }
  expect(upstream.connections).toBe(1);
  expect(sent).toBeLessThan(20_000_000);
  flooded.leave();
});

test('a client that leaves has its stream cancelled, and nothing counts against the upstream', async () => {
  const streams: ServerHttp2Stream[] = [];
  const upstream = await startHttp2Upstream((stream) => void streams.push(stream));
  const { url, upstream: app } = await inFrontOf([upstream.url]);
  const client = await connectRaw(url);
  client.send(GET);
  await vi.waitFor(() => expect(streams).toHaveLength(1));

  client.leave();

  await vi.waitFor(() => expect(streams[0]?.rstCode).toBe(constants.NGHTTP2_CANCEL));
  expect(app().belief.verdict.state).toBe('up');
});

test('a WebSocket handshake is refused: HTTP/2 has no upgrade', async () => {
  const upstream = await startHttp2Upstream();
  const { url, upstream: app } = await inFrontOf([upstream.url]);

  const answer = await request(
    url,
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  );

  expect([answer.status, upstream.requests]).toEqual([400, 0]);
  expect(app().belief.verdict.state).toBe('up');
});

test.for([
  { name: 'ends', end: ({ drain }: TestGateway) => drain() },
  {
    name: 'has no use for its upstream',
    end: (on: TestGateway) => on.upstream()[Symbol.asyncDispose](),
  },
])('a gateway that $name closes its sessions', async ({ end }) => {
  const upstream = await startHttp2Upstream();
  const gateway = await inFrontOf([upstream.url]);
  await request(gateway.url, GET);
  expect(upstream.sessions.size).toBe(1);

  await end(gateway);

  await vi.waitFor(() => expect(upstream.sessions.size).toBe(0));
});

test.for([{ bytes: GET }, { bytes: POST }, { bytes: `${CHUNKED}\r\n2\r\nhi\r\n0\r\n\r\n` }])(
  'a stream that is through is closed, not reset: $bytes',
  async ({ bytes }) => {
    const codes: (number | undefined)[] = [];
    const upstream = await startHttp2Upstream((stream, fields) => {
      stream.once('close', () => codes.push(stream.rstCode));
      stream.once('end', () => serve(stream, fields));
      stream.resume();
    });
    const { url } = await inFrontOf([upstream.url]);

    for (let count = 0; count < 5; count += 1) await request(url, bytes);

    await vi.waitFor(() => expect(codes).toHaveLength(5));
    expect(new Set(codes)).toEqual(new Set([constants.NGHTTP2_NO_ERROR]));
  },
);
