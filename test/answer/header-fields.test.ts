import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import type { Answer, Asker, Matter } from '../../src/answer/answer.ts';
import { CAUSES } from '../../src/outage/cause.ts';
import {
  answererOf,
  asker,
  belief,
  fieldsOf,
  maintenance,
  matter,
  NAVIGATION,
  published,
  route,
  settings,
  unanswered,
} from './samples.ts';

const POST = { method: 'POST' };
const ORIGIN = 'https://portal.example.com';

function answered(
  matterOver: Partial<Matter> = {},
  headers: Record<string, string> = {},
  over: Partial<Asker> = {},
): Answer {
  return answererOf().answer(asker(headers, over), matter(matterOver));
}

test('the fields of an outage are those of section 2.3', () => {
  const answer = answered();
  expect(answer.reasonPhrase).toBe('ChargeOver outage - see https://status.chargeover.com/');
  expect(fieldsOf(answer)).toEqual({
    'content-type': 'text/plain; charset=utf-8',
    'content-length': String(answer.body.length),
    'cache-control': 'no-store',
    'retry-after': '42',
    'candor-disposition': 'not_processed; retry-safe=?1; reason=outage',
    link: '<https://status.chargeover.com/>; rel="status"',
    'proxy-status': 'candor; error=destination_unavailable',
    'x-request-id': '9F3K-7Q2M-4TXB',
    vary: 'Accept, Accept-Encoding, Accept-Language, Origin, Sec-Fetch-Dest, Sec-Fetch-Mode, X-Requested-With',
    'content-language': 'en',
    'x-robots-tag': 'noindex',
    'x-content-type-options': 'nosniff',
  });
});

