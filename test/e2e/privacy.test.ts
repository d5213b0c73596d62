import { readFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AS, ask, form } from '../support/ask.ts';
import { eventually } from '../support/eventually.ts';
import { type LogLine, openProgram, type Program } from '../support/program.ts';
import { openUpstream, type TestUpstream } from '../support/upstream.ts';

/** Stands wherever something private can stand, in requests and in replies. */
const SECRET = 'hunter2Kq9';
const SENTENCE = 'The credentials that you provided are not correct.';

const parts = new AsyncDisposableStack();
let program: Program;
let app: TestUpstream;
let login: TestUpstream;

beforeAll(async () => {
  app = parts.use(await openUpstream('serve'));
  login = parts.use(await openUpstream(leaky(401, SENTENCE)));
  program = parts.use(
    await openProgram({
      settings: `listen: 127.0.0.1:0
ops: { address: 127.0.0.1:0, token: ${SECRET}Token }
brand: { name: ChargeOver }
upstreams:
  app: { endpoints: ["${app.url}"], timeouts: { response: 500ms } }
  login: { endpoints: ["${login.url}"] }
routes:
  - { host: www.example.com, path: /login, upstream: login, misleading: [credentials] }
  - { host: www.example.com, path: /r/pay, upstream: app, payment: true }
  - { host: www.example.com, upstream: app }
misleading:
  credentials: { status: [401], body: "${SENTENCE}", dependsOn: [app] }
store: memory
`,
    }),
  );
});
afterAll(() => parts.disposeAsync());

/** A reply with the secret in each of its parts. */
function leaky(status: number, body = '<h1>no</h1>'): RequestListener {
  return (_request, response) =>
    response
      .writeHead(status, SECRET, {
        'content-type': 'text/html',
        'set-cookie': `session=${SECRET}`,
        'x-debug': SECRET,
        location: `/${SECRET}`,
        'www-authenticate': `Bearer token=${SECRET}`,
      })
      .end(`${body} ${SECRET}`);
}

const PRIVATE = {
  host: 'www.example.com',
  cookie: `session=${SECRET}`,
  authorization: `Bearer ${SECRET}`,
  'proxy-authorization': `Basic ${SECRET}`,
  referer: `http://www.example.com/${SECRET}`,
  'user-agent': SECRET,
  'x-request-id': SECRET,
  'x-forwarded-for': SECRET,
  'idempotency-key': SECRET,
  origin: `https://${SECRET}.example.com`,
};
const TARGET = `/${SECRET}/invoices?token=${SECRET}`;

/** Requests of every kind, each full of the secret; what becomes of them does not matter. */
async function sendAll(): Promise<void> {
  const kinds = Object.values(AS).map((headers) => ({ headers: { ...PRIVATE, ...headers } }));
  const body = form({ email: `${SECRET}@example.com`, password: SECRET }, PRIVATE);
  const asked = [
    ...kinds.map((asking) => ask(`${program.url}${TARGET}`, asking)),
    ask(`${program.url}/login?user=${SECRET}`, body),
    ask(`${program.url}/r/pay?card=${SECRET}`, body),
    ask(`${program.url}${TARGET}`, { headers: { ...PRIVATE, host: `${SECRET}.example.org` } }),
    ask(`${program.url}/_candor/${SECRET}`, { headers: PRIVATE }),
    ask(`${program.opsUrl}/api/${SECRET}`, { headers: { authorization: `Bearer ${SECRET}` } }),
    ask(`${program.opsUrl}/api/reload?${SECRET}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${SECRET}Token` },
    }),
    sendRaw(`GET /${SECRET} HTTP/1.1\r\nHost: a\r\nHost: ${SECRET}\r\n\r\n`),
    sendRaw(`${SECRET} ${SECRET}\r\n\r\n`),
    sendRaw(
      `GET /${SECRET} HTTP/1.1\r\nHost: www.example.com\r\nX: ${SECRET.repeat(4_000)}\r\n\r\n`,
    ),
    sendRaw(`CONNECT ${SECRET}:443 HTTP/1.1\r\nHost: ${SECRET}:443\r\n\r\n`),
  ];
  await Promise.allSettled(asked);
}

/** Sends bytes, and resolves when the other side has closed, or after half a second. */
async function sendRaw(bytes: string): Promise<void> {
  const socket = connect(Number(new URL(program.url).port), '127.0.0.1');
  const closed = Promise.withResolvers<void>();
  socket.on('error', () => undefined).once('close', () => closed.resolve());
  socket.resume().write(bytes);
  await Promise.race([closed.promise, delay(500)]);
  socket.destroy();
}

function answered(): readonly LogLine[] {
  return program.lines.filter(({ msg }) => msg === 'answered');
}

test('no path, query, header, body or password comes into the log, whatever happens', async () => {
  for (const behaviour of [
    leaky(503),
    leaky(502, `{"error":"${SECRET}"}`),
    leaky(200),
    leaky(500),
    'reset',
    'reset_mid_head',
    'garbage',
    'end_early',
    'hang',
  ] as const) {
    app.behave(behaviour);
    await sendAll();
  }
  await app.refuse();
  await sendAll();
  await eventually(() =>
    program.lines.some(({ upstream, to }) => upstream === 'app' && to === 'down')
      ? true
      : undefined,
  );
  await sendAll();
  await app.accept();

  expect(answered().length).toBeGreaterThan(30);
  expect(program.output).not.toContain(SECRET);
  expect(program.errorOutput).toBe('');
  expect(program.isRunning).toBe(true);
});

test('each answer of ours has one line, with the fields that docs/logs.md lists', async () => {
  const page = await readFile(new URL('../../docs/logs.md', import.meta.url), 'utf8');
  const table = page.slice(page.indexOf('`answered`, level'), page.indexOf('## The life'));
  const documented = [...table.matchAll(/^\| (`[^|]*`) /gm)].flatMap(([, names = '']) =>
    names.replaceAll('`', '').trim().split(', '),
  );
  const optional = ['rule', 'matched', 'evidence', 'evidence_at', 'check_ms', 'trace_id'];
  const always = documented.filter((name) => !optional.includes(name));
  expect(always.length).toBeGreaterThan(8);

  for (const line of answered()) {
    const { level, time, msg, ...fields } = line;
    expect([level, msg, typeof time]).toEqual(['info', 'answered', 'string']);
    const names = Object.keys(fields).filter((name) => !optional.includes(name));
    expect(names.toSorted()).toEqual(always.toSorted());
  }
  const references = answered().map(({ reference }) => reference);
  expect(new Set(references).size).toBe(references.length);

  const got = await ask(program.url, { headers: { host: 'nowhere.example.com' } });
  const line = await eventually(() =>
    answered().find(({ reference }) => reference === got.headers['x-request-id']),
  );
  expect(line).toMatchObject({ reason: 'unknown_route', status: 404, route: null, cause: null });
});

test('each message that was logged is one that docs/logs.md lists', async () => {
  const page = await readFile(new URL('../../docs/logs.md', import.meta.url), 'utf8');
  const unknown = program.lines.filter(({ msg }) => !page.includes(`\`${msg}\``));
  expect(unknown).toEqual([]);
});

test('each metric that is served is one that docs/metrics.md lists', async () => {
  const page = await readFile(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
  const { text } = await ask(`${program.opsUrl}/metrics`, {
    headers: { authorization: `Bearer ${SECRET}Token` },
  });
  const names = [...text.matchAll(/^# TYPE (candor_\S+)/gm)].map(([, name = '']) => name);
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  expect(text).not.toContain(SECRET);
});
