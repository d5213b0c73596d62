import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isWithinBounds } from '../../src/statuspage/json-bounds.ts';

function isJudged(text: string): boolean {
  return isWithinBounds(Buffer.from(text));
}

test.for([
  { name: '64 levels', text: '['.repeat(64) + ']'.repeat(64), isWithin: true },
  { name: '65 levels', text: '['.repeat(65) + ']'.repeat(65), isWithin: false },
  { name: '65 levels that never end', text: '{"a":'.repeat(65), isWithin: false },
  { name: '20,000 objects', text: `[${'{},'.repeat(19_998)}{}]`, isWithin: true },
  { name: '20,001 objects', text: `[${'{},'.repeat(19_999)}{}]`, isWithin: false },
  { name: '60,001 values', text: `[${'0,'.repeat(60_000)}0]`, isWithin: true },
  { name: '60,002 values', text: `[${'0,'.repeat(60_001)}0]`, isWithin: false },
  { name: 'a text of brackets and commas', text: `"${'[{,'.repeat(100_000)}"`, isWithin: true },
  { name: 'a text with escaped quotes', text: `"${'\\"['.repeat(100)}"`, isWithin: true },
  {
    name: 'a text that ends in a backslash',
    text: `"${'\\\\'}"${'['.repeat(65)}`,
    isWithin: false,
  },
  { name: 'nothing', text: '', isWithin: true },
])('$name: $isWithin', ({ text, isWithin }) => {
  expect(isJudged(text)).toBe(isWithin);
});

test('every document of a few values is within the bounds, whatever its texts hold', () => {
  fc.assert(fc.property(fc.json({ maxDepth: 8 }), isJudged));
});
