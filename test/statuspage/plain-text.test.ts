import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainText } from '../../src/statuspage/plain-text.ts';
import { anyText } from './fixtures.ts';

test.for([
  { raw: 'one<br />two<BR>three', text: 'one\ntwo\nthree' },
  { raw: '<p>one</p><p>two</p>', text: 'one\ntwo' },
  { raw: 'see <a href="https://x.example">the page</a>', text: 'see the page' },
  { raw: 'Tom &amp; Jerry &lt;b&gt; &#39;q&#x27; &quot;', text: `Tom & Jerry <b> 'q' "` },
  { raw: '&amp;lt;', text: '&lt;' },
  { raw: '&unknown; &constructor; & &;', text: '&unknown; &constructor; & &;' },
  { raw: 'a < b and c > d, 1<2', text: 'a < b and c > d, 1<2' },
  { raw: 'cut off <a href="x', text: 'cut off <a href="x' },
  { raw: '<!-- hidden -->shown', text: 'shown' },
  { raw: 'one\r\n\r\n\r\n\r\ntwo \t  three', text: 'one\n\ntwo three' },
  { raw: 'a\u0000b\u001b[31m\u202ec', text: 'ab[31mc' },
  { raw: '&#0;&#55296;&#x110000;x', text: '\ufffd\ufffd\ufffdx' },
  { raw: 42, text: '' },
  { raw: null, text: '' },
])('$raw reads $text', ({ raw, text }) => {
  expect(plainText(raw, 100)).toBe(text);
});

test('a cut never leaves half a character', () => {
  expect(plainText('ab😀', 3)).toBe('ab');
});

test('whatever comes, the text is well formed, within its limit and free of controls', () => {
  const pieces = fc.constantFrom(
    '<',
    '>',
    '&',
    ';',
    '#',
    'amp',
    '<br>',
    '\ud800',
    '\n',
    ' ',
    '\u0007',
  );
  const raw = fc.oneof(
    anyText,
    fc.array(fc.oneof(pieces, fc.string())).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(raw, fc.integer({ min: 1, max: 50 }), (value, limit) => {
      const text = plainText(value, limit);
      expect(text.length).toBeLessThanOrEqual(limit);
      expect(text.isWellFormed()).toBe(true);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is looked for.
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    }),
  );
});

test.for(['<', '<a', '<br', '<br ', '</p', '&', '&#', '&amp', ' ', '\n ', ' \n', '\r', '<<b>'])(
  'a million characters of %j take no more than linear time',
  (piece) => {
    const { user } = process.threadCpuUsage();
    plainText(piece.repeat(1_000_000 / piece.length), 1_000_000);
    // Quadratic time would be minutes here; linear time is some milliseconds.
    expect(process.threadCpuUsage().user - user).toBeLessThan(3_000_000);
  },
);
