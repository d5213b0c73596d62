import { expect, test } from 'vitest';
import { isOrigin, preflightFields } from '../../src/answer/cors.ts';
import { readFields } from '../../src/answer/request-fields.ts';
import { answered, fieldsOf, route } from './samples.ts';

const ORIGIN = 'https://portal.example.com';

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

test.for([
  ['null', true],
  ['a://b', true],
  ['azAZ09+-.://azAZ09-._:[]', true],
  [`a://${'b'.repeat(508)}`, true],
  [`a://${'b'.repeat(509)}`, false],
  ['', false],
  ['nul', false],
  ['://b', false],
  ['a://', false],
  ['a:/b', false],
  ['a://b/c', false],
  ['a_b://c', false],
  ['a:b://c', false],
  ['[a://c', false],
  ['a]://c', false],
  ['a://b+c', false],
  ['a://b://c', false],
  ...['`', '{', '@', '/', ';', '^', '\\', ','].map((odd) => [`a://b${odd}c`, false] as const),
  ...['`', '{', '@', ':', '/', ','].map((odd) => [`a${odd}b://c`, false] as const),
] as const)('%s is an origin: %s', ([origin, is]) => {
  expect(isOrigin(origin)).toBe(is);
});

test.for([
  { asked: { requestMethod: 'PUT' }, granted: ['Access-Control-Allow-Methods', 'PUT'] },
  {
    asked: { requestMethod: 'x'.repeat(64) },
    granted: ['Access-Control-Allow-Methods', 'x'.repeat(64)],
  },
  { asked: { requestMethod: 'x'.repeat(65) }, granted: [] },
  { asked: { requestMethod: 'P T' }, granted: [] },
  { asked: { requestMethod: ' PUT' }, granted: [] },
  { asked: { requestHeaders: 'a' }, granted: ['Access-Control-Allow-Headers', 'a'] },
  { asked: { requestHeaders: 'a , b,c' }, granted: ['Access-Control-Allow-Headers', 'a , b,c'] },
  { asked: { requestHeaders: 'a,' }, granted: [] },
  { asked: { requestHeaders: ',a' }, granted: [] },
  { asked: { requestHeaders: 'a b' }, granted: [] },
  { asked: { requestHeaders: Array(65).fill('a').join(',') }, granted: [] },
  { asked: {}, granted: [] },
])('a preflight of $asked is granted $granted', ({ asked, granted }) => {
  expect(preflightFields({ ...readFields([]), ...asked })).toEqual([
    ...granted,
    'Access-Control-Max-Age',
    '0',
  ]);
});

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