test('a page has a strict policy and sends no referrer', () => {
  const fields = fieldsOf(answered({}, NAVIGATION));
  expect(fields['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
  expect(fields['referrer-policy']).toBe('no-referrer');
});

test.for([
  {
    what: 'the verdict is down',
    over: { cause: 'no_endpoints' },
    status: 503,
    error: 'error=destination_unavailable',
  },
  { what: 'DNS fails', over: { cause: 'dns_error' }, status: 503, error: 'error=dns_error' },
  {
    what: 'refused',
    over: { cause: 'connection_refused' },
    status: 503,
    error: 'error=connection_refused',
  },
  {
    what: 'no connection in time',
    over: { cause: 'connection_timeout' },
    status: 503,
    error: 'error=connection_timeout',
  },
  {
    what: 'TLS fails',
    over: { cause: 'tls_error' },
    status: 503,
    error: 'error=tls_protocol_error',
  },
  {
    what: 'down since a probe failed',
    over: { cause: 'probe_failed' },
    status: 503,
    error: 'error=destination_unavailable',
  },
  {
    what: 'down since it hangs',
    over: { cause: 'response_timeout' },
    status: 503,
    error: 'error=destination_unavailable',
  },
  {
    what: 'sent, then reset',
    over: unanswered({ cause: 'connection_reset' }),
    status: 502,
    error: 'error=connection_terminated',
  },
  {
    what: 'sent, no response in time',
    over: unanswered(),
    status: 504,
    error: 'error=http_response_timeout',
  },
  {
    what: 'a broken head',
    over: unanswered({ cause: 'bad_response' }),
    status: 502,
    error: 'error=http_protocol_error',
  },
  {
    what: "the upstream's own 503",
    over: unanswered({ cause: 'upstream_status', receivedStatus: 503 }),
    status: 503,
    error: 'received-status=503',
  },
  {
    what: "the upstream's own 504",
    over: unanswered({ cause: 'upstream_status', receivedStatus: 504 }),
    status: 504,
    error: 'received-status=504',
  },
  {
    what: "a load balancer's own page",
    over: { cause: 'upstream_status', receivedStatus: 503, fromLoadBalancer: true },
    status: 503,
    error: 'error=destination_unavailable; received-status=503',
  },
  {
    what: 'a misleading reply',
    over: { signIn: true, disposition: 'unknown', receivedStatus: 200 },
    status: 503,
    error: 'received-status=200',
  },
  {
    what: 'overload',
    over: { reason: 'overload', cause: null, belief: null },
    status: 503,
    error: 'error=connection_limit_reached',
  },
  {
    what: 'unknown route',
    over: { reason: 'unknown_route', cause: null, belief: null },
    status: 404,
    error: 'error=destination_not_found',
  },
] as { what: string; over: Partial<Matter>; status: number; error: string }[])(
  '$what: $status, $error',
  ({ over, status, error }) => {
    const answer = answered(over);
    expect([answer.status, fieldsOf(answer)['proxy-status']]).toEqual([status, `candor; ${error}`]);
  },
);

test.for([
  { method: 'GET', safe: true },
  { method: 'HEAD', safe: true },
  { method: 'OPTIONS', safe: true },
  { method: 'PUT', safe: true },
  { method: 'DELETE', safe: true },
  { method: 'POST', safe: false },
  { method: 'PATCH', safe: false },
  { method: 'BREW', safe: false },
])('$method that was sent and not answered: retry-safe is $safe', ({ method, safe }) => {
  const answer = answered(unanswered(), {}, { method });
  const fields = fieldsOf(answer);
  expect(answer.retrySafe).toBe(safe);
  expect('retry-after' in fields).toBe(safe);
  expect(fields['candor-disposition']).toBe(`unknown; retry-safe=?${safe ? 1 : 0}; reason=outage`);
});

test('an Idempotency-Key counts only where the route says that it is honoured', () => {
  const key = { 'Idempotency-Key': '8e03978e' };
  const honoured = { ...POST, route: route({ idempotencyKey: true }) };
  expect(answered(unanswered(), key, honoured).retrySafe).toBe(true);
  expect(answered(unanswered(), key, POST).retrySafe).toBe(false);
  expect(answered(unanswered(), {}, honoured).retrySafe).toBe(false);
});

test('a sign-in may be repeated, and so may what was never sent', () => {
  const signIn = { signIn: true, disposition: 'unknown', receivedStatus: 200 } as const;
  expect(answered(signIn, {}, POST).retrySafe).toBe(true);
  expect(answered({}, {}, POST).retrySafe).toBe(true);
});

test.for([
  { name: 'outage', over: {}, least: 30, most: 60 },
  {
    name: 'overload',
    over: { reason: 'overload', cause: null, belief: null } as const,
    least: 5,
    most: 15,
  },
])('Retry-After of $name is drawn from $least to $most', ({ over, least, most }) => {
  const drawn = [0, 0.5, 0.999_999].map((random) =>
    Number(
      fieldsOf(answererOf({ random: () => random }).answer(asker(), matter(over)))['retry-after'],
    ),
  );
  expect([drawn[0], drawn[2]]).toEqual([least, most]);
});

test('Retry-After of planned work is the time that is left, spread over two minutes, an hour at most', () => {
  const until = Date.parse('2026-03-04T21:51:40Z'); // Ten minutes from the samples' now.
  const retry = (end: number, random: number): string | undefined =>
    fieldsOf(
      answererOf({
        state: published({ maintenances: [maintenance({ until: end })] }),
        random: () => random,
      }).answer(asker(), matter()),
    )['retry-after'];
  expect([retry(until, 0), retry(until, 0.999_999), retry(until + 36e6, 0.5)]).toEqual([
    '600',
    '720',
    '3600',
  ]);
});

test('an unknown route is not worth coming back for', () => {
  expect(
    fieldsOf(answered({ reason: 'unknown_route', cause: null, belief: null })),
  ).not.toHaveProperty('retry-after');
});

test("the upstream's own Retry-After is kept, in the body as well", () => {
  const replaced = unanswered({
    cause: 'upstream_status',
    receivedStatus: 503,
    kept: ['Retry-After', '120'],
  });
  const answer = answered(replaced, { Accept: 'application/json' });
  expect(fieldsOf(answer)['retry-after']).toBe('120');
  expect(JSON.parse(answer.body.toString()).outage.retryAfter).toBe(120);
});

test('but not where a repeat could be a second payment', () => {
  const replaced = unanswered({
    cause: 'upstream_status',
    receivedStatus: 503,
    kept: ['Retry-After', '120'],
  });
  expect(fieldsOf(answered(replaced, {}, POST))).not.toHaveProperty('retry-after');
});

test('what must never be added is not kept either', () => {
  const kept = [
    ...['Set-Cookie', 'session=1'],
    ...['Location', 'http://10.0.0.1/'],
    ...['ETag', '"x"'],
    ...['Content-Length', '5'],
    ...['Clear-Site-Data', '"*"'],
    ...['Access-Control-Allow-Origin', 'https://app.example.com'],
    ...['WWW-Authenticate', 'Basic realm="api"'],
    ...['Strict-Transport-Security', 'max-age=1\r\nX-Evil: 1'],
  ];
  const replaced = unanswered({ cause: 'upstream_status', receivedStatus: 503, kept });
  const fields = fieldsOf(answered(replaced, { Origin: ORIGIN }));
  for (const name of [
    'set-cookie',
    'location',
    'etag',
    'clear-site-data',
    'strict-transport-security',
  ]) {
    expect(fields).not.toHaveProperty(name);
  }
  expect(fields['access-control-allow-origin']).toBe('https://app.example.com');
  expect(fields['www-authenticate']).toBe('Basic realm="api"');
});

test('a script of another origin can read the answer', () => {
  expect(fieldsOf(answered({}, { Origin: ORIGIN, 'Sec-Fetch-Dest': 'empty' }))).toMatchObject({
    'access-control-allow-origin': ORIGIN,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers':
      'Retry-After, Candor-Disposition, X-Request-Id, Link, Proxy-Status',
  });
});

test.for([
  'https://a.example\r\nX-Evil: 1',
  'https://',
  'evil',
  'https://a.example/path',
  'https://a b',
  '*',
  'https://é.example',
  '"><script>',
])('the origin %j is not echoed', (origin) => {
  expect(fieldsOf(answered({}, { Origin: origin }))).not.toHaveProperty(
    'access-control-allow-origin',
  );
});

test.for(['null', 'https://[::1]:8080', 'capacitor://localhost', 'http://a-b.example:81'])(
  'the origin %j is echoed',
  (origin) => {
    expect(fieldsOf(answered({}, { Origin: origin }))['access-control-allow-origin']).toBe(origin);
  },
);

test('a listed preflight is granted for this moment only', () => {
  const headers = {
    Origin: ORIGIN,
    'Access-Control-Request-Method': 'PUT',
    'Access-Control-Request-Headers': 'authorization, x-tenant',
  };
  const over = { method: 'OPTIONS', route: route({ cors: [ORIGIN] }) };
  const answer = answered({}, headers, over);
  expect([answer.status, answer.body]).toEqual([204, '']);
  expect(fieldsOf(answer)).toMatchObject({
    'access-control-allow-origin': ORIGIN,
    'access-control-allow-methods': 'PUT',
    'access-control-allow-headers': 'authorization, x-tenant',
    'access-control-max-age': '0',
  });
  expect(fieldsOf(answer)).not.toHaveProperty('content-length');
});

test('a preflight of another origin is told the truth', () => {
  const headers = { Origin: ORIGIN, 'Access-Control-Request-Method': 'PUT' };
  const answer = answered({}, headers, { method: 'OPTIONS' });
  expect(answer.status).toBe(503);
  expect(fieldsOf(answer)).not.toHaveProperty('access-control-allow-methods');
});

test('a preflight that asks for nonsense gets none of it back', () => {
  const headers = {
    Origin: ORIGIN,
    'Access-Control-Request-Method': 'PUT\r\nX: y',
    'Access-Control-Request-Headers': 'a, <b>',
  };
  const fields = fieldsOf(
    answered({}, headers, { method: 'OPTIONS', route: route({ cors: [ORIGIN] }) }),
  );
  expect(fields).not.toHaveProperty('access-control-allow-methods');
  expect(fields).not.toHaveProperty('access-control-allow-headers');
});

test('HEAD has the same fields and no body', () => {
  for (const headers of [{}, NAVIGATION, { Accept: 'application/json' }] as Record<
    string,
    string
  >[]) {
    const get = answered({}, headers);
    const head = answered({}, headers, { method: 'HEAD' });
    expect(head.body).toBe('');
    expect(fieldsOf(head)).toEqual(fieldsOf(get));
  }
});

test.for([
  {
    name: 'unknown',
    over: unanswered(),
    phrase: 'No answer, outcome unknown - see https://status.chargeover.com/',
  },
  {
    name: 'overload',
    over: { reason: 'overload', cause: null } as const,
    phrase: 'ChargeOver is very busy',
  },
  {
    name: 'no route',
    over: { reason: 'unknown_route', cause: null } as const,
    phrase: 'No such address',
  },
])('reason phrase: $name', ({ over, phrase }) => {
  expect(answered(over).reasonPhrase).toBe(phrase);
});

test.for([
  { brand: 'Škoda', url: 'https://s.example', phrase: 'Service outage - see https://s.example/' },
  {
    brand: 'A brand whose name fills the line all by itself',
    url: 'https://status.a-long-name.example',
    phrase: 'Outage - see https://status.a-long-name.example/',
  },
  { brand: 'Short', url: `https://${'long.'.repeat(20)}example`, phrase: 'Short outage' },
])('a reason phrase is ASCII and 80 characters at most: $phrase', ({ brand, url, phrase }) => {
  const whole = settings({ brand: { ...settings().brand!, name: brand } });
  const state = { kind: 'unread', url } as const;
  const { reasonPhrase } = answererOf({ settings: whole, state }).answer(asker(), matter());
  expect(reasonPhrase).toBe(phrase);
});

test('without a status page nothing points at one', () => {
  const answer = answererOf({ state: { kind: 'none' } }).answer(asker(), matter());
  expect(fieldsOf(answer)).not.toHaveProperty('link');
  expect(answer.reasonPhrase).toBe('ChargeOver outage');
});

const FORMS: { headers: Record<string, string>; over: Partial<Asker> }[] = [
  { headers: {}, over: {} },
  { headers: NAVIGATION, over: {} },
  { headers: NAVIGATION, over: POST },
  { headers: { ...NAVIGATION, 'Sec-Fetch-Dest': 'iframe' }, over: {} },
  { headers: { Accept: 'application/json', Origin: ORIGIN }, over: {} },
  { headers: { Accept: 'text/xml' }, over: {} },
  { headers: { SOAPAction: '' }, over: POST },
  { headers: { Accept: '*/*' }, over: { route: route({ errors: 'chargeover' }) } },
  { headers: { 'Content-Type': 'application/grpc' }, over: POST },
  { headers: { Accept: 'text/event-stream', 'Sec-Fetch-Mode': 'cors' }, over: {} },
  { headers: { 'Sec-Fetch-Dest': 'image' }, over: { route: route({ kind: 'pixel' }) } },
  { headers: { 'Sec-Fetch-Dest': 'style' }, over: {} },
];

test('every form goes through node:http as it is, with the length that it promises', async () => {
  const brand = { ...settings().brand!, name: 'Größe 漢字 “x”' };
  const answerer = answererOf({ settings: settings({ brand }) });
  const matters = [
    ...CAUSES.map((cause) => matter({ cause })),
    ...CAUSES.map((cause) => unanswered({ cause })),
    matter({ belief: belief('suspect') }),
    matter({ reason: 'overload', cause: null, belief: null }),
  ];
  const answers = matters.flatMap((told) =>
    FORMS.map(({ headers, over }) => answerer.answer(asker(headers, over), told)),
  );
  const server = createServer((incoming, response) => {
    const answer = answers[Number(incoming.url?.slice(1))]!;
    response.strictContentLength = true;
    response.writeHead(answer.status, answer.reasonPhrase, [...answer.headers]).end(answer.body);
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  for (const [index, answer] of answers.entries()) {
    const reply = await request(`http://127.0.0.1:${port}/${index}`);
    const bytes = Buffer.from(await reply.body.arrayBuffer());
    expect(bytes.equals(Buffer.from(answer.body))).toBe(true);
    expect(reply.headers['content-length']).toBe(String(bytes.length));
  }
});
