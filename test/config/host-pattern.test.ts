import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coversHost, hostOf, matchesHost } from '../../src/config/host-pattern.ts';

test.for([
  ['app.example.com', 'app.example.com'],
  ['App.Example.COM:8443', 'app.example.com'],
  ['app.example.com.', 'app.example.com'],
  ['app.example.com.:80', 'app.example.com'],
  ['[::1]', '[::1]'],
  ['[::1]:8080', '[::1]'],
  [':80', ':80'],
  ['', ''],
  ['.', ''],
] as const)('the host of %o is %o', ([authority, host]) => {
  expect(hostOf(authority)).toBe(host);
});

test.for([
  { pattern: 'a.example.com', host: 'a.example.com', matches: true },
  { pattern: 'a.example.com', host: 'b.example.com', matches: false },
  { pattern: 'example.com', host: 'a.example.com', matches: false },
  { pattern: '*.example.com', host: 'a.example.com', matches: true },
  { pattern: '*.example.com', host: 'a.b.example.com', matches: true },
  { pattern: '*.example.com', host: 'example.com', matches: false },
  { pattern: '*.example.com', host: '.example.com', matches: false },
  { pattern: '*.example.com', host: 'badexample.com', matches: false },
  { pattern: '*.example.com', host: '*.example.com', matches: true },
  { pattern: '*example.com', host: 'an-example.com', matches: false },
])('$pattern matches $host: $matches', ({ pattern, host, matches }) => {
  expect(matchesHost(pattern, host)).toBe(matches);
});

test.for([
  { earlier: 'a.example.com', later: 'a.example.com', covers: true },
  { earlier: 'a.example.com', later: '*.example.com', covers: false },
  { earlier: 'example.com', later: 'a.example.com', covers: false },
  { earlier: '*.example.com', later: 'a.example.com', covers: true },
  { earlier: '*.example.com', later: '*.b.example.com', covers: true },
  { earlier: '*.b.example.com', later: '*.example.com', covers: false },
  { earlier: '*.example.com', later: 'example.com', covers: false },
])('$earlier covers $later: $covers', ({ earlier, later, covers }) => {
  expect(coversHost(earlier, later)).toBe(covers);
});

test('what an earlier pattern covers it matches', () => {
  const name = fc.array(fc.constantFrom('a', 'b', 'example'), { minLength: 1, maxLength: 4 });
  const host = name.map((labels) => labels.join('.'));
  const pattern = fc.oneof(
    host,
    host.map((one) => `*.${one}`),
  );
  fc.assert(
    fc.property(pattern, pattern, host, (earlier, later, one) => {
      if (!coversHost(earlier, later) || !matchesHost(later, one)) return;
      expect(matchesHost(earlier, one)).toBe(true);
    }),
  );
});
