import { expect, test } from 'vitest';
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
