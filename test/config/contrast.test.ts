import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contrast, isHexColor, mixed } from '../../src/config/contrast.ts';

// Ratios as WCAG's own and browsers' tools print them.
test.for([
  ['#000', '#fff', 21],
  ['#ffffff', '#fff', 1],
  ['#777', '#fff', 4.48],
  ['#767676', '#fff', 4.54],
  ['#949494', '#fff', 3.03],
  ['#f00', '#fff', 4],
  ['#00f', '#fff', 8.59],
  ['#ffff00', '#FFFFFF', 1.07],
] as const)('%s on %s has the contrast %d', ([one, other, ratio]) => {
  expect(contrast(one, other)).toBeCloseTo(ratio, 1);
});

const color = fc
  .integer({ min: 0, max: 0xffffff })
  .map((value) => `#${value.toString(16).padStart(6, '0')}`);

test('contrast is the same from either side, from 1 to 21', () => {
  fc.assert(
    fc.property(color, color, (one, other) => {
      const ratio = contrast(one, other);
      expect(contrast(other, one)).toBe(ratio);
      expect(ratio).toBeGreaterThanOrEqual(1);
      expect(ratio).toBeLessThanOrEqual(21);
    }),
  );
});

test('a mix is a colour, and the ends of it are what is mixed', () => {
  fc.assert(
    fc.property(color, color, fc.float({ min: 0, max: 1, noNaN: true }), (one, other, share) => {
      expect(isHexColor(mixed(one, other, share))).toBe(true);
      expect(mixed(one, other, 1)).toBe(one);
      expect(mixed(one, other, 0)).toBe(other);
    }),
  );
});

test.for(['#12', '#1234', '123456', '#12345g', '#1234567', 'red', '', '#fff;', 'a#fff', '#1'])(
  '%s is no hex colour',
  (text) => {
    expect(isHexColor(text)).toBe(false);
  },
);

test.for(['#09f', '#ABC', '#09afAF'])('%s is a hex colour', (text) => {
  expect(isHexColor(text)).toBe(true);
});
