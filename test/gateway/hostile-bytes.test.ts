import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Answer } from '../../src/answer/answer.ts';
import { PREVIEW_CLIENTS } from '../../src/gateway/preview-clients.ts';
import { skeletonOf } from '../answer/formats.ts';
import { CANARY, hostileLine } from '../answer/hostile.ts';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { connectHttp2 } from '../support/http2-client.ts';
import { exchange } from '../support/raw-client.ts';
import { type RawResponse, readResponse } from '../support/raw-response.ts';

const CLIENTS = Object.values(PREVIEW_CLIENTS);
const NAMES = [
  ...['Referer', 'Origin', 'Access-Control-Request-Method', 'Access-Control-Request-Headers'],
  ...['Accept', 'Accept-Language', 'Accept-Charset', 'Content-Type', 'X-Request-Id', 'Upgrade'],
  ...['SOAPAction', 'X-Requested-With', 'Sec-Fetch-Dest', 'Sec-Fetch-Mode', 'Idempotency-Key'],
  ...['User-Agent', 'Cookie', 'Authorization', 'X-Forwarded-Host', 'X-Forwarded-For', 'Via', 'TE'],
];

/** Bytes as they go over the wire, one a character: line ends, NUL and bad UTF-8 included. */
const bytes = fc.oneof(
  hostileLine.map((text) => Buffer.from(text).toString('latin1')),
  hostileLine.map((text) => text.replace(/[^\0-\xff]/g, '\xff')),
);
/** Such bytes as get past the parser: into a target, and into a field. */
const visible = bytes.map((text) => text.replace(/[^\x21\x22\x24-\x7e]/g, ''));
const inLine = bytes.map((text) => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, ''));
const asked = fc.record({
  client: fc.constantFrom(...CLIENTS),
  target: fc.oneof(
    { weight: 6, arbitrary: visible },
    { weight: 1, arbitrary: visible.map((text) => text.padEnd(65_536, text)) },
    { weight: 1, arbitrary: bytes },
  ),
  host: fc.oneof({ weight: 7, arbitrary: fc.constant('a.example') }, bytes),
  fields: fc.array(
    fc.tuple(
      fc.constantFrom(...NAMES),
      fc.oneof({ weight: 7, arbitrary: inLine }, { weight: 1, arbitrary: bytes }),
    ),
    { maxLength: 6 },
  ),
  body: bytes,
});

async function startDown(limits: Readonly<Record<string, unknown>> = {}) {
  return startGateway(
    {
      ...oneUpstream(['http://127.0.0.1:9'], { hold: '0s', timeouts: { connect: '1s' } }),
      statusPage: { url: 'https://status.example.com' },
      brand: { name: 'ChargeOver' },
      trustedProxies: ['127.0.0.1/8'],
      errors: { own: { message: '{message}', ref: '{reference}' } },
      routes: [
        { path: '/api/', upstream: 'app', errors: 'own', cors: ['https://portal.example.com'] },
        { upstream: 'app' },
      ],
      limits,
    },
    { isQuiet: true },
  );
}

test('whatever bytes come, each response is one of ours, whole and well formed', async () => {
  const { url } = await startDown({ headerBytes: '128KiB' });
  const statuses = new Set<number>();
  await fc.assert(
    fc.asyncProperty(asked, async ({ client, target, host, fields, body }) => {
      const own = client.headers.map((text, index) =>
        index % 2 === 0 ? `${text}: ${client.headers[index + 1]}\r\n` : '',
      );
      const more = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
      const length = client.method === 'GET' ? '' : `Content-Length: ${body.length}\r\n`;
      const head = `${client.method} /${target} HTTP/1.1\r\nHost: ${host}\r\n`;
      const { received } = await exchange(
        url,
        `${head}${own.join('')}${more}${length}Connection: close\r\n\r\n${length === '' ? '' : body}`,
      );
      for (const response of responsesIn(received)) {
        check(response);
        statuses.add(response.status);
      }
    }),
    { numRuns: 150 },
  );
  // Not only refusals: some got past the parser, to an answer.
  expect(statuses).toContain(400);
  expect(statuses).toContain(503);
});

/** Fields of a connection, which HTTP/2 has no place for. */
const NOT_IN_HTTP2 = new Set(['connection', 'upgrade', 'te']);

test('the same holds through HTTP/2', async () => {
  const { url } = await startDown();
  const client = await connectHttp2(url);
  const fields = fc.array(fc.tuple(fc.constantFrom(...NAMES), inLine), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...CLIENTS), visible, fields, async (kind, path, more) => {
      const own = kind.headers.flatMap((name, index) =>
        index % 2 === 0 ? [[name, kind.headers[index + 1] ?? ''] as const] : [],
      );
      const sent = [...own, ...more]
        .map(([name, value]) => [name.toLowerCase(), value.trim()] as const)
        .filter(([name]) => !NOT_IN_HTTP2.has(name));
      const headers = Object.fromEntries(sent);
      const { method } = kind;
      const got = await client.ask({ method, path: `/${path}`, headers, body: '' });
      expect(got.code).toBe('NO_ERROR');
      const { status, field } = got;
      const pairs = got.fields.flatMap((name, index) =>
        index % 2 === 0 ? [[name, got.fields[index + 1] ?? ''] as const] : [],
      );
      check({ status, reason: 'none', fields: pairs, field, body: got.body.toString('latin1') });
    }),
    { numRuns: 60 },
  );
});

