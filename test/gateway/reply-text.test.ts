import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ReplyText } from '../../src/gateway/reply-text.ts';
import { sentenceOf } from '../../src/gateway/sentence.ts';
import { SENTENCE } from './login.ts';
import { placeIn } from './place-in.ts';

test.for([
  {
    name: 'Laravel Blade',
    html: `<div class="alert alert-danger" role="alert"><strong>${SENTENCE}</strong></div>`,
  },
  { name: 'Rails', html: `<div id="flash_alert">${SENTENCE.replaceAll(' ', '\n  ')}</div>` },
  {
    name: 'Django',
    html: `<ul class="errorlist nonfield"><li>The credentials that you provided are&nbsp;not&#160;correct.</li></ul>`,
  },
  {
    name: 'Spring Security with Thymeleaf',
    html: `<p th:if="\${param.error}">The <b class="field" title='a > "b"'>credentials</b> that you provided are <em>not</em> correct.</p>`,
  },
  {
    name: 'ASP.NET',
    html: `<div class="validation-summary-errors" data-valmsg-summary="true"><ul><li>The credentials<br />that you provided<BR>are not correct.</li></ul></div>`,
  },
  {
    name: 'React, rendered on the server',
    html: '<p>The <!-- -->credentials<!-- --> that you provided are not correct<!-- -->.</p>',
  },
  {
    name: 'Angular',
    html: '<span _ngcontent-ng-c1 class=error>The credentials<span> that you</span> provided are<!----> not correct.</span>',
  },
  { name: 'Vue', html: `<p data-v-7ba5bd90 v-if="error"><!--[-->${SENTENCE}<!--]--></p>` },
  {
    name: 'numbers for letters',
    html: [...SENTENCE].map((one) => `&#${one.codePointAt(0)};`).join(''),
  },
  { name: 'a word in two elements', html: SENTENCE.replace('cred', '<b>cred</b>') },
  {
    name: 'soft hyphens and word breaks',
    html: SENTENCE.replace('entials', '&shy;en<wbr>tials\u200b'),
  },
  { name: 'two blocks', html: SENTENCE.replace(' that', '</p><p>that') },
  { name: 'cells of a table', html: SENTENCE.replace(' that', '</td><td>that') },
  { name: 'a title', html: `<title>${SENTENCE}</title>` },
  { name: 'a textarea', html: `<textarea>${SENTENCE}</textarea>` },
  { name: 'a template', html: `<template shadowrootmode="open"><p>${SENTENCE}</p></template>` },
  { name: 'noscript', html: `<noscript><p>${SENTENCE}</p></noscript>` },
  { name: 'an odd tag before it', html: `<p class="a"b='>'c = d/>${SENTENCE}` },
  { name: 'a less-than sign that opens nothing', html: `1 < 2 <3 </ > ${SENTENCE}` },
  { name: 'comments that end oddly', html: `<!--><!---><!-- > --!>${SENTENCE}<!-- ` },
  {
    name: 'a script and a style before it',
    html: `<script>"</b>"</script ><STYLE>p</style>${SENTENCE}`,
  },
  { name: 'a wrong declaration before it', html: `<!foo bar><?php no ?>${SENTENCE}` },
])('it is found in the text: $name', async ({ html }) => {
  const page = `<!doctype html><html lang="en"><head><link rel=x></head><body>${html}</body></html>`;
  expect(await placeIn(page)).toBe('text');
});

