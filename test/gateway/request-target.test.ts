import { expect, test } from 'vitest';
import { readTarget } from '../../src/gateway/request-target.ts';

test.for([
  { url: '/', target: '/' },
  { url: '/a/b?c=d&e', target: '/a/b?c=d&e' },
  { url: '/!~', target: '/!~' },
  { url: '//other.example/', target: '//other.example/' },
  { url: '*', method: 'OPTIONS', target: '*' },
  { url: '/', host: null, target: '/', authority: '' },
  { url: '*', method: 'OPTIONS', host: null, target: '*', authority: '' },
  { url: 'http://app.example/a?b', target: '/a?b' },
  { url: 'HTTPS://app.example', target: '/' },
  { url: 'http://app.example?b', target: '/?b' },
  { url: 'http://APP.example/', target: '/', authority: 'APP.example' },
  { url: 'http://other.example:80/a', host: null, target: '/a', authority: 'other.example:80' },
])('$url is for $target', ({ url, method = 'GET', host = 'app.example', target, ...wanted }) => {
  const authority = wanted.authority ?? 'app.example';
  expect(readTarget(url, method, host)).toEqual({ target, authority });
});

test.for([
  { url: '*', fault: /neither a path nor an http URL/ },
  { url: 'app', fault: /neither a path nor an http URL/ },
  { url: '', fault: /neither a path nor an http URL/ },
  { url: 'ftp://app.example/', fault: /neither a path nor an http URL/ },
  { url: 'x http://app.example/', fault: /neither a path nor an http URL/ },
  { url: 'http://app.example/#a', fault: /neither a path nor an http URL/ },
  { url: 'http:///a', fault: /neither a path nor an http URL/ },
  { url: 'http://me@app.example/', fault: /names no valid host/ },
  { url: 'http://other.example/', fault: /different hosts/ },
  { url: 'http://app.example:81/', fault: /different hosts/ },
  { url: '/#a', fault: /characters that a URL cannot hold/ },
  { url: '/a b', fault: /characters that a URL cannot hold/ },
  { url: '/a\x7f', fault: /characters that a URL cannot hold/ },
  { url: '/\u00e9', fault: /characters that a URL cannot hold/ },
  { url: 'http://app.example/a b', fault: /characters that a URL cannot hold/ },
])('$url is refused', ({ url, fault }) => {
  expect(readTarget(url, 'GET', 'app.example')).toEqual({ fault: expect.stringMatching(fault) });
});

test.for([
  ['app.example', true],
  ['app.example:8080', true],
  ['app.example:', true],
  ['', true],
  ["A-z_0.~!$&'()*+,;=%20", true],
  ['[::1]', true],
  ['[2001:DB8::1]:443', true],
  ['[::ffff:127.0.0.1]', true],
  ['app.example:123456', false],
  ['app.example:80x', false],
  ['me@app.example', false],
  ['app.example/a', false],
  ['app example', false],
  ['[::1', false],
  ['[]', false],
  ['[::1]x', false],
  ['x[::1]', false],
] as const)('Host: %s is one: %s', ([host, is]) => {
  const place = readTarget('/', 'GET', host);
  expect(place).toEqual(
    is ? { target: '/', authority: host } : { fault: 'The Host field is not a host name.' },
  );
});
