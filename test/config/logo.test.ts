import { expect, test } from 'vitest';
import { readLogo } from '../../src/config/logo.ts';

const svg = (inside: string, attributes = '') =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"${attributes}>${inside}</svg>`;

test.for([
  { name: 'a path', text: svg('<path d="M0 0h9" fill="#123"/>') },
  { name: 'text', text: svg('<title>Über &amp; Co</title><text x="1">A &lt; B</text>') },
  {
    name: 'a gradient of its own',
    text: svg(
      '<defs><linearGradient id="a"><stop offset="0"/></linearGradient></defs><rect fill="url(#a)"/><use href="#a"/>',
    ),
  },
  {
    name: 'a part that is drawn twice, with a gradient that refers to another',
    text: svg(
      '<radialGradient id="b" xlink:href="#a"/><g id="c" fill="url(#b)"><path d="M0 0h9"/></g><use href="#c"/><use href="#c" x="3"/>',
    ),
  },
  {
    name: 'gradients that refer to each other',
    text: svg(
      '<linearGradient id="a"/><linearGradient id="b" href="#a"/><linearGradient id="c" href="#b"/>',
    ),
  },
  {
    name: 'a part that repeats another and is drawn once',
    text: svg('<path id="b" d="M0 0h9"/><g id="a"><use href="#b"/></g>'),
  },
  { name: 'what is usual', text: svg('<g fill="none"/>', ' version="1.1"') },
  { name: 'a mark of the byte order within a text', text: svg('<text>a\uFEFFb</text>') },
  { name: 'the most bytes', text: svg('x'.repeat(1_984)) },
  { name: 'white space and quotes of either kind', text: svg("<g\n  id='a' >\n</g >\n") },
])('$name is a logo', ({ text }) => {
  expect(readLogo(text)).toEqual({ kind: 'logo', svg: text });
});

test('the declaration and the comments are left out', () => {
  const text = `\uFEFF<?xml version="1.0"?>\n<!-- by a <program> -->\n${svg('<!-- x --><g/>')}\n`;

  expect(readLogo(text)).toEqual({ kind: 'logo', svg: svg('<g/>') });
});

