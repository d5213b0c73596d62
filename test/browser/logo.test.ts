import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readLogo } from '../../src/config/logo.ts';
import { CHROMIUM, launchChromium, NO_CHROMIUM } from './launch.ts';

/** Names, values and texts that logos have, and those that somebody would try. */
const names = fc.constantFrom(
  ...'svg g path rect use text tspan title desc defs mask clipPath linearGradient stop symbol'.split(
    ' ',
  ),
  ...'script foreignObject image a style animate iframe SVG p set'.split(' '),
);
const attributes = fc
  .tuple(
    fc.constantFrom(
      ...'id href xlink:href fill mask clip-path d x width viewBox onload onclick style class src'.split(
        ' ',
      ),
      ...'xml:base tabindex overflow Style FILL filter cursor'.split(' '),
    ),
    fc.constantFrom(
      ...[
        'a',
        '#a',
        'url(#a)',
        'M0 0h9',
        '9',
        'live',
        'javascript:alert(1)',
        'https://logo.invalid/x',
      ],
      ...[
        'url(https://logo.invalid/x#y)',
        'u\\72l(//logo.invalid/x)',
        'url&lpar;//logo.invalid/x&rpar;',
      ],
      ...[
        "image-set('//logo.invalid/x' 1x)",
        '&#117;rl(//logo.invalid/x)',
        '> <script>',
        '--',
        'data:,x',
      ],
    ),
    fc.constantFrom('"', "'", ''),
  )
  .map(([name, value, quote]) => ` ${name}=${quote}${value}${quote}`);
const texts = fc.constantFrom(
  ...[
    '',
    '',
    'x',
    ' ',
    '&lt;',
    '&amp;',
    ']]>',
    '-->',
    '<!--',
    '<![CDATA[',
    '<?xml?>',
    '</svg>',
    '</title>',
  ],
  ...['<br>', '<p>', '</p>', '<script>', '<img src=//logo.invalid/x>', '</span>', '<!DOCTYPE x>'],
);
const { element } = fc.letrec<{ element: string }>((tie) => ({
  element: fc
    .tuple(
      names,
      fc.array(attributes, { maxLength: 2 }),
      fc.array(fc.oneof({ maxDepth: 3 }, texts, tie('element')), { maxLength: 3 }),
      fc.boolean(),
    )
    .map(([name, own, inside, isClosed]) =>
      isClosed && inside.length === 0
        ? `<${name}${own.join('')}/>`
        : `<${name}${own.join('')}>${inside.join('')}</${name}>`,
    ),
}));
const documents = fc
  .tuple(
    fc.array(attributes, { maxLength: 1 }),
    fc.array(fc.oneof(texts, element), { maxLength: 4 }),
  )
  .map(([own, inside]) => `<svg viewBox="0 0 9 9"${own.join('')}>${inside.join('')}</svg>`);

/** What a page makes of logos: everything that is not as it should be. Runs in the browser. */
const LOOK = `(logos) => logos.flatMap((svg) => {
  document.body.innerHTML = '<span id="logo">' + svg + '</span><p id="after"></p>';
  const host = document.getElementById('logo');
  const inside = [...host.querySelectorAll('*')];
  const faults = [
    host.children.length === 1 && host.nextSibling?.id === 'after' && document.body.children.length === 2
      ? '' : 'the page lost its shape',
    ...inside.map((element) => element.namespaceURI.endsWith('/svg') ? '' : 'HTML: ' + element.localName),
    ...inside.flatMap((element) => [...element.attributes]).map(({ name, value }) =>
      /^on|^style$|^class$/i.test(name) || /[(].*logo.invalid/.test(value) || (/href|src/.test(name) && value[0] !== '#') ? name + '=' + value : ''),
    ...inside.map(({ localName }) => /script|foreignobject|image|^a$|style|animate|iframe/i.test(localName) ? localName : ''),
  ].filter((fault) => fault !== '');
  return faults.map((fault) => fault + ' in ' + svg);
})`;

describe.skipIf(CHROMIUM === undefined)(`logos (${CHROMIUM ?? NO_CHROMIUM})`, () => {
  test('whatever passes as a logo stays in its place in a page, runs nothing and asks for nothing', async () => {
    const passed = fc.sample(documents, { numRuns: 6000, seed: 20260304 }).flatMap((text) => {
      const logo = readLogo(text);
      return logo.kind === 'logo' ? [logo.svg] : [];
    });
    // That something passes shows that the sample is not all rubbish.
    expect(new Set(passed).size).toBeGreaterThan(100);

    const browser = await launchChromium();
    onTestFinished(() => browser.close());
    const page = await browser.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('dialog', (dialog) => asked.push(dialog.message()));
    const faults = await page.evaluate(`(${LOOK})(${JSON.stringify([...new Set(passed)])})`);
    expect(faults).toEqual([]);
    await page.evaluate('new Promise(requestAnimationFrame)');
    expect(asked).toEqual([]);
  });
});
