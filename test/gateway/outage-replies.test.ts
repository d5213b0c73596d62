import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { request } from '../support/raw-client.ts';
import { replying, startRawUpstream } from '../support/raw-upstream.ts';

const ASK = 'GET / HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\n\r\n';

interface Sent {
  readonly status?: number;
  readonly fields?: string;
  readonly body?: string;
}

/** A gateway in front of an upstream that gives this reply. */
async function inFrontOf(
  { status = 503, fields = '', body = '' }: Sent,
  settings: Readonly<Record<string, unknown>> = {},
) {
  const upstream = await startRawUpstream(
    replying(
      `HTTP/1.1 ${status} Its Own Words\r\n${fields}Content-Length: ${body.length}\r\n\r\n${body}`,
    ),
  );
  return startGateway({ ...oneUpstream([upstream.url]), ...settings }, { isQuiet: true });
}

const HTML = 'Content-Type: text/html\r\n';
const JSON_TYPE = 'Content-Type: application/json\r\n';

test.for<Sent & { name: string }>([
  { name: 'no body', status: 503 },
  { name: 'HTML', status: 502, fields: HTML, body: '<h1>502 Bad Gateway</h1>' },
  { name: 'text', status: 504, fields: 'Content-Type: text/plain\r\n', body: 'timeout' },
  { name: 'a body without a type', status: 503, body: 'Service Unavailable' },
  {
    name: 'HTML, compressed',
    fields: `${HTML}Content-Encoding: gzip\r\n`,
    body: gzipSync('<h1>Down</h1>').toString('latin1'),
  },
  { name: 'HTML of 100 KB', fields: HTML, body: 'x'.repeat(100_000) },
  { name: 'an empty body of type JSON', fields: JSON_TYPE },
])(
  'a 502, 503 or 504 with $name is replaced, its status kept',
  async ({ status = 503, ...sent }) => {
    const { url, upstream } = await inFrontOf({ status, ...sent });
    const answer = await request(url, ASK);
    expect(answer.status).toBe(status);
    expect(answer.field('content-type')).toMatch(/^application\/json/);
    expect(answer.field('proxy-status')).toContain(`received-status=${status}`);
    expect(answer.field('candor-disposition')).toMatch(/^unknown/);
    expect(upstream().belief.verdict).toMatchObject({ state: 'suspect', cause: 'upstream_status' });
  },
);

test.for<Sent & { name: string }>([
  { name: 'JSON', fields: JSON_TYPE, body: '{"error":"busy"}' },
  {
    name: 'problem+json',
    fields: 'Content-Type: application/problem+json\r\n',
    body: '{"title":"busy"}',
  },
  { name: 'JSON without a type', body: ' {"error":"busy"} ' },
  { name: 'XML', fields: 'Content-Type: application/xml\r\n', body: '<error/>' },
  { name: 'JSON of 100 KB', fields: JSON_TYPE, body: `{"error":"${'x'.repeat(100_000)}"}` },
  {
    name: 'compressed JSON',
    fields: `${JSON_TYPE}Content-Encoding: gzip\r\n`,
    body: gzipSync('{"error":"busy"}').toString('latin1'),
  },
  {
    name: 'JSON in a coding that nobody knows',
    fields: `${JSON_TYPE}Content-Encoding: rot13\r\n`,
    body: '{"reebe"}',
  },
])('a deliberate 503 with $name passes to a program, byte for byte', async (sent) => {
  const { url, upstream } = await inFrontOf(sent);
  const reply = await request(url, ASK);
  expect([reply.status, reply.reason]).toEqual([503, 'Its Own Words']);
  expect(reply.body === sent.body).toBe(true);
  expect(upstream().belief.verdict.state).toBe('up');
});

