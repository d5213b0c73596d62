import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { connectRaw, request } from '../support/raw-client.ts';
import { SENTENCE, startScene } from './login.ts';

const PAGE = `<!doctype html><title>Sign in</title><p>${SENTENCE}</p>${'<!-- filler -->'.repeat(50)}`;
const POST = 'POST /login HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nContent-Length: 2\r\n\r\nhi';

const CODINGS = [
  { coding: null, encode: (text: string) => Buffer.from(text) },
  { coding: 'identity', encode: (text: string) => Buffer.from(text) },
  { coding: 'gzip', encode: (text: string) => gzipSync(text) },
  { coding: 'x-gzip', encode: (text: string) => gzipSync(text) },
  { coding: 'deflate', encode: (text: string) => deflateSync(text) },
  { coding: 'Deflate', encode: (text: string) => deflateRawSync(text) },
  { coding: 'br', encode: (text: string) => brotliCompressSync(text) },
  { coding: 'zstd', encode: (text: string) => zstdCompressSync(text) },
  { coding: 'gzip, br', encode: (text: string) => brotliCompressSync(gzipSync(text)) },
] as const;

function coded(coding: string | null, body: Buffer) {
  const fields = [
    ['Content-Type', 'text/html; charset=utf-8'],
    ['Set-Cookie', 'tries=1'],
    ['X-App', 'yes'],
    ...(coding === null ? [] : [['Content-Encoding', coding]]),
    ['Content-Length', String(body.length)],
  ];
  return { fields, body };
}

test.for(CODINGS)(
  'with all well, a wrong password coded as $coding passes byte for byte',
  async ({ coding, encode }) => {
    const { fields, body } = coded(coding, encode(PAGE));
    const { url } = await startScene((_asked, response) =>
      response.writeHead(200, fields.flat()).end(body),
    );

    const reply = await request(url, POST);

    expect(reply.status).toBe(200);
    expect(Buffer.from(reply.body, 'latin1').equals(body)).toBe(true);
    expect(reply.fields.slice(0, fields.length)).toEqual(fields);
  },
);

