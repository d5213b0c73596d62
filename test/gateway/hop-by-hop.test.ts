import { expect, test } from 'vitest';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { request } from '../support/raw-client.ts';
import { replying, startRawUpstream } from '../support/raw-upstream.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** The fields that an upstream got for a request with these. */
async function forwarded(
  fields: string,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const upstream = await startRawUpstream(replying(OK));
  const { url } = await startGateway({ ...oneUpstream([upstream.url]), ...settings });
  await request(url, `GET / HTTP/1.1\r\nHost: app.example\r\n${fields}\r\n`);
  return upstream.received;
}

/** The reply that a client got for one with these fields. */
async function relayed(fields: string, line = 'HTTP/1.1 200 OK') {
  const upstream = await startRawUpstream(
    replying(`${line}\r\nContent-Length: 2\r\n${fields}\r\nok`),
  );
  const { url } = await startGateway(oneUpstream([upstream.url]));
  return request(url, 'GET / HTTP/1.1\r\nHost: app\r\n\r\n');
}

test.for([
  'Keep-Alive: timeout=5',
  'Proxy-Connection: keep-alive',
  'Proxy-Authorization: Basic x',
  'TE: trailers',
  'HTTP2-Settings: AAMAAABkAAQAAP__',
  'Upgrade: h2c',
])('%s stays on the client’s side', async (line) => {
  const received = await forwarded(`${line}\r\nX-Kept: yes\r\n`);
  expect(received).toContain('X-Kept: yes\r\n');
  expect(received.toLowerCase()).not.toContain(
    `\n${line.slice(0, line.indexOf(' ')).toLowerCase()}`,
  );
});

test('what Connection nominates stays on the client’s side, however it is written', async () => {
  const received = await forwarded(
    'Connection: close , X-One\r\nconnection: x-two\r\nX-ONE: 1\r\nX-Two: 2\r\nX-Three: 3\r\n',
  );
  expect(received).not.toMatch(/x-one|x-two/i);
  expect(received).toContain('X-Three: 3\r\n');
});

test('what the gateway adds cannot be nominated away', async () => {
  const received = await forwarded(
    'Connection: Host, Via, X-Forwarded-For, X-Forwarded-Proto, X-Forwarded-Host, X-Request-Id, Content-Length, Transfer-Encoding\r\n',
  );
  expect(received).toContain('host: app.example\r\n');
  expect(received).toContain('Via: 1.1 candor\r\n');
  expect(received).toContain('X-Forwarded-For: 127.0.0.1\r\n');
  expect(received).toContain('X-Forwarded-Proto: http\r\n');
  expect(received).toContain('X-Forwarded-Host: app.example\r\n');
  expect(received).toMatch(/X-Request-Id: [0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\r\n/);
});

test('a nominated Content-Length does not unframe a body', async () => {
  const upstream = await startRawUpstream(({ socket, received }) => {
    if (received.endsWith('hello')) socket.write(OK);
  });
  const { url } = await startGateway(oneUpstream([upstream.url]));
  await request(
    url,
    'POST / HTTP/1.1\r\nHost: a\r\nConnection: Content-Length\r\nContent-Length: 5\r\n\r\nhello',
  );
  expect(upstream.received).toContain('content-length: 5\r\n\r\nhello');
});

test('the Via of another proxy stays, before the gateway’s own', async () => {
  const received = await forwarded('Via: 1.0 edge\r\n');
  expect(received.match(/^Via: .*$/gm)).toEqual(['Via: 1.0 edge', 'Via: 1.1 candor']);
});

test.for([
  {
    name: 'nobody is trusted',
    trusted: [],
    kept: [
      'X-Forwarded-For: 127.0.0.1',
      'X-Forwarded-Proto: http',
      'X-Forwarded-Host: app.example',
    ],
    gone: ['203.0.113.9', 'evil.example', 'https', 'X-Real-IP', 'Forwarded: for', 'ref-1'],
  },
  {
    name: 'another proxy is trusted',
    trusted: ['10.0.0.0/8'],
    kept: ['X-Forwarded-For: 127.0.0.1'],
    gone: ['203.0.113.9', 'evil.example', 'ref-1'],
  },
  {
    name: 'this client is a trusted proxy',
    trusted: ['127.0.0.0/8'],
    kept: [
      'X-Forwarded-For: 203.0.113.9, 127.0.0.1',
      'X-Forwarded-Proto: https',
      'X-Forwarded-Host: evil.example',
      'X-Real-IP: 203.0.113.9',
      'Forwarded: for=203.0.113.9',
      'X-Request-Id: ref-1',
    ],
    gone: [],
  },
])('what a client says of its own client, when $name', async ({ trusted, kept, gone }) => {
  const received = await forwarded(
    'X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.example\r\n' +
      'X-Real-IP: 203.0.113.9\r\nForwarded: for=203.0.113.9\r\nX-Request-Id: ref-1\r\n',
    { trustedProxies: trusted },
  );
  for (const line of kept) expect(received).toContain(`${line}\r\n`);
  for (const text of gone) expect(received).not.toContain(text);
});

test('an IPv4 client of an IPv6 listener is known by its IPv4 address', async () => {
  const upstream = await startRawUpstream(replying(OK));
  const { url } = await startGateway({ ...oneUpstream([upstream.url]), listen: '[::]:0' });
  const { port } = new URL(url);
  await request(`http://127.0.0.1:${port}`, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  expect(upstream.received).toContain('X-Forwarded-For: 127.0.0.1\r\n');
});

test.for([
  'Keep-Alive: timeout=1',
  'Proxy-Connection: close',
  'Proxy-Authenticate: Basic',
  'Upgrade: h2c',
  'TE: trailers',
])('%s stays on the upstream’s side', async (line) => {
  const reply = await relayed(`${line}\r\nX-Kept: yes\r\n`);
  const [name = '', value = ''] = line.split(': ');
  expect(reply.field('x-kept')).toBe('yes');
  expect(reply.field(name)).not.toBe(value);
});

test('what an upstream’s Connection nominates stays on its side', async () => {
  const reply = await relayed('X-One: 1\r\nConnection: x-one, close\r\nX-Two: 2\r\n');
  expect([reply.field('x-one'), reply.field('x-two')]).toEqual([null, '2']);
});

test('426 says to what protocol', async () => {
  const reply = await relayed('Upgrade: websocket\r\n', 'HTTP/1.1 426 Upgrade Required');
  expect([reply.status, reply.field('upgrade')]).toEqual([426, 'websocket']);
});

test('the fields of a reply keep their order, case, repetition and bytes', async () => {
  const lines = [
    ['x-LOWER-upper', 'one'],
    ['Set-Cookie', 'a=1; Path=/'],
    ['X-Repeated', 'first'],
    ['Set-Cookie', 'b=2, c; Expires=Wed, 09 Jun 2027 10:18:14 GMT'],
    ['x-repeated', 'second'],
    ['X-Latin', 'caf\xe9 \xff'],
    ['X-Empty', ''],
    ['Date', 'Sun, 06 Nov 1994 08:49:37 GMT'],
    ['Server', 'the application'],
  ] as const;
  const reply = await relayed(lines.map(([name, value]) => `${name}: ${value}\r\n`).join(''));
  const own = new Set(['connection', 'keep-alive', 'content-length']);
  expect(reply.fields.filter(([name]) => !own.has(name.toLowerCase()))).toEqual(lines);
});

test('a reply without a Date gets one, and nothing else', async () => {
  const reply = await relayed('');
  expect(reply.fields.map(([name]) => name)).toEqual([
    'Content-Length',
    'Date',
    'Connection',
    'Keep-Alive',
  ]);
});
