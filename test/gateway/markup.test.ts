import { expect, test } from 'vitest';
import { readMarkup } from '../../src/gateway/markup.ts';

/** What is read of it as HTML: text, attributes and data. */
function read(html: string) {
  const { text, attributes, data } = readMarkup(html, 'html');
  return [text, attributes, data];
}

test.for([
  { html: '', text: '' },
  { html: 'a &amp; b', text: 'a & b' },
  { html: '1 < 2 <3 << a', text: '1 < 2 <3 << a' },
  { html: 'a<b>b</b>c', text: 'abc' },
  { html: 'a<br>b', text: 'a b' },
  { html: 'a</P\n>b', text: 'a b' },
  { html: 'a<p/>b', text: 'a b' },
  { html: 'a<prefix>b</prefix>c', text: 'abc' },
  { html: 'a</>b</ p>c</', text: 'abc' },
  { html: 'a</b x=">">b', text: 'ab' },
  { html: 'a</1 x=">">b', text: 'a">b' },
  { html: 'a<?php b ?>c', text: 'ac' },
  { html: 'a<!doctype html>b', text: 'ab' },
  { html: 'a<!-- <b> > -- -> b -->c', text: 'ac' },
  { html: 'a<!-- b --!>c', text: 'ac' },
  { html: 'a<!-->b<!--->c', text: 'abc' },
  { html: 'a<!--b', text: 'a' },
  { html: 'In front: <![CDATA[a]]b<b>]]>c', text: 'In front: a]]b<b>c' },
  { html: 'In front: <![CDATA[a <b>', text: 'In front: a <b>' },
  { html: '<b a="c', text: '' },
])('$html reads: $text', ({ html, text }) => {
  expect(read(html)[0]).toBe(text);
});

test.for(['title', 'textarea', 'xmp'])('tags in %s are text', (name) => {
  expect(read(`a<${name}>&lt;<b>c</${name}s></${name}>d`)).toEqual([
    `a <<b>c</${name}s> d`,
    [],
    [],
  ]);
});

test.for(['script', 'style', 'iframe', 'noembed', 'noframes'])('nothing in %s is text', (name) => {
  expect(read(`a<${name}>c<b title="x"></${name}s></${name}\n>d`)).toEqual(['ad', [], []]);
});

test('in XML these are elements like any other', () => {
  const xml = '<title>a<b>c</b></title><script x="y">d</script>';
  expect(readMarkup(xml, 'xml')).toEqual({ text: ' ac d', attributes: ['y'], data: [] });
});

test.for([
  { tag: '<a b="c d" e=\'f\' g=h>', attributes: ['c d', 'f', 'h'] },
  { tag: '<a b= "c>d" e=\t\'"f\'>', attributes: ['c>d', '"f'] },
  { tag: '<a b=c\td=e\nf=g\rh=i\fj=k l=m>', attributes: ['c', 'e', 'g', 'i', 'k', 'm'] },
  { tag: '<a b\n=\r"c">', attributes: ['c'] },
  { tag: '<a b="&quot;c&quot;">', attributes: ['"c"'] },
  { tag: '<a b c/d=e/>', attributes: ['e/'] },
  { tag: '<a b/="c">', attributes: [] },
  { tag: '<a ="c">', attributes: [] },
  { tag: '<a =b="c">', attributes: ['c'] },
  { tag: '<a =="c">', attributes: ['c'] },
  { tag: '<a b="c"="d">', attributes: ['c'] },
  { tag: '<a b=\x01c>', attributes: ['\x01c'] },
  { tag: '</a b="c">', attributes: ['c'] },
])('the attributes of $tag are $attributes', ({ tag, attributes }) => {
  expect(read(tag)[1]).toEqual(attributes);
});

test.for(['<a b="[1]" c', '<a b="[1]" c="d', '<a b="[1]" c=d', '<a b="[1]" c='])(
  'a tag that never ends has none, nor data: %s',
  (tag) => expect(read(`e<f g="h">${tag}`)).toEqual(['e', ['h'], []]),
);

test('an attribute that begins like JSON is data, too', () => {
  const [, attributes, data] = read(`<a b='{"c":1}' d="[2]" e="f[" g="h">`);
  expect(attributes).toEqual(['{"c":1}', '[2]', 'f[', 'h']);
  expect(data).toEqual(['{"c":1}', '[2]']);
});

test.for([
  'type="application/json"',
  "id=a type='application/ld+json; charset=utf-8'",
  'type=text/json',
  'TYPE = " Application/vnd.api+JSON"',
  'id="a"type="application/json"',
  '/type="application/json"',
])('a script of %s is data', (attributes) => {
  expect(read(`a<script ${attributes}>["<b>"]</script>`)).toMatchObject(['a', {}, ['["<b>"]']]);
});

test.for([
  '<script>[1]</script><a type="application/json">',
  '<a type="application/json"><script>[1]</script>',
  '<script type="application/javascript">[1]</script>',
  '<script type="application/jsonp">[1]</script>',
  '<script data-type="application/json">[1]</script>',
  '<style type="application/json">[1]</style>',
  '<textarea type="application/json">[1]</textarea>',
])('no data is in %s', (html) => {
  expect(read(html)[2]).toEqual([]);
});
