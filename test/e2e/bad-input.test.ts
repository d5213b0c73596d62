import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AS, ask } from '../support/ask.ts';
import { openProgram, type Program } from '../support/program.ts';
import { openUpstream, type TestUpstream } from '../support/upstream.ts';

const SEED = 20_230_719;
const BLOBS = 2_000;
const AT_ONCE = 50;
/** How long an answer is waited for, where the client has finished sending and where it has not. */
const ENDED_MS = 1_000;
const OPEN_MS = 60;

const parts = new AsyncDisposableStack();
let program: Program;
let upstream: TestUpstream;

beforeAll(async () => {
  upstream = parts.use(await openUpstream('serve'));
  program = parts.use(
    await openProgram({
      settings: `listen: 127.0.0.1:0
ops: 127.0.0.1:0
upstreams: { app: { endpoints: ["${upstream.url}"] } }
limits: { headTimeout: 500ms, headerBytes: 4KiB }
store: memory
`,
    }),
  );
});
afterAll(() => parts.disposeAsync());

const token = fc.constantFrom(
  ...[
    'GET',
    'POST',
    'OPTIONS',
    'CONNECT',
    'PRI',
    '/',
    '/a?b',
    '*',
    'http://a/',
    '//',
    '/%00',
    '\0',
  ],
  ...['HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/9.9', ' ', '\t', '\r\n', '\n', '\r', '\r\n\r\n'],
  ...['Host: a', 'Host:', 'Host: a\r\nHost: b', 'Content-Length: 5', 'Content-Length: -1'],
  ...['Content-Length: 99999999999999999999', 'Transfer-Encoding: chunked', 'Upgrade: websocket'],
  ...[
    'Transfer-Encoding: foo, chunked',
    'Connection: close, host',
    'Upgrade: h2c',
    'Connection: upgrade',
  ],
  ...[
    'Expect: 100-continue',
    'Expect: 200-ok',
    '5\r\nhello\r\n',
    '0\r\n\r\n',
    'FFFFFFFFFFFFFFFF\r\n',
    ':',
  ],
  ...[
    'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n',
  ],
);

/** Bytes of any kind, and pieces of HTTP in any order: the latter get further before they fail. */
const blob = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.array(token, { maxLength: 12 }).map((words) => Buffer.from(words.join(''), 'latin1')),
  fc.array(token, { maxLength: 8 }).map((words) => Buffer.from(`${words.join('\r\n')}\r\n\r\n`)),
  fc
    .tuple(fc.constantFrom('GET / HTTP/1.1\r\nHost: a\r\n', '\x16\x03\x01', ''), fc.uint8Array())
    .map(([start, bytes]) => Buffer.concat([Buffer.from(start, 'latin1'), bytes])),
);

/** Sends bytes; resolves to what came back by the end of the connection, or of the time. */
async function send(url: string, bytes: Buffer, hasEnd = true): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const closed = Promise.withResolvers<void>();
  let got = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    got += text;
  });
  socket.on('error', () => undefined).once('close', () => closed.resolve());
  if (hasEnd) socket.end(bytes);
  else socket.write(bytes);
  const late = setTimeout(() => socket.destroy(), hasEnd ? ENDED_MS : OPEN_MS);
  await closed.promise;
  clearTimeout(late);
  return got;
}

test.for(['url', 'opsUrl'] as const)(
  `${BLOBS} blobs of bytes on %s: the process lives, and the next request is served`,
  { timeout: 60_000 },
  async (which) => {
    const url = program[which];
    const blobs = fc.sample(blob, { numRuns: BLOBS, seed: SEED });
    for (let index = 0; index < blobs.length; index += AT_ONCE) {
      const got = await Promise.all(
        blobs
          .slice(index, index + AT_ONCE)
          .map((bytes, place) => send(url, bytes, place % 2 === 0)),
      );
      // What is said is HTTP, whatever was asked.
      for (const text of got) expect(text).toMatch(/^(?:$|HTTP\/1\.[01] \d{3} )/);
    }
    expect(program.isRunning).toBe(true);
    expect(program.errorOutput).toBe('');
    expect(await ask(program.url, { headers: AS.browser })).toMatchObject({ status: 200 });
    expect((await ask(`${program.opsUrl}/readyz`)).status).toBe(200);
  },
);

test('nothing of it counts against the upstream, and nothing of it stays open', async () => {
  const { upstreams } = JSON.parse((await ask(`${program.opsUrl}/api/upstreams`)).text);
  expect(upstreams[0]).toMatchObject({ verdict: 'up', cause: null });
  const { text } = await ask(`${program.opsUrl}/metrics`);
  expect(text).toMatch(/^candor_requests_in_flight 0$/m);
  expect(program.lines.filter(({ level }) => level === 'error')).toEqual([]);
});

test.for([
  { name: 'not HTTP', bytes: 'hello\r\n\r\n', status: 400 },
  { name: 'two Host fields', bytes: 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', status: 400 },
  { name: 'no Host field', bytes: 'GET / HTTP/1.1\r\n\r\n', status: 400 },
  {
    name: 'a coding that is not chunked',
    bytes: 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: foo, chunked\r\n\r\n',
    status: 501,
  },
  {
    name: 'a target that is too long',
    bytes: `GET /${'a'.repeat(5_000)} HTTP/1.1\r\n\r\n`,
    status: 414,
  },
  {
    name: 'a head that is too long',
    bytes: `GET / HTTP/1.1\r\nX-Long: ${'a'.repeat(5_000)}\r\n\r\n`,
    status: 431,
  },
  { name: 'CONNECT', bytes: 'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n', status: 405 },
])(
  '$name is answered $status with a reason, and the connection ends',
  async ({ bytes, status }) => {
    const got = await send(program.url, Buffer.from(bytes));
    expect(got).toMatch(
      new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]*\\r\\n\\r\\n[A-Z][^\\n]+\\.\\n$`),
    );
  },
);

test('a head that does not come to its end is answered 408', async () => {
  const socket = connect(Number(new URL(program.url).port), '127.0.0.1');
  let got = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    got += text;
  });
  socket.write('GET / HTTP/1.1\r\nHost:');
  await new Promise<void>((closed) => socket.once('close', () => closed()));
  expect(got).toMatch(/^HTTP\/1\.1 408 /);
});