test.for([
  { name: 'a value', html: `<input name=error readonly value="${SENTENCE}">`, place: 'attribute' },
  {
    name: 'without quotes',
    html: `<x-alert text=${SENTENCE.replaceAll(' ', '&nbsp;')}>`,
    place: 'attribute',
  },
  {
    name: 'a property of a component',
    html: `<app-flash :text='${SENTENCE}' />`,
    place: 'attribute',
  },
  {
    name: "Inertia's page in an attribute",
    html: `<div id="app" data-page="{&quot;props&quot;:{&quot;errors&quot;:{&quot;email&quot;:&quot;The credentials\\u0020that you provided are not correct.&quot;}}}"></div>`,
    place: 'data',
  },
  {
    name: "Next.js' data",
    html: `<script id="__NEXT_DATA__" type="application/json">{"props":{"error":"The\\u00a0credentials that you provided are not correct."}}</script>`,
    place: 'data',
  },
  {
    name: 'HTML in JSON in HTML',
    html: `<script type='application/json; x'>{"html":"<p>The <b>credentials<\\/b> that you provided are not correct."}</script>`,
    place: 'data',
  },
])('it is found where a page carries it: $name', async ({ html, place }) => {
  expect(await placeIn(`<!doctype html>${html}`)).toBe(place);
});

test.for([
  { name: 'a program', html: `<script>const texts = ["${SENTENCE}"];</script>` },
  { name: 'a module', html: `<script type=module>toast("${SENTENCE}")</script>` },
  { name: 'a style sheet', html: `<style>p::after { content: "${SENTENCE}" }</style>` },
  { name: 'a comment', html: `<!-- ${SENTENCE} -->` },
  { name: 'a program that never ends', html: `<script>${SENTENCE}` },
  { name: 'a tag that never ends', html: `<p title="${SENTENCE} ` },
  {
    name: 'two attributes',
    html: `<p a="The credentials that you" b="provided are not correct.">`,
  },
  { name: 'other case', html: SENTENCE.toUpperCase() },
  { name: 'another word', html: SENTENCE.replace('not ', '') },
  { name: 'no space', html: SENTENCE.replace(' that', 'that') },
  { name: 'references that are text', html: SENTENCE.replaceAll(' ', '&amp;nbsp;') },
])('it is not found in $name', async ({ html }) => {
  expect(await placeIn(`<!doctype html><p>Sign in</p>${html}`)).toBeNull();
});

test.for([
  {
    name: 'JSON',
    type: 'application/json',
    body: JSON.stringify({ a: [1, { b: SENTENCE }] }),
    place: 'data',
  },
  {
    name: 'a problem',
    type: 'application/problem+json',
    body: `{"detail":"${SENTENCE}"}`,
    place: 'data',
  },
  {
    name: 'JSON with escapes',
    type: 'application/json',
    body: `["${[...SENTENCE].map((one) => `\\u00${one.charCodeAt(0).toString(16)}`).join('')}"]`,
    place: 'data',
  },
  {
    name: 'JSON behind a guard',
    type: 'application/json',
    body: `)]}',\n["${SENTENCE}"]`,
    place: 'data',
  },
  {
    name: 'JSON that says it is HTML',
    type: 'text/html',
    body: `{"error":"The\\tcredentials that you provided are not correct."}`,
    place: 'data',
  },
  {
    name: 'HTML in JSON',
    type: 'text/json',
    body: '{"html":"<p>The credentials that you provided are&#32;not correct.</p>"}',
    place: 'data',
  },
  { name: 'broken JSON', type: 'application/json', body: `{"error":"${SENTENCE}"`, place: 'text' },
  {
    name: 'plain text',
    type: 'text/plain',
    body: SENTENCE.replaceAll(' ', '\r\n\t'),
    place: 'text',
  },
  {
    name: 'a fragment',
    type: 'text/vnd.turbo-stream.html',
    body: `<turbo-stream><template>${SENTENCE}`,
    place: 'text',
  },
  {
    name: 'XML',
    type: 'application/soap+xml',
    body: `<?xml version="1.0"?><title/><f><![CDATA[${SENTENCE}]]></f>`,
    place: 'text',
  },
  {
    name: 'no type, but markup',
    type: '',
    body: `<p>${SENTENCE.replaceAll(' ', '&nbsp;')}</p>`,
    place: 'text',
  },
  { name: 'no type', type: '', body: SENTENCE, place: 'text' },
  {
    name: 'JSON, as a name of a member',
    type: 'application/json',
    body: `{"${SENTENCE}":1}`,
    place: null,
  },
  {
    name: 'two strings of JSON',
    type: 'application/json',
    body: '["The credentials that you","provided are not correct."]',
    place: null,
  },
  {
    name: 'plain text with references',
    type: 'text/plain',
    body: SENTENCE.replaceAll(' ', '&nbsp;'),
    place: null,
  },
  { name: 'nothing', type: 'text/html', body: '', place: null },
])('in $name it is found in: $place', async ({ type, body, place }) => {
  expect(await placeIn(body, { type })).toBe(place);
});

