import { expect, test } from 'vitest';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { askHttp2 } from '../support/http2-client.ts';
import { connectRaw, exchange, request } from '../support/raw-client.ts';
import { type RawConnection, replying, startRawUpstream } from '../support/raw-upstream.ts';
import { startUpstream } from '../support/upstream.ts';

const HINTS =
  'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload; as=style\r\nLink: </b.js>; rel=preload; as=script\r\n\r\n';
const FINAL = 'HTTP/1.1 201 Made\r\nX-Final: yes\r\nContent-Length: 4\r\n\r\ndone';

test('early hints go to the client, and the final head is intact', async () => {
  const upstream = await startRawUpstream(replying(HINTS + FINAL));
  const { url } = await startGateway(oneUpstream([upstream.url]));
  const client = await connectRaw(url);
  client.send('GET / HTTP/1.1\r\nHost: app\r\n\r\n');

  const hints = await client.response();
  const final = await client.response();

  expect(hints.status).toBe(103);
  expect(hints.field('link')).toBe(
    '</a.css>; rel=preload; as=style, </b.js>; rel=preload; as=script',
  );
  expect([final.status, final.reason, final.field('x-final'), final.body]).toEqual([
    201,
    'Made',
    'yes',
    'done',
  ]);
});

test.for([
  { name: '103', interim: HINTS },
  { name: '102', interim: 'HTTP/1.1 102 Processing\r\n\r\n' },
  { name: '104', interim: 'HTTP/1.1 104 Upload Resumption Supported\r\n\r\n' },
])('an HTTP/1.0 client gets no $name', async ({ interim }) => {
  const upstream = await startRawUpstream(replying(interim + FINAL));
  const { url } = await startGateway(oneUpstream([upstream.url]));

  const { received } = await exchange(url, 'GET / HTTP/1.0\r\nHost: app\r\n\r\n');

  expect(received).toMatch(/^HTTP\/1\.1 201 Made\r\n/);
  expect(received.endsWith('\r\n\r\ndone')).toBe(true);
});

test.for([
  { status: 102, fields: '' },
  { status: 103, fields: 'Link: ;;;\r\nX-A: b\r\n' },
  { status: 104, fields: 'Location: /uploads/1\r\n' },
  { status: 199, fields: 'X-A: b\r\nX-A: caf\xe9\r\n' },
])('$status goes to the client, with its fields as they came', async ({ status, fields }) => {
  const interim = `HTTP/1.1 ${status} Hm\r\n${fields}Connection: x-own\r\nX-Own: 1\r\n\r\n`;
  const upstream = await startRawUpstream(replying(interim + FINAL));
  const { url } = await startGateway(oneUpstream([upstream.url]));
  const client = await connectRaw(url);
  client.send('GET / HTTP/1.1\r\nHost: app\r\n\r\n');

  const reply = await client.response();
  const lines = reply.fields.map(([name, value]) => `${name}: ${value}\r\n`);

  expect([reply.status, lines.join('')]).toEqual([status, fields]);
  expect((await client.response()).status).toBe(201);
});

test('through HTTP/2 as well', async () => {
  const interim = 'HTTP/1.1 199 Hm\r\nX-A: b\r\nX-A: c\r\nKeep-Alive: timeout=5\r\n\r\n';
  const upstream = await startRawUpstream(replying(interim + FINAL));
  const { url } = await startGateway(oneUpstream([upstream.url]));

  const got = await askHttp2(url);

  expect(got.interim).toEqual([{ status: 199, fields: ['x-a', 'b', 'x-a', 'c'] }]);
  expect([got.status, got.text]).toEqual([201, 'done']);
});

const POST = 'POST / HTTP/1.1\r\nHost: app\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n';