test.for([
  { text: svg('<script>alert(1)</script>'), found: 'a <script> element' },
  { text: svg('<SCRIPT/>'), found: 'a <SCRIPT> element' },
  { text: svg('<style>*{}</style>'), found: 'a <style> element' },
  { text: svg('<foreignObject><g/></foreignObject>'), found: 'a <foreignObject> element' },
  { text: svg('<image href="https://x/y.png"/>'), found: 'a <image> element' },
  { text: svg('<a href="#x"/>'), found: 'a <a> element' },
  { text: svg('<animate/>'), found: 'a <animate> element' },
  { text: svg('', ' onload="alert(1)"'), found: 'the script attribute onload' },
  { text: svg('<g OnClick="x"/>'), found: 'the script attribute OnClick' },
  { text: svg('<g style="fill:red"/>'), found: 'a style attribute' },
  { text: svg('<use href="https://x/#y"/>'), found: 'a reference to "https://x/#y"' },
  { text: svg('<use xlink:href="data:x"/>'), found: 'a reference to "data:x"' },
  { text: svg('<rect fill="url(https://x/#y)"/>'), found: 'fill="url(https://x/#y)"' },
  { text: svg('<rect fill="url( \'//x\')"/>'), found: 'fill="url( \'//x\')"' },
  { text: svg('<rect fill="&#117;rl(//x)"/>'), found: 'fill="&#117;rl(//x)"' },
  { text: svg('<g id=a/>'), found: '"<g id=a/>"' },
  { text: svg('<![CDATA[<script>]]>'), found: '"<![CDATA[]]>"' },
  { text: `<!DOCTYPE svg>${svg('')}`, found: '"<!DOCTYPE svg>' },
  { text: svg('<g>'), found: '</svg> out of place' },
  { text: svg('<g><path></g></path>'), found: '</g> out of place' },
  { text: '<svg><g/>', found: '<svg> left open' },
  { text: `${svg('')}${svg('')}`, found: '"<svg xmlns=\\"http://www.w3.org/2000/svg\\" "' },
  { text: `${svg('')}more`, found: '"more"' },
  { text: '<svgx></svgx>', found: '"<svgx></svgx>"' },
  { text: '', found: 'nothing' },
  { text: '\u0089PNG', found: '"\u0089PNG"' },
  { text: svg('x'.repeat(2_000)), found: '2064 bytes' },
  { text: svg('<rect fill="url&lpar;//x&rpar;"/>'), found: 'fill="url&lpar;//x&rpar;"' },
  { text: svg('<rect fill="u\\72l(//x)"/>'), found: 'fill="u\\\\72l(//x)"' },
  { text: svg('<rect fill="image-set(\'//x\' 1x)"/>'), found: 'fill="image-set' },
  { text: svg('<g><title><g/></title></g>'), found: '<g/> inside <title>' },
  { text: svg('<?xml version="1.0"?>'), found: '"<?xml version=' },
  { text: `x<?xml version="1.0"?>${svg('')}`, found: '"x<?xml version=' },
  { text: `more${svg('')}`, found: '"more<svg' },
  { text: `${svg('')}<svg id="b"/>`, found: '"<svg id=' },
  { text: svg('<title><g/></title>'), found: '<g/> inside <title>' },
  { text: svg('<desc><text>x</text></desc>'), found: '<text> inside <desc>' },
  { text: svg('<g id="live"/>'), found: 'the id "live"' },
  { text: svg('<g class="card"/>'), found: 'the attribute class' },
  { text: svg('<g tabindex="0"/>'), found: 'the attribute tabindex' },
  { text: svg('', ' overflow="visible"'), found: 'the attribute overflow' },
  { text: svg('<g xml:base="//x"/>'), found: 'the attribute xml:base' },
  {
    text: svg('<g id="a"><use href="#b"/></g><use href="#a"/><g id="b"/>'),
    found: '#a, which is repeated and repeats',
  },
  {
    text: svg('<g id="one"><use xlink:href="#b"/></g><use xlink:href="#one"/><g id="b"/>'),
    found: '#one, which is repeated and repeats',
  },
  {
    text: svg('<clipPath id="a"><g clip-path="url(#a)"/></clipPath>'),
    found: '#a, which is repeated and repeats',
  },
  {
    text: svg('<mask id="a"><g mask="url(#a)"/></mask>'),
    found: '#a, which is repeated and repeats',
  },
])('$text is refused', ({ text, found }) => {
  const logo = readLogo(text);
  const said = logo.kind === 'refused' ? logo.found : 'a logo';

  expect(said.slice(0, found.length)).toBe(found);
});

test.for([
  { text: svg('x'.repeat(2_000)), expected: 'at most 2048 bytes' },
  { text: '', expected: 'an <svg> element' },
  { text: svg('<g id=a/>'), expected: 'plain tags with quoted attributes' },
  { text: `${svg('')}${svg('')}`, expected: 'one <svg> element' },
  { text: `${svg('')}more`, expected: 'nothing after the <svg> element' },
  { text: '<svg><g/>', expected: 'tags that nest' },
  { text: svg('<g>'), expected: 'tags that nest' },
  { text: svg('<title><g/></title>'), expected: 'plain text there' },
  { text: svg('<script/>'), expected: 'shapes, text and gradients only' },
  { text: svg('<g onclick="x"/>'), expected: 'no scripts' },
  {
    text: svg('<g style="fill:red"/>'),
    expected: 'attributes such as fill="#123456": pages block styles',
  },
  { text: svg('<use href="//x"/>'), expected: 'references inside the file, such as #part' },
  { text: svg('<g class="a"/>'), expected: 'attributes of shapes, text and gradients only' },
  { text: svg('<g id="live"/>'), expected: 'an id that pages do not use themselves' },
  { text: svg('<g fill="url(//x)"/>'), expected: 'no references to the outside' },
  {
    text: svg('<mask id="a"><g mask="url(#a)"/></mask>'),
    expected: 'no repetition inside of what is repeated',
  },
])('in the place of $text there has to be: $expected', ({ text, expected }) => {
  expect(readLogo(text)).toMatchObject({ kind: 'refused', expected });
});
