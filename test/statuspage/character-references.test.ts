import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeCharacterReferences } from '../../src/statuspage/character-references.ts';

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
  const unit = fc.string({ minLength: 1, maxLength: 1, unit: 'binary' }).filter((one) => {
    const code = one.codePointAt(0) ?? 0;
    return code > 0x9f && one.isWellFormed();
  });
  fc.assert(
    fc.property(unit, (character) => {
      const code = character.codePointAt(0) ?? 0;
      expect(decodeCharacterReferences(`&#${code};`)).toBe(character);
      expect(decodeCharacterReferences(`&#x${code.toString(16)};`)).toBe(character);
    }),
  );
});

test('text without an ampersand is what it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const plain = text.replaceAll('&', '');
      expect(decodeCharacterReferences(plain)).toBe(plain);
    }),
  );
});

test.for(['&', '&#', '&#1', '&a', '&nbsp', '&#x1'])(
  'a million characters of %j take no more than linear time',
  (piece) => {
    const startedAt = performance.now();
    decodeCharacterReferences(piece.repeat(1_000_000 / piece.length));
    decodeCharacterReferences(`${piece}${'1'.repeat(1_000_000)}`);
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  },
);