test.for([
  ...['status.json?upstream=', 'status.json?lang=', 'problems/', 'problems/maintenance?', ''],
  ...['healthz?', 'events/', '%2e%2e/'],
])("the gateway's own path %s shows nothing of what follows", async (path) => {
  const { url } = await startDown();
  await fc.assert(
    fc.asyncProperty(visible, inLine, async (rest, language) => {
      const fields = `Host: a\r\nAccept-Language: ${language}\r\nOrigin: ${language}`;
      const head = `GET /_candor/${path}${rest} HTTP/1.1\r\n${fields}\r\nConnection: close\r\n\r\n`;
      const { received } = await exchange(url, head);
      expect(received).not.toContain(CANARY);
      for (const response of responsesIn(received)) check(response);
    }),
    { numRuns: 15 },
  );
});

test.for([
  { name: 'a path of 64 KB', head: `GET /${'<b>'.repeat(21_845)} HTTP/1.1\r\nHost: a` },
  { name: 'a field of 64 KB', head: `GET / HTTP/1.1\r\nHost: a\r\nX: ${'<b>'.repeat(21_845)}` },
  { name: 'a NUL in a field', head: 'GET / HTTP/1.1\r\nHost: a\r\nOrigin: https://a\0<b>' },
  { name: 'a NUL in the path', head: 'GET /\0<b> HTTP/1.1\r\nHost: a' },
  { name: 'a bare CR in a field', head: 'GET / HTTP/1.1\r\nHost: a\r\nOrigin: x\rX-Injected: 1' },
  { name: 'markup for a host', head: 'GET / HTTP/1.1\r\nHost: <script>' },
  { name: 'markup for a method', head: '<SCRIPT> / HTTP/1.1\r\nHost: a' },
  { name: 'no HTTP at all', head: '<script>alert(1)</script>' },
])('$name is refused, and not repeated', async ({ head }) => {
  const { url } = await startDown();
  const { received } = await exchange(url, `${head}\r\nConnection: close\r\n\r\n`);
  const [response, ...others] = responsesIn(received);
  expect(others).toEqual([]);
  expect(response?.status).toBeGreaterThanOrEqual(400);
  expect(received.toLowerCase()).not.toMatch(/<b>|<script|x-injected|https:\/\/a/);
  if (response !== undefined) check(response);
});

test.for([
  { name: 'an escaped line end', sent: '%0d%0aSet-Cookie:%20a=b' },
  { name: 'markup', sent: '"><script>alert(1)</script>' },
  { name: 'an entity', sent: '&quot;&gt;' },
])('a path with $name is only the way back, escaped', async ({ sent }) => {
  const { url } = await startDown();
  const head = `GET /${sent} HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nConnection: close\r\n\r\n`;
  const [response] = responsesIn((await exchange(url, head)).received);
  expect(response?.status).toBe(503);
  const escaped = sent
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
  expect(response?.body).toContain(`href="/${escaped}"`);
  expect(response?.body.replaceAll(`"/${escaped}"`, '')).not.toContain(sent);
  if (response !== undefined) check(response);
});

/** Every response of a connection; throws where bytes are left that are none. */
function responsesIn(received: string): readonly RawResponse[] {
  const found: RawResponse[] = [];
  let rest = Buffer.from(received, 'latin1');
  while (rest.length > 0) {
    const read = readResponse(rest, { isHead: false, hasEnded: true });
    if (read === null) throw new Error(`no response: ${rest.toString('latin1')}`);
    found.push(read.response);
    rest = rest.subarray(read.length);
  }
  return found;
}

type Read = Pick<RawResponse, 'status' | 'reason' | 'fields' | 'body' | 'field'>;

/** By a parser of its format, and without anything of ours that a client could have made up. */
function check({ status, reason, fields, body, field }: Read): void {
  expect(field('x-injected')).toBeNull();
  expect(field('set-cookie')).toBeNull();
  const headers = fields.flat();
  const answer = { status, reasonPhrase: reason, headers, body } as unknown as Answer;
  if (field('content-length') !== null || status === 204) skeletonOf(answer);
  const besides = body.replace(/(?:href|data-to|data-return)="[^"<>]*"/g, '');
  // What is left is a reference, and what stands around it in its format.
  expect(besides).not.toMatch(new RegExp(`${CANARY}(?:[^-\\w\\s"<)*/.:=+@~]|<(?!/))`));
}
