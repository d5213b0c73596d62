import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readFields } from '../../src/answer/request-fields.ts';
import { returnTo } from '../../src/answer/return-to.ts';

const HOST = 'app.chargeover.com';

function back(method: string, target: string, referer?: string): string {
  const raw = ['Host', HOST, ...(referer === undefined ? [] : ['Referer', referer])];
  return returnTo(method, target, readFields(raw));
}

test.for([
  { name: 'a GET leads to its own address', method: 'GET', target: '/a?b=c', to: '/a?b=c' },
  { name: 'two slashes would leave the site', method: 'GET', target: '//evil.example/', to: '/' },
  { name: 'so would a backslash', method: 'GET', target: '/\\evil.example', to: '/' },
  { name: 'a target that is no path', method: 'GET', target: 'http://evil.example/', to: '/' },
  { name: 'a target beyond ASCII', method: 'GET', target: '/\u00e4', to: '/' },
  { name: 'an endless target', method: 'GET', target: `/${'a'.repeat(5000)}`, to: '/' },
  {
    name: 'a POST leads to where it came from',
    method: 'POST',
    target: '/x',
    referer: 'https://app.chargeover.com/form?id=1#top',
    to: '/form?id=1',
  },
  {
    name: 'whatever the case of the host',
    method: 'POST',
    target: '/x',
    referer: 'https://APP.chargeover.com/form',
    to: '/form',
  },
  {
    name: 'not to another host',
    method: 'POST',
    target: '/x',
    referer: 'https://evil.example/form',
    to: '/',
  },
  {
    name: 'not to a host that only starts like ours',
    method: 'POST',
    target: '/x',
    referer: 'https://app.chargeover.com.evil.example/form',
    to: '/',
  },
  {
    name: 'not past a user name',
    method: 'POST',
    target: '/x',
    referer: 'https://app.chargeover.com@evil.example/form',
    to: '/',
  },
  {
    name: 'not to another port',
    method: 'POST',
    target: '/x',
    referer: 'https://app.chargeover.com:8443/form',
    to: '/',
  },
  {
    name: 'not to two slashes',
    method: 'POST',
    target: '/x',
    referer: 'https://app.chargeover.com//evil.example',
    to: '/',
  },
  {
    name: 'not to a script',
    method: 'POST',
    target: '/x',
    referer: 'javascript://app.chargeover.com/%0aalert(1)',
    to: '/',
  },
  { name: 'without a Referer to the start', method: 'POST', target: '/x', to: '/' },
])('$name', ({ method, target, referer, to }) => {
  expect(back(method, target, referer)).toBe(to);
});

test('whatever comes in, a browser stays on the site', () => {
  const anything = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.string({ maxLength: 40 }).map((rest) => `/${rest}`),
    fc.stringMatching(/^[/\\@.:?#a\t\r\n-]{0,12}$/).map((rest) => `https://${HOST}${rest}`),
  );
  fc.assert(
    fc.property(fc.constantFrom('GET', 'POST'), anything, anything, (method, target, referer) => {
      const to = back(method, target, referer);
      expect(to).toMatch(/^\/(?![/\\])[\x21-\x7e]*$/);
      expect(new URL(to, `https://${HOST}/`).host).toBe(HOST);
    }),
  );
});

test.for([
  [`http://${HOST}/a`, '/a'],
  [`HTTPS://${HOST}/a?b#c`, '/a?b'],
  [`https://${HOST}/#a`, '/'],
  [`xhttps://${HOST}/a`, '/'],
  [`httpsx://${HOST}/a`, '/'],
  [`ftp://${HOST}/a`, '/'],
  [`://${HOST}/a`, '/'],
  [`${HOST}/a`, '/'],
  [`https://${HOST}`, '/'],
  ['https:///a', '/'],
] as const)('a POST from %s leads to %s', ([referer, to]) => {
  expect(back('POST', '/x', referer)).toBe(to);
});

test('a POST of which nobody knows the host leads to the start', () => {
  expect(returnTo('POST', '/x', readFields(['Referer', `https://${HOST}/a`]))).toBe('/');
});

test.for([
  [`/${'a'.repeat(1999)}`, true],
  [`/${'a'.repeat(2000)}`, false],
  ['/!~', true],
  ['/a b', false],
  ['/a\x1f', false],
  ['/a\x7f', false],
] as const)('%s is a way back: %s', ([target, is]) => {
  expect(back('GET', target)).toBe(is ? target : '/');
});
