import { expect, test } from 'vitest';
import {
  asciiJson,
  asciiOrNull,
  asciiXml,
  escapeForTemplate,
  escapeMarkup,
  xmlText,
} from '../../src/answer/escape.ts';

test('text that would be markup is escaped', () => {
  expect(escapeMarkup(`a & b <i> "c" 'd' &`)).toBe(
    'a &amp; b &lt;i&gt; &quot;c&quot; &#39;d&#39; &amp;',
  );
  expect(escapeMarkup('<>')).toBe('&lt;&gt;');
  expect(escapeMarkup('é a-b;')).toBe('é a-b;');
});

test('in templates an apostrophe stays, and anything may be printed', () => {
  expect(escapeForTemplate(`a & b <i> "c" 'd'`)).toBe(`a &amp; b &lt;i&gt; &quot;c&quot; 'd'`);
  expect(escapeForTemplate(12)).toBe('12');
});

test('XML loses only what no XML may hold', () => {
  expect(xmlText('a\0\x08\t\n\x0b\x0c\r\x0e\x1f\uFFFE\uFFFFb<')).toBe('a\t\n\rb&lt;');
  expect(xmlText('\uD800')).toBe('\uFFFD');
});

test('XML and JSON are ASCII, but for the marks of what is filled in later', () => {
  const text = '~\x80é漢😀\uFDCF\uFDD0\uFDDF\uFDE0';
  const marks = '\uFDD0\uFDDF';
  expect(asciiXml(text)).toBe(`~&#128;&#233;&#28450;&#128512;&#64975;${marks}&#64992;`);
  expect(asciiJson({ text })).toBe(
    `{"text":"~\\u0080\\u00e9\\u6f22\\ud83d\\ude00\\ufdcf${marks}\\ufde0"}`,
  );
});

test.for([
  { text: '', fits: true },
  { text: ' a~', fits: true },
  { text: 'a\x7f', fits: false },
  { text: 'a\n', fits: false },
  { text: 'é', fits: false },
  { text: 'é a', fits: false },
])('$text fits where only ASCII does: $fits', ({ text, fits }) => {
  expect(asciiOrNull(text)).toBe(fits ? text : null);
});
