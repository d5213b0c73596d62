import fc from 'fast-check';
import { parseFragment, defaultTreeAdapter as tree } from 'parse5';
import { expect, test } from 'vitest';
import { html, markdown } from '../../../src/outage/report/markup.ts';

test('text stands in a page as it is, in an attribute as well', () => {
  const character = fc.constantFrom(...'ab &<>"\'/=;#`'.split(''), '&amp;', '</p>', 'ä', '😀');
  fc.assert(
    fc.property(fc.string({ unit: character }), (text) => {
      const [element] = parseFragment(`<p title="${html(text)}">${html(text)}</p>`).childNodes;
      if (element === undefined || !tree.isElementNode(element)) throw new Error('no element');
      const said = text.replaceAll(/ +/g, ' ').trim();
      expect(element.attrs).toEqual([{ name: 'title', value: said }]);
      const texts = element.childNodes.map((node) => (tree.isTextNode(node) ? node.value : null));
      expect(texts).toEqual(said === '' ? [] : [said]);
    }),
  );
});

test.for([
  ['a  b', 'a b'],
  [' a ', 'a'],
  ['a\r\n\tb', 'a b'],
  ['a\u202Eb\u200Bc', 'a b c'],
  ['a\u0000\u0007b', 'a b'],
  ['a\uD800b', 'a\uFFFDb'],
] as const)('%j is shown as %j', ([text, shown]) => {
  expect([html(text), markdown(text)]).toEqual([shown, shown]);
});

test.for([
  ['`code`', '\\`code\\`'],
  ['**bold** _it_', '\\*\\*bold\\*\\* \\_it\\_'],
  ['[x](y)', '\\[x\\](y)'],
  ['a | b # c ~ $d \\', 'a \\| b \\# c \\~ \\$d \\\\'],
  ['<b> &lt;', '&lt;b> &amp;lt;'],
  ['@all', '&#64;\u2060all'],
] as const)('%j is text in Markdown: %j', ([text, written]) => {
  expect(markdown(text)).toBe(written);
});
