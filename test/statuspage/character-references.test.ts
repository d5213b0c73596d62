import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeCharacterReferences } from '../../src/statuspage/character-references.ts';
import { anyText } from './fixtures.ts';

test.for([
  ['&lt;b&gt; &amp;amp; &quot;&apos;', '<b> &amp; "\''],
  [
    'don&#39;t don&#x27;t don&#X27;t don&rsquo;t don&#8217;t don&#146;t',
    "don't don't don't don’t don’t don’t",
  ],
  ['a&nbsp;b&NonBreakingSpace;c&ensp;d&emsp;e', 'a\u00a0b\u00a0c\u2002d\u2003e'],
  ['f&uuml;r &Eacute;t&eacute; &laquo;&nbsp;mot&nbsp;&raquo;', 'für Été «\u00a0mot\u00a0»'],
  [
    'Has&lstrok;o nieprawid&lstrok;owe, &Lambda;&alpha;&theta;&omicron;&sigmaf;',
    'Hasło nieprawidłowe, Λαθος',
  ],
  ['&Ncy;&iecy;&vcy;&iecy;&rcy;&ncy;&ocy;', 'Неверно'],
  ['&hellip;&mldr;&ndash;&mdash;&euro;&trade;&rarr;', '……–—€™→'],
  ['one&nbsp two &copy2020 &AMP', 'one\u00a0 two ©2020 &'],
  ['&#0039;&#39 &#x2019', "'' ’"],
  ['&#0;&#55296;&#1114112;', '\ufffd\ufffd\ufffd'],
  [
    '&unknown; &constructor; &notin; & &; &#; &#x; &1;',
    '&unknown; &constructor; &notin; & &; &#; &#x; &1;',
  ],
  ['&amp;lt;', '&lt;'],
])('%j stands for %j', ([text, expected]) => {
  expect(decodeCharacterReferences(text ?? '')).toBe(expected);
});

test('every character can be written as a number, decimal or hexadecimal', () => {
  const isWhole = (code: number): boolean => String.fromCodePoint(code).isWellFormed();
  fc.assert(
    fc.property(fc.integer({ min: 0xa0, max: 0x10ffff }).filter(isWhole), (code) => {
      const character = String.fromCodePoint(code);
      expect(decodeCharacterReferences(`&#${code};`)).toBe(character);
      expect(decodeCharacterReferences(`&#x${code.toString(16)};`)).toBe(character);
    }),
  );
});

test('text without an ampersand is what it was', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const plain = text.replaceAll('&', '');
      expect(decodeCharacterReferences(plain)).toBe(plain);
    }),
  );
});

test.for(['&', '&#', '&#1', '&a', '&nbsp', '&#x1'])(
  'a million characters of %j take no more than linear time',
  (piece) => {
    const { user } = process.threadCpuUsage();
    decodeCharacterReferences(piece.repeat(1_000_000 / piece.length));
    decodeCharacterReferences(`${piece}${'1'.repeat(1_000_000)}`);
    expect(process.threadCpuUsage().user - user).toBeLessThan(3_000_000);
  },
);
