import { expect, test } from 'vitest';
import type { Form } from '../../src/answer/form.ts';
import { headerTemplate } from '../../src/answer/header-fields.ts';
import { declared, noticeFor } from './notices.ts';
import {
  answered,
  answererOf,
  asker,
  belief,
  fieldsOf,
  matter,
  NAVIGATION,
  settings,
  unanswered,
} from './samples.ts';

const PLAIN = { hasOrigin: false, isCoded: false, policy: null, language: 'en' } as const;
const ORIGIN = 'https://portal.example.com';

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

/** The type of each form. A form that is missing here does not compile. */
const TYPES = {
  page: 'text/html; charset=utf-8',
  frame: 'text/html; charset=utf-8',
  json: 'application/json',
  problem_json: 'application/problem+json',
  envelope: 'application/json',
  problem_xml: 'application/problem+xml',
  text: 'text/plain; charset=utf-8',
  soap11: 'text/xml; charset=utf-8',
  soap12: 'application/soap+xml; charset=utf-8',
  grpc: 'application/grpc',
  graphql_json: 'application/json',
  graphql_response: 'application/graphql-response+json',
  event_stream: 'text/event-stream',
  empty: null,
  pixel: 'image/gif',
  script: 'text/javascript; charset=utf-8',
  style: 'text/css; charset=utf-8',
  preflight: null,
} as const satisfies Record<Form, string | null>;

test.for(Object.entries(TYPES) as [Form, string | null][])('%s is of type %s', ([form, type]) => {
  const { fields, contentType } = headerTemplate(noticeFor(), { ...PLAIN, form });
  expect(contentType < 0 ? null : fields[contentType]).toBe(type);
  expect(fields.includes('Content-Type')).toBe(type !== null);
  expect(fields.includes('Content-Length')).toBe(form !== 'preflight');
});

test('what differs from one request to the next stands where it is said to stand', () => {
  const places = {
    requestId: 'X-Request-Id',
    retryAfter: 'Retry-After',
    contentLength: 'Content-Length',
    contentEncoding: 'Content-Encoding',
    origin: 'Access-Control-Allow-Origin',
    contentType: 'Content-Type',
  } as const;
  const notices = [noticeFor(), noticeFor({ disposition: 'unknown' }, { retrySafe: false })];
  for (const form of ['text', 'empty', 'preflight'] as const) {
    for (const isMore of [false, true]) {
      for (const notice of notices) {
        const options = { ...PLAIN, form, hasOrigin: isMore, isCoded: isMore };
        const { fields, ...found } = headerTemplate(notice, options);
        const placeOf = (name: string) => (fields.includes(name) ? fields.indexOf(name) + 1 : -1);
        expect(found).toEqual(
          Object.fromEntries(Object.entries(places).map(([place, name]) => [place, placeOf(name)])),
        );
        expect(fields.includes('Retry-After')).toBe(notice.retrySafe);
      }
    }
  }
});

test('a page has a strict policy and sends no referrer', () => {
  const fields = fieldsOf(answered({}, NAVIGATION));
  expect(fields['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
  expect(fields['referrer-policy']).toBe('no-referrer');
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
    name: 'planned work',
    over: { belief: { ...belief(), maintenance: declared() } },
    phrase: 'ChargeOver closed for planned work - see https://status.chargeover.com/',
  },
  {
    name: 'a sign-in',
    over: { signIn: true },
    phrase: 'ChargeOver outage, sign-in unavailable - see https://status.chargeover.com/',
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
  {
    brand: 'B'.repeat(48),
    url: 'https://s.example',
    phrase: `${'B'.repeat(48)} outage - see https://s.example/`,
  },
])('a reason phrase is ASCII and 80 characters at most: $phrase', ({ brand, url, phrase }) => {
  const whole = settings({ brand: { ...settings().brand!, name: brand } });
  const state = { kind: 'unread', url } as const;
  const { reasonPhrase } = answererOf({ settings: whole, state }).answer(asker(), matter());
  expect(reasonPhrase).toBe(phrase);
});

test.for([
  { over: { belief: { ...belief(), maintenance: declared() } }, phrase: 'Planned work - see ' },
  { over: { signIn: true }, phrase: 'Outage - see ' },
  { over: unanswered(), phrase: 'Unknown - see ' },
  { over: { reason: 'overload', cause: null }, phrase: 'Very busy' },
] as const)('a long name or sentence makes place for the address: $phrase', ({ over, phrase }) => {
  const url = `https://${'x'.repeat(40)}.example/`;
  const brand = { ...settings().brand!, name: 'N'.repeat(75) };
  const answerer = answererOf({ settings: settings({ brand }), state: { kind: 'unread', url } });
  const { reasonPhrase } = answerer.answer(asker(), matter(over));
  expect(reasonPhrase.replace(url, '')).toBe(phrase);
});

test('a write whose outcome is unknown has the phrase of what was not answered', () => {
  const over = { method: 'POST' };
  expect(answered(unanswered(), {}, over).reasonPhrase).toBe(
    'No answer, outcome unknown - see https://status.chargeover.com/',
  );
  const url = `https://${'x'.repeat(40)}.example/`;
  const { reasonPhrase } = answererOf({ state: { kind: 'unread', url } }).answer(
    asker({}, over),
    unanswered(),
  );
  expect(reasonPhrase).toBe(`Unknown - see ${url}`);
});

test('without a status page nothing points at one', () => {
  const answer = answererOf({ state: { kind: 'none' } }).answer(asker(), matter());
  expect(fieldsOf(answer)).not.toHaveProperty('link');
  expect(answer.reasonPhrase).toBe('ChargeOver outage');
});