function echoing({ received, socket }: RawConnection): void {
  const [, body = ''] = received.split('\r\n\r\n');
  if (body.length === 5) socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n${body}`);
}

/** Says 100 (Continue) to a head that expects it, as an upstream does that is ready for the body. */
function asked(connection: RawConnection): void {
  const { received, socket } = connection;
  if (/\r\nexpect: 100-continue\r\n/.test(received) && received.endsWith('\r\n\r\n')) {
    socket.write('HTTP/1.1 100 Continue\r\n\r\n');
  }
  echoing(connection);
}

test('100 (Continue) is sent when the upstream, which is asked, is ready for the body', async () => {
  const upstream = await startRawUpstream(asked);
  const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });
  const client = await connectRaw(url);
  client.send(POST);

  expect((await client.response()).status).toBe(100);
  client.send('hello');
  const reply = await client.response();

  expect([reply.status, reply.body]).toEqual([200, 'hello']);
  expect(upstream.received).toContain('\r\nContent-Length: 5\r\n');
});

test('an upstream that says nothing is sent the body all the same, after a second', async () => {
  const upstream = await startRawUpstream(echoing);
  const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });
  const client = await connectRaw(url);
  client.send(POST);

  expect((await client.response()).status).toBe(100);
  client.send('hello');

  expect((await client.response()).body).toBe('hello');
});

test('a body that has come, in chunks, waits for nobody', async () => {
  const upstream = await startRawUpstream(({ socket, received }) => {
    if (received.endsWith('0\r\n\r\n')) socket.write(FINAL);
  });
  const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });
  const started = performance.now();

  const head = POST.replace('Content-Length: 5', 'Transfer-Encoding: chunked');
  const reply = await request(url, `${head}5\r\nhello\r\n0\r\n\r\n`);

  expect(reply.status).toBe(201);
  expect(upstream.received).toMatch(/\r\n\r\n5\r\nhello\r\n0\r\n\r\n$/);
  expect(performance.now() - started).toBeLessThan(900);
});

test('an upstream that refuses is heard, gets no body, and neither does anybody else', async () => {
  const refusal = 'HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno';
  const upstream = await startRawUpstream(replying(refusal));
  const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });

  const { received } = await exchange(url, POST);

  expect(received).toMatch(/^HTTP\/1\.1 413 Content Too Large\r\n.*Connection: close\r\n.*no$/s);
  expect(upstream.received.endsWith('\r\n\r\n')).toBe(true);
});

test('a reply that begins within the body ends when it ends, not after the time for a reply', async () => {
  const upstream = await startRawUpstream(({ socket, received }) => {
    if (received.endsWith('\r\n\r\n')) socket.write('HTTP/1.1 100 Continue\r\n\r\n');
    if (!received.endsWith('hello')) return;
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfirst');
    setTimeout(() => socket.write('last'), 400);
  });
  const settings = oneUpstream([upstream.url], { timeouts: { response: '200ms' } });
  const { url } = await startGateway(settings, { isQuiet: true });

  expect((await request(url, `${POST}hello`)).body).toBe('firstlast');
});

test('1 MiB goes up to an upstream that reads slowly, and one that never replies is a 504', async () => {
  const body = 'x'.repeat(1024 * 1024);
  const upstream = await startRawUpstream(({ socket, received }) => {
    socket.pause();
    setTimeout(() => socket.resume(), 1);
    if (received.endsWith('\r\n\r\n')) socket.write('HTTP/1.1 100 Continue\r\n\r\n');
  });
  const settings = oneUpstream([upstream.url], { timeouts: { response: '300ms' } });
  const { url } = await startGateway(settings, { isQuiet: true });
  const client = await connectRaw(url);
  client.send(POST.replace('5', String(body.length)));
  await client.response();
  client.send(body);

  const answer = await client.response();

  expect(answer.status).toBe(504);
  expect(upstream.received.endsWith(`\r\n\r\n${body}`)).toBe(true);
});

test('an HTTP/1.0 client gets no 100 (Continue)', async () => {
  const upstream = await startRawUpstream(echoing);
  const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });

  const { received } = await exchange(url, `${POST.replace('HTTP/1.1', 'HTTP/1.0')}hello`);

  expect(received).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
});

test('while nobody serves, Expect gets the final status at once, and the connection ends', async () => {
  const upstream = await startUpstream();
  await upstream.refuse();
  const { url } = await startGateway(oneUpstream([upstream.url], { hold: '0s' }));
  const client = await connectRaw(url);
  client.send(POST);

  const answer = await client.response();

  expect(answer.status).toBe(503);
  expect(answer.field('connection')).toBe('close');
});

test('an expectation that nobody knows is refused with 417', async () => {
  const { url } = await startGateway(oneUpstream(['http://127.0.0.1:9']), { isQuiet: true });
  const answer = await request(url, 'GET / HTTP/1.1\r\nHost: app\r\nExpect: tea\r\n\r\n');
  expect(answer.status).toBe(417);
});
