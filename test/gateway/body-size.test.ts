import { expect, test, vi } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import { askHttp2 } from '../support/http2-client.ts';
import { connectRaw } from '../support/raw-client.ts';
import { startUpstream } from '../support/upstream.ts';

const TOO_LONG = [413, 'The body of the request is too long.\n'];

/** An upstream that replies with the length of a body once it is whole, and a gateway that takes 1 KiB, and 4 KiB on `/files`. */
async function scene() {
  const seen = { whole: 0, broken: 0 };
  const upstream = await startUpstream((request, response) => {
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    request.once('end', () => {
      seen.whole += 1;
      response.end(String(bytes));
    });
    request.once('error', () => {
      seen.broken += 1;
    });
  });
  const started = await startGateway({
    upstreams: { app: { endpoints: [upstream.url] } },
    routes: [{ path: '/files', upstream: 'app', bodyBytes: '4KiB' }, { upstream: 'app' }],
    limits: { bodyBytes: '1KiB' },
  });
  return { ...started, upstream, seen };
}

const chunked = (length: number) =>
  `Transfer-Encoding: chunked\r\n\r\n${length.toString(16)}\r\n${'x'.repeat(length)}\r\n0\r\n\r\n`;
const counted = (length: number) => `Content-Length: ${length}\r\n\r\n${'x'.repeat(length)}`;

test.for([
  { name: 'of as much as is taken', path: '/', body: counted(1_024), status: 200 },
  { name: 'of a byte more', path: '/', body: counted(1_025), status: 413 },
  { name: 'in chunks, of as much', path: '/', body: chunked(1_024), status: 200 },
  { name: 'in chunks, of a byte more', path: '/', body: chunked(1_025), status: 413 },
  { name: 'on a route that takes more', path: '/files', body: counted(4_096), status: 200 },
  { name: 'that is too long there', path: '/files', body: chunked(4_097), status: 413 },
])('a body $name is answered $status', async ({ path, body, status }) => {
  const { url, gateway, seen, upstream } = await scene();
  const client = await connectRaw(url);
  client.send(`POST ${path} HTTP/1.1\r\nHost: a\r\n${body}`);

  const answer = await client.response();
  expect(answer.status).toBe(status);
  const isCut = status === 413;
  expect(gateway.counts.limited.get('body_bytes')).toBe(isCut ? 1 : undefined);
  expect(seen.whole).toBe(isCut ? 0 : 1);
  if (isCut) expect([answer.status, answer.body]).toEqual(TOO_LONG);
  await vi.waitFor(() => expect(seen.broken).toBe(upstream.requests - seen.whole));
  client.leave();
});

test('a client that waits for 100 (Continue) is told at once, and sends nothing', async () => {
  const { url, upstream } = await scene();
  const client = await connectRaw(url);
  client.send('PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2000\r\n\r\n');

  expect((await client.response()).status).toBe(413);
  expect(upstream.requests).toBe(0);
  client.leave();
});

test.for([
  { name: 'that says its length', headers: { 'content-length': '2000' } },
  { name: 'that does not', headers: {} },
])('through HTTP/2 a long body $name is answered 413 as well', async ({ headers }) => {
  const { url, seen, upstream } = await scene();
  const got = await askHttp2(url, { method: 'POST', headers, body: 'x'.repeat(2_000) });

  expect([got.status, got.text]).toEqual(TOO_LONG);
  expect(seen.whole).toBe(0);
  expect(upstream.requests).toBeLessThanOrEqual(1);
});

test('a body that turns out to be too long on its way breaks off there, and counts against no upstream', async () => {
  const { url, upstream, seen } = await scene();
  for (let round = 1; round <= 5; round++) {
    const client = await connectRaw(url);
    client.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n');
    await vi.waitFor(() => expect(upstream.requests).toBe(round));
    client.send(`800\r\n${'x'.repeat(2_048)}\r\n0\r\n\r\n`);
    expect((await client.response()).status).toBe(413);
    client.leave();
  }
  await vi.waitFor(() => expect(seen).toEqual({ whole: 0, broken: 5 }));
  const client = await connectRaw(url);
  client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok');
  expect((await client.response()).body).toBe('2');
});