test('a deliberate 503 gets what it lacks, and keeps what it has', async () => {
  const settings = { statusPage: { url: 'https://status.example.com' } };
  const sent = { fields: `${JSON_TYPE}Retry-After: 7\r\n`, body: '{"error":"busy"}' };
  const { url } = await inFrontOf(sent, settings);
  const reply = await request(url, ASK);
  expect(reply.field('retry-after')).toBe('7');
  expect(reply.field('link')).toBe('<https://status.example.com/>; rel="status"');
  expect(reply.field('proxy-status')).toContain('received-status=503');
  expect(reply.field('candor-disposition')).toBeNull();
});

test('a person never gets JSON', async () => {
  const { url, gateway } = await inFrontOf({ fields: JSON_TYPE, body: '{"error":"busy"}' });
  const answer = await request(
    url,
    'GET / HTTP/1.1\r\nHost: a\r\nSec-Fetch-Mode: navigate\r\nAccept: text/html\r\n\r\n',
  );
  expect(answer.status).toBe(503);
  expect(answer.field('content-type')).toMatch(/^text\/html/);
  expect(gateway.counts.relayed).toEqual([]);
});

test.for<Sent & { name: string }>([
  { name: 'JSON', fields: JSON_TYPE, body: '{"error":"busy"}' },
  { name: 'HTML', fields: HTML, body: '<h1>Down</h1>' },
])('HEAD of a 503 with $name gets what GET would get', async (sent) => {
  const body = sent.body ?? '';
  const head = `HTTP/1.1 503 Its Own Words\r\n${sent.fields}Content-Length: ${body.length}\r\n\r\n`;
  const upstream = await startRawUpstream(({ socket, received }) =>
    socket.write(received.startsWith('HEAD') ? head : head + body),
  );
  const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });
  const get = await request(url, ASK);
  const asHead = await request(url, ASK.replace('GET', 'HEAD'), { isHead: true });
  expect([asHead.status, asHead.reason, asHead.field('content-type')]).toEqual([
    get.status,
    get.reason,
    get.field('content-type'),
  ]);
});

test.for([400, 401, 404, 429, 500, 501])('a %d is never touched', async (status) => {
  const { url, upstream } = await inFrontOf({ status, fields: HTML, body: '<h1>No</h1>' });
  const reply = await request(url, ASK);
  expect([reply.status, reply.reason, reply.body]).toEqual([
    status,
    'Its Own Words',
    '<h1>No</h1>',
  ]);
  expect(upstream().belief.verdict.state).toBe('up');
});

test('a status that the settings do not name as an outage passes', async () => {
  const upstream = await startRawUpstream(replying('HTTP/1.1 503 Hm\r\nContent-Length: 0\r\n\r\n'));
  const { url } = await startGateway(oneUpstream([upstream.url], { outageStatuses: [502] }));
  expect((await request(url, ASK)).reason).toBe('Hm');
});

test('what a replaced reply said that still holds is kept; what it said of a session is not', async () => {
  const { url } = await inFrontOf({
    fields: `${HTML}Retry-After: 120\r\nWWW-Authenticate: Bearer\r\nAccess-Control-Allow-Origin: https://portal.example\r\nSet-Cookie: a=1\r\nX-Powered-By: x\r\nETag: "a"\r\n`,
    body: '<h1>Down</h1>',
  });
  const answer = await request(url, ASK);
  expect(answer.field('retry-after')).toBe('120');
  expect(answer.field('www-authenticate')).toBe('Bearer');
  expect(answer.field('access-control-allow-origin')).toBe('https://portal.example');
  for (const name of ['set-cookie', 'x-powered-by', 'etag']) expect(answer.field(name)).toBeNull();
});