test.for(CODINGS)(
  'with the application gone, the same coded as $coding is answered as a sign-in',
  async ({ coding, encode }) => {
    const { fields, body } = coded(coding, encode(PAGE));
    const { url, app, gateway, log } = await startScene((_asked, response) =>
      response.writeHead(200, fields.flat()).end(body),
    );
    await app.refuse();

    const answer = await request(url, POST);

    expect(answer.status).toBe(503);
    expect(answer.body).toMatch(/<h1[^>]*>You can(?:'|&#39;|’)t sign in right now<\/h1>/);
    expect(answer.body).not.toContain(SENTENCE);
    expect(answer.field('set-cookie')).toBeNull();
    expect(answer.field('x-app')).toBeNull();
    expect(answer.field('candor-disposition')).toMatch(/^unknown; retry-safe=\?1/);
    expect(answer.field('proxy-status')).toContain('received-status=200');
    expect([...gateway.counts.misleading.values()]).toEqual([
      { rule: 'credentials', evidence: 'probe', upstream: 'app', count: 1 },
    ]);
    expect(log.find(({ msg }) => msg === 'answered')).toMatchObject({
      rule: 'credentials',
      evidence: 'probe',
      sign_in: true,
    });
  },
);

test.for([
  { name: 'another status', status: 500, body: SENTENCE, type: 'text/html' },
  { name: 'another sentence', status: 200, body: 'Welcome', type: 'text/html' },
  { name: 'an image', status: 200, body: SENTENCE, type: 'image/png' },
  { name: 'an unknown coding', status: 200, body: SENTENCE, type: 'text/html', coding: 'rot13' },
  { name: 'a broken coding', status: 200, body: SENTENCE, type: 'text/html', coding: 'gzip' },
])(
  'with the application gone, a reply with $name passes as it came',
  async ({ status, body, type, coding }) => {
    const { url, app } = await startScene(
      (_asked, response) => {
        response.writeHead(status, {
          'content-type': type,
          ...(coding === undefined ? {} : { 'content-encoding': coding }),
        });
        response.end(body);
      },
      { rule: { status: [200, 401] } },
    );
    await app.refuse();
    const reply = await request(url, POST);
    expect([reply.status, reply.body]).toEqual([status, body]);
  },
);

test.for([200, 401, 418, 500])('a rule without statuses is about a %d as well', async (status) => {
  const { url, app } = await startScene((_asked, response) => response.writeHead(status).end(PAGE));
  await app.refuse();
  expect((await request(url, POST)).status).toBe(503);
});

test('programs get a 503 in their own form, never a 401', async () => {
  const { url, app } = await startScene((_asked, response) =>
    response
      .writeHead(401, { 'content-type': 'application/json' })
      .end(JSON.stringify({ error: SENTENCE })),
  );
  await app.refuse();
  const answer = await request(url, POST.replace('text/html', 'application/json'));
  expect(answer.status).toBe(503);
  expect(answer.field('content-type')).toMatch(/^application\/json/);
  expect(JSON.parse(answer.body).outage.retrySafe).toBe(true);
});

test.for([
  { location: '/login?error=1', isMisleading: true },
  { location: 'http://a/login?error=credentials', isMisleading: true },
  { location: '/login', isMisleading: false },
  { location: '/home', isMisleading: false },
  { location: '/home?next=/login?error=1', isMisleading: false },
])(
  'with the application gone, a redirect to $location is misleading: $isMisleading',
  async ({ location, isMisleading }) => {
    const { url, app } = await startScene(
      (_asked, response) => response.writeHead(302, { location, 'set-cookie': 'a=1' }).end(),
      { rule: { redirect: '/login?error=*' } },
    );
    await app.refuse();

    const reply = await request(url, POST);

    expect(reply.status).toBe(isMisleading ? 503 : 302);
    expect(reply.field('location')).toBe(isMisleading ? null : location);
  },
);

test('with all well, a redirect that the rule names passes', async () => {
  const { url } = await startScene(
    (_asked, response) => response.writeHead(302, { location: '/login?error=1' }).end(),
    { rule: { redirect: '/login?error=*' } },
  );
  expect((await request(url, POST)).status).toBe(302);
});

test('what is known already is evidence, without a probe', async () => {
  const { url, app, upstream, log } = await startScene((_asked, response) => response.end(PAGE));
  await app.refuse();
  upstream('app').requestFailed('connection_refused');
  await app.accept();
  const before = app.connections;

  expect((await request(url, POST)).status).toBe(503);

  expect(log.find(({ msg }) => msg === 'answered')).toMatchObject({ evidence: 'verdict' });
  expect(app.connections).toBe(before);
});

test('what was known when the request came is evidence, even where all is well again', async () => {
  const { url, upstream, log } = await startScene((_asked, response) => {
    upstream('app').start();
    void vi
      .waitFor(() => expect(upstream('app').belief.verdict.state).toBe('up'), 5_000)
      .then(() => response.end(PAGE));
  });
  upstream('app').requestFailed('connection_refused');

  expect((await request(url, POST)).status).toBe(503);
  expect(log.find(({ msg }) => msg === 'answered')).toMatchObject({
    evidence: 'verdict_at_request',
  });
});

test('fifty misleading replies at once take one probe', async () => {
  const waiting: (() => void)[] = [];
  const { url, app } = await startScene((_asked, response) => {
    waiting.push(() => response.end(PAGE));
    if (waiting.length === 50) for (const reply of waiting) reply();
  });
  const before = app.connections;

  const replies = await Promise.all(Array.from({ length: 50 }, () => request(url, POST)));

  expect(replies.every(({ status, body }) => status === 200 && body === PAGE)).toBe(true);
  expect(app.connections - before).toBeLessThanOrEqual(2);
});

test('a probe that hangs holds a reply for a second at most', async () => {
  const { url, app } = await startScene((_asked, response) => response.end(PAGE));
  app.behave('hang');
  const startedAt = performance.now();
  await request(url, POST);
  expect(performance.now() - startedAt).toBeLessThan(1_500);
});

test('a method that is held back reaches the login site only while the application is not down', async () => {
  const { url, login, app, upstream } = await startScene((_asked, response) => response.end('in'), {
    rule: { holdBack: ['POST'] },
  });
  expect((await request(url, POST)).body).toBe('in');
  await app.refuse();
  upstream('app').start();
  upstream('app').requestFailed('connection_refused');
  await vi.waitFor(() => expect(upstream('app').belief.verdict.state).toBe('down'), 5_000);
  const before = login.requests;

  const answer = await request(url, POST);

  expect(answer.status).toBe(503);
  expect(answer.field('candor-disposition')).toMatch(/^not_processed; retry-safe=\?1/);
  expect(login.requests).toBe(before);
  expect((await request(url, 'GET /login HTTP/1.1\r\nHost: a\r\n\r\n')).body).toBe('in');
});

test('a body that is longer than limits.inspectBytes passes untouched, though it says the sentence', async () => {
  const long = `${SENTENCE}${'x'.repeat(100_000)}`;
  const { url, app, gateway } = await startScene(
    (_asked, response) => {
      for (let at = 0; at < long.length; at += 1_000) response.write(long.slice(at, at + 1_000));
      response.end();
    },
    { limits: { inspectBytes: '64KiB' } },
  );
  await app.refuse();
  const reply = await request(url, POST);
  expect([reply.status, reply.body]).toEqual([200, long]);
  expect(gateway.counts.limited.get('inspect_bytes')).toBe(1);
});

test('a body that would unfold to more than is looked into passes untouched', async () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, SENTENCE));
  const { url, app, gateway } = await startScene((_asked, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'text/html' }).end(bomb),
  );
  await app.refuse();
  const reply = await request(url, POST);
  expect(Buffer.from(reply.body, 'latin1').equals(bomb)).toBe(true);
  expect(gateway.counts.limited.get('inspect_bytes')).toBe(1);
});

test('an event stream is never held', async () => {
  const { url } = await startScene((_asked, response) =>
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: first\n\n'),
  );
  const client = await connectRaw(url);
  client.send('GET /login HTTP/1.1\r\nHost: a\r\n\r\n');
  await client.until('data: first');
});

test('HEAD of a login page passes', async () => {
  const { url, app } = await startScene((_asked, response) =>
    response.writeHead(200, { 'content-length': PAGE.length }).end(),
  );
  await app.refuse();
  const reply = await request(url, 'HEAD /login HTTP/1.1\r\nHost: a\r\n\r\n', { isHead: true });
  expect([reply.status, reply.field('content-length')]).toEqual([200, String(PAGE.length)]);
});

test('a client that leaves while its reply is held is forgotten', async () => {
  const { url, app, gateway } = await startScene((_asked, response) => response.write(PAGE));
  await app.refuse();
  const client = await connectRaw(url);
  client.send(POST);
  await vi.waitFor(() => expect(gateway.counts.inFlight).toBe(1));
  client.leave();
  await vi.waitFor(() => expect(gateway.counts.inFlight).toBe(0));
});
