import { expect, test } from 'vitest';
import { originOf } from '../../src/gateway/generic-reply.ts';

function originIn(type: string | null, body: string | null, contentLength: number | null = null) {
  const fields = type === null ? [] : ['Content-Type', type];
  const head = { status: 503, reasonPhrase: '', fields, contentLength, isLast: false };
  return originOf(head, body === null ? null : Buffer.from(body));
}

const GENERIC = { kind: 'generic', known: null };
const DELIBERATE = { kind: 'deliberate' };

test.for([
  { type: 'text/html', body: '<h1>503</h1>', origin: GENERIC },
  { type: 'Text/Plain; charset=utf-8', body: 'down', origin: GENERIC },
  { type: 'application/xhtml+xml', body: '<html/>', origin: GENERIC },
  { type: null, body: 'down', origin: GENERIC },
  { type: 'application/json', body: '', origin: GENERIC },
  { type: 'application/json', body: null, origin: DELIBERATE },
  { type: 'text/html', body: null, origin: GENERIC },
  { type: null, body: null, origin: GENERIC },
  { type: 'application/json', body: 'down', origin: DELIBERATE },
  { type: 'text/htmlx', body: 'down', origin: DELIBERATE },
  { type: 'x-text/html', body: 'down', origin: DELIBERATE },
  { type: 'x-application/xhtml', body: 'down', origin: DELIBERATE },
  { type: 'application/problem+xhtml', body: 'down', origin: DELIBERATE },
  { type: 'text/html', body: ' {"error":1}\n', origin: DELIBERATE },
  { type: 'text/plain', body: '[1]', origin: DELIBERATE },
  { type: null, body: '{"error":1}', origin: DELIBERATE },
  { type: 'text/html', body: '{never ends', origin: GENERIC },
  { type: 'text/html', body: 'never begins}', origin: GENERIC },
  { type: 'text/html', body: 'see {"error":1}', origin: GENERIC },
  { type: 'text/html', body: '{"error":1} is what it says', origin: GENERIC },
])('$body of type $type: $origin.kind', ({ type, body, origin }) => {
  expect(originIn(type, body)).toEqual(origin);
});

test('a reply that promises no body is generic, though none was read', () => {
  expect(originIn('application/json', null, 0)).toEqual(GENERIC);
  expect(originIn('application/json', null, 1)).toEqual(DELIBERATE);
});

test('what stands behind four thousand characters is not looked at', () => {
  const body = `{"a":"${'x'.repeat(4096)}"}`;
  expect(originIn('text/html', body)).toEqual(GENERIC);
  expect(originIn('text/html', body.slice(8))).toEqual(GENERIC);
});
