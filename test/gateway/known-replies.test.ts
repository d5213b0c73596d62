import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { originOf } from '../../src/gateway/generic-reply.ts';
import { KNOWN_REPLIES, knownReply } from '../../src/gateway/known-replies.ts';
import type { KnownReply } from '../../src/gateway/known-reply.ts';
import type { ReplyHead } from '../../src/gateway/reply.ts';
import { SAMPLES, type Sample } from './balancer-samples.ts';

function headOf({ status, fields }: Pick<Sample, 'status' | 'fields'>): ReplyHead {
  return { status, reasonPhrase: '', fields: [...fields], contentLength: null, isLast: false };
}

test.for(SAMPLES.map((sample) => ({ ...sample, told: sample.body.slice(0, 90) })))(
  '$status of $from ($told) is generic, and proves that nobody got the request: $isNotProcessed',
  ({ from, isNotProcessed, body, ...rest }) => {
    expect(originOf(headOf(rest), Buffer.from(body))).toMatchObject({
      kind: 'generic',
      known: { from, isNotProcessed },
    });
  },
);

test('each row of the table is told by a sample', () => {
  const told = new Set(SAMPLES.map((sample) => knownReply(headOf(sample), sample.body)));

  expect(KNOWN_REPLIES.filter((row) => !told.has(row))).toEqual([]);
});

/** The same otherwise laid out: with less white space, with more, and with the line ends of Windows. */
function laidOut(body: string): readonly string[] {
  if (body.startsWith('{')) {
    const members: unknown = JSON.parse(body);
    return [JSON.stringify(members), JSON.stringify(members, null, 2)];
  }
  const betweenTags = ['', '\n\n  '].map((space) => body.replace(/(?<=>)\s+|\s+(?=<)/g, space));
  return [...betweenTags, body.replaceAll(/\r?\n/g, '\r\n'), `\n ${body}\n `];
}

test('white space makes no difference', () => {
  for (const sample of SAMPLES) {
    const row = knownReply(headOf(sample), sample.body);
    for (const body of laidOut(sample.body)) {
      expect.soft(knownReply(headOf(sample), body), body).toBe(row);
    }
  }
});

/** Told by their whole body. */
const BY_ALL = ['AWS API Gateway', 'Caddy', 'Istio', 'Kong', 'Traefik'];
/** Told by how it begins, among others. */
const BY_BEGINNING = [
  ...['Apache httpd', 'AWS CloudFront', 'Azure Application Gateway'],
  ...['Envoy', 'HAProxy', 'nginx', 'OpenShift router'],
];

test.for([
  { name: 'before it', from: [...BY_ALL, ...BY_BEGINNING] },
  { name: 'behind it', from: BY_ALL },
])('with more $name, a reply is nobody’s of $from', ({ name, from }) => {
  for (const sample of SAMPLES.filter((one) => from.includes(one.from))) {
    const body = name === 'before it' ? `They say: ${sample.body}` : `${sample.body} they say`;
    expect.soft(knownReply(headOf(sample), body)?.from, body).not.toBe(sample.from);
  }
});

test('HAProxy and Envoy prove nothing where more follows', () => {
  for (const sample of SAMPLES.filter((one) => one.isNotProcessed)) {
    if (!['HAProxy', 'Envoy'].includes(sample.from)) continue;
    const body = `${sample.body.replace(/, transport.*/, '')} they say`;
    expect.soft(knownReply(headOf(sample), body)?.isNotProcessed ?? false, body).toBe(false);
  }
});

test.for([
  { status: 503, field: ['Server', 'our-awselb/2.0'], body: '' },
  { status: 504, field: ['Server', 'our-awselb/2.0'], body: '' },
  { status: 502, field: ['Server', 'Caddyshack'], body: '' },
  { status: 502, field: ['Server', 'NoCaddy'], body: '' },
  { status: 503, field: ['Server', 'King-kong/1'], body: '{"message":"name resolution failed"}' },
  { status: 502, field: ['Server', 'cloudflare-nginx'], body: 'error code: 502' },
  { status: 502, field: ['Server', 'not-cloudflare'], body: 'error code: 502' },
  { status: 502, field: ['Server', 'cloudflare'], body: 'They say: error code: 502' },
  { status: 502, field: ['Server', 'cloudflare'], body: 'error code: 502, they say' },
  { status: 502, field: ['Server', 'cloudflare'], body: '{"title":"Error 502: Bad gateway"}' },
  { status: 502, field: ['Server', 'cloudflare'], body: '<title>Shop | 502 sold</title>' },
  { status: 530, field: ['Server', 'cloudflare'], body: 'error code: 502' },
  { status: 503, field: ['X-Railway-Fallback', 'untrue'], body: '' },
  { status: 503, field: ['X-Railway-Fallback', 'trueish'], body: '' },
  { status: 503, field: ['X-Vercel-Error', 'see TIMEOUT'], body: '' },
  { status: 503, field: ['X-Vercel-Error', 'TIMEOUT, see'], body: '' },
])('$status with $field and $body is nobody’s who is known', ({ status, field, body }) => {
  expect(knownReply(headOf({ status, fields: field }), body)).toBeNull();
});

