import { expect, test } from 'vitest';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { connectRaw, exchange, request } from '../support/raw-client.ts';
import { replying, startRawUpstream } from '../support/raw-upstream.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

async function quiet() {
  const upstream = await startRawUpstream(replying(OK));
  const started = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });
  return { ...started, upstreamSide: upstream };
}

test.for([
  { name: 'two Host fields', head: 'GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n' },
  { name: 'no Host field', head: 'GET / HTTP/1.1\r\n' },
  { name: 'a Host with a space', head: 'GET / HTTP/1.1\r\nHost: a b\r\n' },
  { name: 'a Host with a slash', head: 'GET / HTTP/1.1\r\nHost: a/b\r\n' },
  { name: 'a Host with user information', head: 'GET / HTTP/1.1\r\nHost: user@a\r\n' },
  { name: 'a Host with a bad port', head: 'GET / HTTP/1.1\r\nHost: a:b\r\n' },
  { name: 'a target that disagrees with Host', head: 'GET http://b/ HTTP/1.1\r\nHost: a\r\n' },
  { name: 'a target with user information', head: 'GET http://u@a/ HTTP/1.1\r\nHost: a\r\n' },
  { name: 'a target of another scheme', head: 'GET ftp://a/ HTTP/1.1\r\nHost: a\r\n' },
  { name: 'a fragment in the target', head: 'GET /a#b HTTP/1.1\r\nHost: a\r\n' },
  { name: 'bytes that no URL holds', head: 'GET /caf\xe9 HTTP/1.1\r\nHost: a\r\n' },
  { name: 'GET *', head: 'GET * HTTP/1.1\r\nHost: a\r\n' },
  { name: 'no target', head: 'GET  HTTP/1.1\r\nHost: a\r\n' },
  { name: 'a field without a name', head: 'GET / HTTP/1.1\r\nHost: a\r\n: b\r\n' },
  { name: 'a space before the colon', head: 'GET / HTTP/1.1\r\nHost : a\r\n' },
  { name: 'a folded field', head: 'GET / HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\n' },
  { name: 'a NUL in a field', head: 'GET / HTTP/1.1\r\nHost: a\r\nX-A: b\0c\r\n' },
  { name: 'a bare LF within the head', head: 'GET / HTTP/1.1\nHost: a\r\n' },
  { name: 'TLS', head: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03' },
])('$name is answered 400 or closed, and the upstream sees nothing of it', async ({ head }) => {
  const { url, upstreamSide, upstream } = await quiet();

  const { received } = await exchange(url, `${head}\r\n`);

  expect(received).toMatch(/^(?:HTTP\/1\.1 400 Bad Request\r\n|$)/);
  expect(upstreamSide.connections).toEqual([]);
  expect(upstream().belief.verdict.state).toBe('up');
});

test.for([
  { name: 'a method', line: 'FETCH / HTTP/1.1', status: 501 },
  { name: 'a version', line: 'GET / HTTP/3.7', status: 505 },
  { name: 'bytes that look like neither', line: 'FETCH me', status: 400 },
])('$name that nobody knows: $status, also behind another request', async ({ line, status }) => {
  const { url, upstreamSide } = await quiet();
  const good = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

  const alone = await exchange(url, `${line}\r\nHost: a\r\n\r\n`);
  const behind = await connectRaw(url);
  behind.send(good);
  expect((await behind.response()).status).toBe(200);
  behind.send(`${line}\r\nHost: a\r\n\r\n`);

  expect(alone.received).toContain(`HTTP/1.1 ${status} `);
  expect((await behind.response()).status).toBe(status);
  expect(upstreamSide.connections).toHaveLength(1);
});

test('a refusal says why, and holds nothing that the client sent', async () => {
  const { url } = await quiet();
  const { received } = await exchange(url, 'GET / HTTP/1.1\r\nHost: <script>\r\n\r\n');
  expect(received).toContain('The Host field is not a host name.\n');
  expect(received).not.toContain('script');
});

test('OPTIONS * is served by the gateway itself', async () => {
  const { url, upstreamSide } = await quiet();
  const reply = await request(url, 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n');
  expect([reply.status, reply.body, upstreamSide.connections]).toEqual([200, '', []]);
});

test.for([
  { name: 'TRACE', method: 'TRACE', hops: '0', status: 200, seen: 0 },
  { name: 'OPTIONS', method: 'OPTIONS', hops: '0', status: 200, seen: 0 },
  { name: 'GET, for which it means nothing,', method: 'GET', hops: '0', status: 200, seen: 1 },
])('Max-Forwards: 0 on $name reaches $seen upstreams', async ({ method, hops, status, seen }) => {
  const { url, upstreamSide } = await quiet();
  const head = `${method} / HTTP/1.1\r\nHost: a\r\nMax-Forwards: ${hops}\r\n\r\n`;
  expect((await request(url, head)).status).toBe(status);
  expect(upstreamSide.connections).toHaveLength(seen);
});

test('Max-Forwards is counted down on OPTIONS', async () => {
  const { url, upstreamSide } = await quiet();
  await request(url, 'OPTIONS / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 7\r\n\r\n');
  expect(upstreamSide.received).toContain('Max-Forwards: 6\r\n');
});

test('CONNECT is refused, and the connection ends', async () => {
  const { url, upstreamSide } = await quiet();
  const { received } = await exchange(url, 'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n');
  expect(received).toMatch(/^HTTP\/1\.1 405 Method Not Allowed\r\n/);
  expect(upstreamSide.connections).toEqual([]);
});

test('a CONNECT behind a running request does not cut into its reply', async () => {
  const upstream = await startRawUpstream();
  const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });
  const client = await connectRaw(url);
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  const connection = await upstream.connection(0);
  client.send('CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n');

  const body = 'x'.repeat(4 * 1024 * 1024);
  connection.socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  const reply = await client.response();

  expect(reply.body.length).toBe(body.length);
  expect((await client.ending()).received).toBe('');
});

test('TRACE goes upstream without the credentials', async () => {
  const { url, upstreamSide } = await quiet();
  await request(
    url,
    'TRACE / HTTP/1.1\r\nHost: a\r\nCookie: s=1\r\nAuthorization: Basic x\r\nX-A: b\r\n\r\n',
  );
  expect(upstreamSide.received).toMatch(/^TRACE \/ HTTP\/1\.1\r\n/);
  expect(upstreamSide.received).toContain('X-A: b\r\n');
  expect(upstreamSide.received).not.toMatch(/cookie|authorization/i);
});

test.for([
  { name: 'absolute-form', target: 'http://A.example/x?y', path: '/x?y', host: 'A.example' },
  {
    name: 'absolute-form without a path',
    target: 'http://a.example',
    path: '/',
    host: 'a.example',
  },
  {
    name: 'absolute-form with a query alone',
    target: 'http://a.example?q',
    path: '/?q',
    host: 'a.example',
  },
])('$name reaches the configured upstream as $path', async ({ target, path, host }) => {
  const { url, upstreamSide } = await quiet();
  await request(url, `GET ${target} HTTP/1.1\r\nHost: a.example\r\n\r\n`);
  expect(upstreamSide.received.startsWith(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\n`)).toBe(true);
});