test.for<Sent & { name: string }>([
  { name: 'short', fields: HTML, body: '<h1>Down</h1>' },
  { name: 'long', fields: HTML, body: 'x'.repeat(100_000) },
  { name: 'empty' },
])('own-failures-only lets a generic 503 pass ($name), which counts all the same', async (sent) => {
  const routes = [{ upstream: 'app', answers: 'own-failures-only' }];
  const { url, upstream } = await inFrontOf(sent, { routes });
  const reply = await request(url, ASK);
  expect([reply.status, reply.reason]).toEqual([503, 'Its Own Words']);
  expect(reply.body === (sent.body ?? '')).toBe(true);
  expect(upstream().belief.verdict.state).toBe('suspect');
});

test('own-failures-only answers the gateway’s own failures', async () => {
  const { url } = await startGateway(
    {
      ...oneUpstream(['http://127.0.0.1:9'], { hold: '0s' }),
      routes: [{ upstream: 'app', answers: 'own-failures-only' }],
    },
    { isQuiet: true },
  );
  expect((await request(url, ASK)).field('candor-disposition')).toMatch(/^not_processed/);
});

test.for<Sent & { name: string; isNone: boolean }>([
  {
    name: 'HAProxy’s 503',
    isNone: true,
    fields: HTML,
    body: '<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>\n',
  },
  {
    name: 'Traefik’s 503',
    isNone: true,
    fields: 'Content-Type: text/plain\r\n',
    body: 'no available server\n',
  },
  {
    name: 'Envoy’s 503 of an empty cluster, which it may have met when it tried again,',
    isNone: false,
    fields: 'Server: envoy\r\n',
    body: 'no healthy upstream',
  },
  {
    name: 'Envoy’s 503 of a refused connection',
    isNone: true,
    body: 'upstream connect error or disconnect/reset before headers. reset reason: remote connection failure, transport failure reason: delayed connect error: 111',
  },
  {
    name: 'Envoy’s 503 of a connection that was refused when it tried again',
    isNone: false,
    body: 'upstream connect error or disconnect/reset before headers. retried and the latest reset reason: remote connection failure, transport failure reason: delayed connect error: 111',
  },
  {
    name: 'Envoy’s 503 of a broken connection',
    isNone: false,
    body: 'upstream connect error or disconnect/reset before headers. reset reason: connection termination',
  },
  {
    name: 'AWS’s 503',
    isNone: true,
    fields: `Server: awselb/2.0\r\n${HTML}`,
    body: '<h1>503</h1>',
  },
  {
    name: 'AWS’s 502',
    isNone: false,
    status: 502,
    fields: `Server: awselb/2.0\r\n${HTML}`,
    body: '<h1>502</h1>',
  },
  {
    name: 'nginx’s 502',
    isNone: false,
    status: 502,
    fields: `Server: nginx\r\n${HTML}`,
    body: '<center><h1>502 Bad Gateway</h1></center>',
  },
  {
    name: 'nginx’s 503',
    isNone: false,
    fields: `Server: nginx\r\n${HTML}`,
    body: '<center><h1>503 Service Temporarily Unavailable</h1></center>',
  },
])('$name proves that no server took the request: $isNone', async ({ isNone, ...sent }) => {
  const { url } = await inFrontOf(sent);
  const answer = await request(url, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n');
  expect(answer.field('candor-disposition')).toMatch(
    isNone ? /^not_processed; retry-safe=\?1/ : /^unknown; retry-safe=\?0/,
  );
  expect(answer.field('retry-after') === null).toBe(!isNone);
});

test.for<Sent & { from: string | null }>([
  { fields: JSON_TYPE, body: '{"message":"The upstream server is timing out"}', from: 'Kong' },
  { fields: 'Server: awselb/2.0\r\n', body: '<h1>503</h1>', from: 'AWS Application Load Balancer' },
  { fields: HTML, body: '<h1>503</h1>', from: null },
])('the log line tells who wrote the reply that was replaced: $from', async ({ from, ...sent }) => {
  const { url, logged } = await inFrontOf(sent);

  const answer = await request(url, ASK);

  expect(answer.body).not.toContain('upstream server');
  expect(await logged('answered')).toMatchObject({ received: 503, received_from: from });
});