test.for(['istio-envoy2', 'our-istio-envoy'])('server: %s is Envoy, but not Istio', (server) => {
  const head = headOf({ status: 503, fields: ['Server', server] });
  expect(knownReply(head, 'no healthy upstream')?.from).toBe('Envoy');
});

test('a page that shows the plain one of Cloudflare’s is not Cloudflare’s', () => {
  const plain = SAMPLES.find(({ body }) => body.includes('<center>cloudflare</center>'));
  const head = headOf({ status: 502, fields: [] });

  expect(knownReply(head, plain?.body ?? '')?.from).toBe('Cloudflare');
  expect(knownReply(head, `They say: ${plain?.body}`)).toBeNull();
});

test('a reply that merely quotes a load balancer is the application’s own, and proves nothing', () => {
  const fields = ['Content-Type', 'application/json'];
  for (const { status, body, isNotProcessed } of SAMPLES) {
    if (!isNotProcessed || body === '') continue;
    const quoted = JSON.stringify({ error: { reason: body, service: 'payments' } });
    expect(originOf(headOf({ status, fields }), Buffer.from(quoted))).toEqual({
      kind: 'deliberate',
    });
    const page = `<h1>We are sorry</h1><p>Our supplier says: ${body}</p>`;
    const html = headOf({ status, fields: ['Content-Type', 'text/html'] });
    const found = knownReply(html, page);
    expect(found?.isNotProcessed ?? false).toBe(false);
  }
});

test.for([
  '{"message":"Service Unavailable"}',
  '{"statusCode":503,"message":"Service Unavailable"}',
  '{"message":"name resolution failed"}',
  '{"message":"no healthy upstream","error":"Service Unavailable","statusCode":503}',
  '{"status":"error","code":502,"message":"Application failed to respond"}',
  '{"title":"Error 502: Bad gateway","status":502}',
  '{"message":"The upstream server is timing out","retryAfter":30}',
])('JSON that could be anybody’s is the application’s own: %s', (body) => {
  for (const status of [502, 503, 504]) {
    const head = headOf({ status, fields: ['Content-Type', 'application/json'] });
    expect(originOf(head, Buffer.from(body))).toEqual({ kind: 'deliberate' });
  }
});

test('a page of the application’s own is generic, and from nobody who is known', () => {
  const page =
    '<!DOCTYPE html><html><head><title>Back soon</title></head><body><h1>Maintenance until 6</h1></body></html>';
  const head = headOf({ status: 503, fields: ['Content-Type', 'text/html'] });

  expect(originOf(head, Buffer.from(page))).toEqual({ kind: 'generic', known: null });
});

test.for([
  { fields: ['Server', 'awselb/2.0'], from: 'AWS Application Load Balancer' },
  { fields: ['Server', 'cloudflare', 'Content-Type', 'text/html'], from: null },
  { fields: ['Server', 'Caddy', 'Content-Type', 'text/html'], from: null },
])('without a body, only what a field alone tells is known: $fields', ({ fields, from }) => {
  const head = headOf({ status: 502, fields });
  expect(originOf(head, null).kind).toBe('generic');
  expect(knownReply(head, null)?.from ?? null).toBe(from);
});

function timed(work: () => void): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}

test('nothing that an upstream sends makes the look-up throw or take long', () => {
  const pieces = SAMPLES.flatMap(({ body }) => body.match(/.{1,40}/gs) ?? []);
  const piece = fc.oneof(
    fc.constantFrom(...pieces),
    fc.constantFrom(' ', '"title":', '<title>', ','),
  );
  const body = fc
    .array(fc.tuple(piece, fc.integer({ min: 1, max: 4_000 })), { maxLength: 6 })
    .map((parts) => parts.map(([part, times]) => part.repeat(times).slice(0, 4_096)).join(''));
  fc.assert(
    fc.property(body, fc.constantFrom(...SAMPLES), (text, sample) => {
      const head = headOf(sample);
      const bytes = Buffer.from(text);
      const lookUp = () => timed(() => void originOf(head, bytes));
      // 0.03 ms as a rule; a pattern whose time is not linear takes 50 ms for 4 KiB of spaces. One
      // that is slow because the machine is busy is not slow each time.
      expect(lookUp() < 20 || lookUp() < 20 || lookUp() < 20).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

test('docs/generic-replies.md lists the table', async () => {
  const file = resolve(import.meta.dirname, '../../docs/generic-replies.md');
  const lines = (await readFile(file, 'utf8')).split('\n');
  const listed = lines
    .filter((line) => /^\| .* \| [\d, ]+ \|/.test(line))
    .map((line) => line.split(' | '))
    .map(([from, status, sign, proves, _knownFrom, source]) =>
      [from?.replace('| ', ''), status, sign, proves, textOf(source ?? '')].join(' | '),
    );

  expect(listed).toEqual(KNOWN_REPLIES.map(rowText));
});

function rowText({ from, statuses, sign, isNotProcessed, source }: KnownReply): string {
  return [from, statuses.join(', '), sign, isNotProcessed ? 'yes' : 'unknown', source].join(' | ');
}

/** A cell without its links and the end of its line. */
function textOf(cell: string): string {
  return cell
    .replace(/ \|$/, '')
    .replaceAll(/(?<!\\)\[|\]\(https:[^)]*\)/g, '')
    .replaceAll('\\', '');
}
