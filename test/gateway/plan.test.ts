import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redirectPattern } from '../../src/gateway/plan.ts';

test.for([
  { pattern: '/login?error=*', location: '/login?error=1', matches: true },
  { pattern: '/login?error=*', location: '/login?error=', matches: true },
  { pattern: '/login?error=*', location: 'https://app.example/login?error=x', matches: true },
  { pattern: '/login?error=*', location: 'https://app.example:8443/login?error=x', matches: true },
  { pattern: '/login?error=*', location: '/login', matches: false },
  { pattern: '/login?error=*', location: '/a/login?error=1', matches: false },
  {
    pattern: '/login?error=*',
    location: 'https://evil.example/x?u=/login?error=1',
    matches: false,
  },
  { pattern: '/login', location: '/login', matches: true },
  { pattern: '/login', location: '/login?error=1', matches: false },
  { pattern: '*error=credentials*', location: '/x?a=1&error=credentials&b=2', matches: true },
  { pattern: 'https://a.example/*', location: 'https://a.example/x', matches: true },
  { pattern: 'https://a.example/*', location: 'https://aXexample/x', matches: false },
])('$pattern matches $location: $matches', ({ pattern, location, matches }) => {
  expect(redirectPattern(pattern).test(location)).toBe(matches);
});

const plain = fc
  .string({ unit: 'grapheme-ascii', minLength: 1 })
  .filter((text) => !text.includes('*'));

test('a pattern without a star means what it says, character by character', () => {
  fc.assert(
    fc.property(plain, plain, (pattern, location) => {
      expect(redirectPattern(pattern).test(pattern)).toBe(true);
      const isSame = pattern.toLowerCase() === location.toLowerCase();
      if (!pattern.startsWith('/')) expect(redirectPattern(pattern).test(location)).toBe(isSame);
    }),
  );
});

test('a star stands for any characters', () => {
  fc.assert(
    fc.property(plain, plain, plain, (before, between, after) => {
      expect(redirectPattern(`${before}*${after}`).test(before + between + after)).toBe(true);
      expect(redirectPattern(`${before}*${after}`).test(before + after)).toBe(true);
    }),
  );
});

test('no pattern takes long, however long the Location', () => {
  const pattern = redirectPattern('*a*a*a*a*b');
  const startedAt = performance.now();
  expect(pattern.test('a'.repeat(400))).toBe(false);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});
