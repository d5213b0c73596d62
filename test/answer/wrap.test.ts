import fc from 'fast-check';
import { expect, test } from 'vitest';
import { columns, wrapped } from '../../src/answer/wrap.ts';

test.for([
  { text: '', lines: [] },
  { text: 'short', lines: ['short'] },
  { text: `${'a'.repeat(40)} ${'b'.repeat(40)}`, lines: ['a'.repeat(40), 'b'.repeat(40)] },
  { text: `See https://${'x'.repeat(80)} now`, lines: ['See', `https://${'x'.repeat(80)}`, 'now'] },
  { text: `${'x'.repeat(79)} now`, lines: ['x'.repeat(79), 'now'] },
  { text: 'あ'.repeat(45), lines: ['あ'.repeat(39), 'あ'.repeat(6)] },
  // A full stop does not begin a line, and a bracket does not end one.
  { text: `${'あ'.repeat(39)}。い`, lines: ['あ'.repeat(38), 'あ。い'] },
  { text: `${'あ'.repeat(38)}「いう」`, lines: ['あ'.repeat(38), '「いう」'] },
  { text: `${'あ'.repeat(37)}ChargeOverを`, lines: ['あ'.repeat(37), 'ChargeOverを'] },
])('$text is broken into $lines', ({ text, lines }) => {
  expect(wrapped(text, {})).toEqual(lines);
});

test.for([
  { text: 'abc', width: 3 },
  { text: '障害', width: 4 },
  { text: 'حُلّت', width: 3 },
  { text: '\u200F(é)', width: 3 },
])('$text takes $width columns', ({ text, width }) => {
  expect(columns(text)).toBe(width);
});

test('no line is too long that could be broken, and nothing is lost', () => {
  const char = fc.constantFrom('a', 'é', ' ', 'あ', '。', '「', 'ل', '漢', '\uFDD2');
  fc.assert(
    fc.property(fc.string({ unit: char, maxLength: 300 }), (text) => {
      const columnsOf = { '\uFDD2': 10 };
      const lines = wrapped(text, columnsOf);
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      for (const line of lines) {
        expect(line.trim()).toBe(line);
        const units = line.split(/ |(?<=[あ漢。])(?=[^。])|(?<=[^あ漢「。])(?=[あ漢「])/u);
        if (units.length > 1) expect(columns(line, columnsOf), line).toBeLessThanOrEqual(78);
      }
    }),
  );
});
