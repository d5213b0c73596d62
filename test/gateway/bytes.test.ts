import { expect, test } from 'vitest';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { exchange, request } from '../support/raw-client.ts';
import { replying, startRawUpstream } from '../support/raw-upstream.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

test.for([
  '/',
  '//a',
  '/a//b',
  '/a/../b',
  '/./a/.',
  '/..',
  '/%2F%2e%2E',
  '/%zz',
  '/%',
  '/?',
  '/??a',
  '/?b=2&a=1&b=1',
  '/?a=%26&b=%3D&c=+',
  "/a;b=c/:d@e/~f!$&'()*+,=",
  '/"<>\\^`{|}',
])('the target %s arrives byte for byte', async (target) => {
  const upstream = await startRawUpstream(replying(OK));
  const { url } = await startGateway(oneUpstream([upstream.url]));
  await request(url, `GET ${target} HTTP/1.1\r\nHost: app\r\n\r\n`);
  expect(upstream.received.split('\r\n')[0]).toBe(`GET ${target} HTTP/1.1`);
});

test('the fields of a request arrive in their order, case, repetition and bytes', async () => {
  const upstream = await startRawUpstream(replying(OK));
  const { url } = await startGateway(oneUpstream([upstream.url]));
  const lines = [
    'x-LOWER-upper: one',
    'Cookie: a=1; b="2"',
    'X-Repeated: first',
    'Cookie: c=3',
    'x-repeated: second',
    'X-Latin: caf\xe9 \xff',
    'X-Empty: ',
    'X-Spaces: a  b\tc',
    'Accept: text/html;q=0.9, */*',
    'Authorization: Basic x',
  ];

  await request(url, `GET / HTTP/1.1\r\nHost: app\r\n${lines.join('\r\n')}\r\n\r\n`);

  const received = upstream.received.split('\r\n');
  const start = received.indexOf(lines[0] ?? '');
  expect(received.slice(start, start + lines.length)).toEqual(lines);
});

test.for([
  {
    name: '204',
    method: 'GET',
    line: '204 No Content',
    sent: 'Content-Length: 5\r\n',
    length: null,
  },
  {
    name: '304',
    method: 'GET',
    line: '304 Not Modified',
    sent: 'Content-Length: 5\r\nETag: "a"\r\n',
    length: '5',
  },
  {
    name: 'HEAD',
    method: 'HEAD',
    line: '200 OK',
    sent: 'Content-Length: 12345\r\n',
    length: '12345',
  },
  {
    name: 'HEAD of a chunked reply',
    method: 'HEAD',
    line: '200 OK',
    sent: 'Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n',
    length: null,
  },
])(
  'a reply to $name has no body, and the next one is not taken for it',
  async ({ method, line, sent, length }) => {
    const upstream = await startRawUpstream(replying(`HTTP/1.1 ${line}\r\n${sent}\r\n`));
    const { url } = await startGateway(oneUpstream([upstream.url]));
    const once = `${method} / HTTP/1.1\r\nHost: a\r\n`;

    const { received } = await exchange(url, `${once}\r\n${once}Connection: close\r\n\r\n`);

    const heads = received.split('\r\n\r\n');
    expect(heads).toHaveLength(3);
    expect(heads[2]).toBe('');
    for (const head of heads.slice(0, 2)) {
      expect(head.startsWith(`HTTP/1.1 ${line}\r\n`)).toBe(true);
      expect(/^Content-Length: (\d+)$/im.exec(head)?.[1] ?? null).toBe(length);
      expect(head).not.toMatch(/^trailer/im);
    }
  },
);

test('a body that comes with a 204 reaches nobody', async () => {
  const upstream = await startRawUpstream(
    replying('HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello'),
  );
  const { url } = await startGateway(oneUpstream([upstream.url]));
  const head = 'GET / HTTP/1.1\r\nHost: a\r\n';

  const { received } = await exchange(url, `${head}\r\n${head}Connection: close\r\n\r\n`);

  expect(received.match(/HTTP\/1\.1 204 No Content\r\n/g)).toHaveLength(2);
  expect(received).not.toContain('hello');
});

test.for([
  { name: 'its own words', line: 'HTTP/1.1 200 Alles gut', reason: 'Alles gut' },
  { name: 'no words', line: 'HTTP/1.1 200 ', reason: '' },
  { name: 'words that are not ASCII', line: 'HTTP/1.1 200 caf\xe9', reason: 'caf\xe9' },
  { name: 'an unknown status', line: 'HTTP/1.1 799 Hm', reason: 'Hm' },
])('a status line with $name is relayed', async ({ line, reason }) => {
  const upstream = await startRawUpstream(replying(`${line}\r\nContent-Length: 0\r\n\r\n`));
  const { url } = await startGateway(oneUpstream([upstream.url]));
  const reply = await request(url, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  expect([reply.status, reply.reason]).toEqual([Number(line.slice(9, 12)), reason]);
});

test.for([
  { name: 'a status below 100', reply: 'HTTP/1.1 099 Hm\r\nContent-Length: 0\r\n\r\n' },
  { name: 'a status of two digits', reply: 'HTTP/1.1 20 OK\r\n\r\n' },
  { name: 'a control character in a field', reply: 'HTTP/1.1 200 OK\r\nX-A: a\x01b\r\n\r\n' },
  { name: 'DEL in a field', reply: 'HTTP/1.1 200 OK\r\nX-A: a\x7fb\r\n\r\n' },
  { name: 'a NUL in a field', reply: 'HTTP/1.1 200 OK\r\nX-A: a\0b\r\n\r\n' },
  { name: 'a field name that is none', reply: 'HTTP/1.1 200 OK\r\nX A: b\r\n\r\n' },
  {
    name: 'two lengths',
    reply: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nokk',
  },
  { name: 'a length that is none', reply: 'HTTP/1.1 200 OK\r\nContent-Length: 0x2\r\n\r\nok' },
  {
    name: 'a length and chunks',
    reply:
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
  },
  { name: 'a head of 100 KB', reply: `HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(100_000)}\r\n\r\n` },
  {
    name: 'a 101 that nobody asked for',
    reply: 'HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
  },
  { name: 'HTTP/2', reply: '\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64' },
  { name: 'a greeting of another protocol', reply: 'SSH-2.0-OpenSSH_9.6\r\n' },
])('a reply with $name is a 502 of unknown outcome', async ({ reply }) => {
  const upstream = await startRawUpstream(({ socket }) => socket.end(reply, 'latin1'));
  const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });
  const answer = await request(url, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n');
  expect(answer.status).toBe(502);
  expect(answer.field('candor-disposition')).toMatch(/^unknown/);
});