test.for([
  ["The password isn't right", 'The password isn’t right'],
  ['The password isn’t right', 'The password isn&#39;t right'],
  ['"Wrong" - try again...', '“Wrong” – try again…'],
  ['Mot de passe erroné', 'Mot de passe errone\u0301'],
  ['  Wrong   password ', 'Wrong password'],
])('%j and %j are the same sentence', async ([sentence = '', body = '']) => {
  expect(await placeIn(body, { sentence })).toBe('text');
});

test('a sentence of which nothing can be seen is in no text', async () => {
  expect(await placeIn('a page', { sentence: '\u200b\u00a0' })).toBeNull();
});

const MARKED = SENTENCE.replace('credentials', '<b>credentials</b>');

test.for([
  { type: 'text/html', place: 'text' },
  { type: 'application/xhtml+xml', place: 'text' },
  { type: 'text/xml', place: 'text' },
  { type: 'application/xml; charset=utf-8', place: 'text' },
  { type: 'Application/SOAP+XML; action=a', place: 'text' },
  { type: 'text/plain', place: null },
  { type: 'text/plain; a=html', place: null },
  { type: 'application/xmlish', place: null },
  { type: 'x-text/xml', place: null },
  { type: 'text/a; b+xml', place: null },
  { type: '', place: 'text' },
])('markup of type $type is read as markup: $place', async ({ type, place }) => {
  expect(await placeIn(` <p>${MARKED}</p>`, { type })).toBe(place);
});

test('without a type, what does not begin with markup is text', async () => {
  expect(await placeIn(`Sorry: <p>${MARKED}</p>`, { type: '' })).toBeNull();
  expect(await placeIn(`Sorry: <p>${SENTENCE}</p>`, { type: '' })).toBe('text');
});

test('no sentence is found across two strings', async () => {
  const halves = [SENTENCE.slice(0, 9), SENTENCE.slice(9)];
  for (const strings of [halves, halves.toReversed()]) {
    expect(await placeIn(JSON.stringify(strings), { type: 'application/json' })).toBeNull();
  }
});

test('a page may carry what only looks like JSON', async () => {
  const page = `<script type="application/json">{no</script><p>${SENTENCE}</p>`;
  expect(await placeIn(page)).toBe('text');
});

describe('a reply', () => {
  const replyText = (body: Buffer, fields: string[], mostBytes = 1000) =>
    ReplyText.of(
      { head: { status: 200, reasonPhrase: '', fields, contentLength: null, isLast: false }, body },
      { mostBytes },
    );

  test('that is compressed is read, up to so many bytes', async () => {
    const fields = ['Content-Type', 'text/plain', 'Content-Encoding', 'gzip'];
    const body = gzipSync(SENTENCE);
    const text = await replyText(body, fields);
    expect(text?.placeOf(sentenceOf(SENTENCE))).toBe('text');
    expect(await replyText(body, fields, SENTENCE.length - 1)).toBeNull();
  });

  test('is quoted around its sentence, in the place where that stands', async () => {
    const text = await replyText(Buffer.from(`Sorry. ${SENTENCE} Try again.`), []);
    const sentence = sentenceOf(SENTENCE);
    expect(text?.around(sentence, 'text')).toBe(`Sorry. ${SENTENCE} Try again.`);
    expect(text?.around(sentence, 'data')).toBe('');
  });
});
