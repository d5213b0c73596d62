import { cpSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type Locales, loadLocale } from '../../src/answer/locales.ts';
import { type TriedTemplates, tryOwnTemplates } from '../../src/answer/own-templates.ts';
import type { Settings } from '../../src/config/settings.ts';
import { templateFolder } from '../support/template-folder.ts';
import {
  answererOf,
  asker,
  bodyOf,
  fieldsOf,
  logbook,
  matter,
  NAVIGATION,
  settings,
} from './samples.ts';

const BUILT_IN = fileURLToPath(new URL('../../templates/', import.meta.url));

function brandedBy(templates: string, over: Partial<Settings> = {}): Settings {
  return settings({ brand: { ...settings().brand!, templates }, ...over });
}

/** Problems as `FILE:LINE found`, the file without its folder. */
function said({ problems }: TriedTemplates, folder: string): readonly string[] {
  return problems.map(({ file, line, found }) => `${relative(folder, file)}:${line} ${found}`);
}

/** One language is enough to see what is wrong with a template. */
const ENGLISH: Locales = [loadLocale('en')];

async function tried(files: Readonly<Record<string, string>>) {
  const folder = templateFolder(files);
  const whole = brandedBy(folder);
  const { log, lines } = logbook();
  const outcome = await tryOwnTemplates(whole, log, ENGLISH);
  const answer = answererOf({ settings: whole, own: outcome.own, log }).answer(
    asker(NAVIGATION),
    matter(),
  );
  return {
    faults: said(outcome, folder),
    expected: outcome.problems[0]?.expected ?? '',
    lacks: outcome.problems.map(({ file, expected }) => `${relative(folder, file)}: ${expected}`),
    names: [...(outcome.own.get(folder)?.templates.keys() ?? [])],
    page: bodyOf(answer),
    policy: fieldsOf(answer)['content-security-policy'],
    lines,
  };
}

const footer = (...lines: readonly string[]) => ({
  'parts/footer.eta': `<footer>\n${lines.join('\n')}\n</footer>\n`,
});
const page = (name: string) => readFileSync(`${BUILT_IN}${name}`, 'utf8');

test.for([
  {
    name: 'a part of its own',
    files: footer(
      '<p><%= it.brand %> Inc. · <a href="https://example.com/contact">Contact</a></p>',
    ),
    names: ['parts/footer'],
    contains: '<p>ChargeOver Inc. · <a href="https://example.com/contact">Contact</a></p>',
  },
  {
    name: 'a part that includes another one of its own, which includes a built-in one',
    files: {
      ...footer("<%~ include('parts/address', { word: 'Hello' }) %>"),
      'parts/address.eta':
        "<p><%= it.word %> <%~ include('parts/sentence', { parts: it.lead[0] }) %></p>\n",
    },
    names: ['parts/address', 'parts/footer'],
    contains: '<p>Hello ChargeOver has been down since',
  },
  {
    name: 'a picture inside the page',
    files: footer('<img src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP" alt="">'),
    names: ['parts/footer'],
    contains: '<img src="data:image/gif',
  },
  {
    name: 'a style of its own',
    files: { 'page.css': 'body { color: var(--ink); background: url(data:,x) }\n' },
    names: ['page.css'],
    contains: 'body{color:var(--ink);background:url(data:,x)}</style>',
  },
  {
    name: 'files that are no templates',
    files: { 'notes.txt': 'x', 'parts/old.eta.bak': '<%' },
    names: [],
    contains: '<h2>Need help?</h2>',
  },
])('$name serves', async ({ files, names, contains }) => {
  const outcome = await tried(files);
  expect(outcome.faults).toEqual([]);
  expect(outcome.names.toSorted()).toEqual(names);
  expect(outcome.page).toContain(contains);
});

test('a copy of all the built-in templates has no fault, and makes the same pages', async () => {
  const folder = templateFolder({});
  cpSync(BUILT_IN, folder, { recursive: true });
  const whole = brandedBy(folder);
  const { log } = logbook();
  const outcome = await tryOwnTemplates(whole, log);
  expect(said(outcome, folder)).toEqual([]);
  expect(outcome.own.get(folder)?.templates.size).toBeGreaterThan(12);
  const pageWith = (deps: object): string =>
    bodyOf(answererOf({ settings: whole, ...deps }).answer(asker(NAVIGATION), matter()));
  expect(pageWith({ own: outcome.own })).toBe(pageWith({}));
});

test('a page without a script needs nothing of what the script looks for', async () => {
  const plain = page('page.eta').replace('<script><%~ it.script %></script>', '');
  const outcome = await tried({ 'page.eta': plain, 'parts/live.eta': '<p>x</p>\n' });
  expect(outcome.faults).toEqual([]);
  expect(outcome.page).not.toContain('<script>');
});

test.for([
  {
    name: 'does not compile',
    files: footer('<p>', '<% const one = 1;', 'const two = ; %>', '</p>'),
    fault: "parts/footer.eta:4 Unexpected token ';'",
  },
  {
    name: 'does not end a tag',
    files: footer('<p>', '<%= it.brand', '</p>'),
    fault: 'parts/footer.eta:3 unclosed tag',
  },
  {
    name: 'does not end a block',
    files: footer('<% if (it.live) { %>', 'x'),
    fault: 'parts/footer.eta:4 a { without its }',
  },
  {
    name: 'fails while it renders',
    files: footer('x', '<%= it.nothing.at.all %>'),
    fault: "parts/footer.eta:3 Cannot read properties of undefined (reading 'at')",
  },
  {
    name: 'fails in some situations only',
    files: footer('x', 'y', '<%= it.updates.h2 %>'),
    fault: "parts/footer.eta:4 Cannot read properties of null (reading 'h2')",
  },
  {
    name: 'includes what is not there',
    files: footer("<%~ include('../../../etc/hosts') %>"),
    fault: "parts/footer.eta:2 there is no template '../../../etc/hosts'",
  },
  {
    name: 'includes itself',
    files: footer("<%~ include('parts/footer') %>"),
    fault: 'parts/footer.eta:2 Maximum call stack size exceeded',
  },
  {
    name: 'never ends',
    files: footer('<p>x</p>', '<% while (true) {} %>'),
    fault: 'parts/footer.eta:3 no end',
  },
  {
    name: 'prints what the status page says as it came',
    files: {
      'parts/updates.eta': page('parts/updates.eta').replace('<%= item.text', '<%~ item.text'),
    },
    fault: 'parts/updates.eta:10 a text that is printed as it came',
  },
  {
    name: 'is too heavy',
    files: footer(`<p>${'word '.repeat(4000)}</p>`),
    fault: /^parts\/footer\.eta:null \d{5} bytes of page$/,
  },
  {
    name: 'is too heavy in a frame',
    files: { 'parts/lead.eta': `<p>${'word '.repeat(600)}</p>\n` },
    fault: /^parts\/lead\.eta:null \d{4,5} bytes of page in a frame$/,
  },
  {
    name: 'has no language',
    files: { 'page.eta': page('page.eta').replace(' dir="<%= it.direction %>"', '') },
    fault: 'page.eta:null a page that lacks it',
  },
  {
    name: 'has a script where there is nothing to wait for',
    files: footer('<p>x</p>', '<script><%~ it.script %></script>'),
    fault: 'parts/footer.eta:3 a script where it.live is null',
  },
  {
    name: 'is included by nobody',
    files: { 'parts/fotter.eta': '<footer>x</footer>\n' },
    fault: 'parts/fotter.eta:null a template that nothing includes',
  },
  {
    name: 'imports a style',
    files: { 'page.css': 'p { color: red }\n@import "x.css";\n' },
    fault: 'page.css:2 @import',
  },
  {
    name: 'loads a picture by an escaped address',
    files: { 'page.css': '/* url(x) */\np { background: \\75rl(//x) }\n' },
    fault: 'page.css:2 a url() that loads something',
  },
  {
    name: 'closes the style',
    files: { 'page.css': 'p {}\n\n</style><p>\n' },
    fault: 'page.css:3 a tag of HTML',
  },
  {
    name: 'is too much style',
    files: { 'page.css': 'p { color: red }\n'.repeat(500) },
    fault: /^page\.css:null \d{4,5} bytes of style/,
  },
])('a template that $name is refused, and the built-in one serves', async ({ files, fault }) => {
  const outcome = await tried(files);
  expect(outcome.faults).toEqual(
    expect.arrayContaining([
      typeof fault === 'string' ? expect.stringContaining(fault) : expect.stringMatching(fault),
    ]),
  );
  expect(outcome.expected).not.toBe('');
  // Only the template with the fault is refused, and said to be.
  expect(outcome.names).toEqual([]);
  expect(new Set(outcome.lines.map(([, message]) => message))).toEqual(
    new Set(['own template refused, the built-in one serves']),
  );
  const whole = answererOf().answer(asker(NAVIGATION), matter());
  expect(outcome.page).toBe(bodyOf(whole));
  expect(outcome.policy).toBe(fieldsOf(whole)['content-security-policy']);
});

const LINES: readonly (readonly [string, string])[] = [
  ['<img src="https://cdn.example.com/x.png" alt="">', 'src of <img>, which loads something'],
  ['<img srcset="x.png 2x" alt="">', 'srcset of <img>, which loads something'],
  ['<script>alert(1)</script>', 'a script that the policy of the page blocks'],
  ['<script src="x.js"></script>', 'a script that the policy of the page blocks'],
  ['<style>p { color: red }</style>', 'a style that the policy of the page blocks'],
  ['<link rel="stylesheet" href="x.css">', 'a <link>'],
  ['<meta http-equiv="refresh" content="5">', 'http-equiv of <meta>'],
  ['<base href="https://example.com/">', 'a <base>'],
  ['<iframe title="x"></iframe>', 'a <iframe>'],
  ['<form><button>x</button></form>', 'a <form>'],
  ['<button formaction="/x">x</button>', 'formaction of <button>'],
  ['<p onclick="x()">x</p>', 'onclick of <p>'],
  ['<p style="color: red">x</p>', 'style of <p>'],
  ['<a href=" java&#10;script:x()">x</a>', 'href of <a>'],
  ['<a href="/x" ping="/y">x</a>', 'ping of <a>'],
  ['<svg><use href="x.svg#y"/></svg>', 'href of <use>, which loads something'],
  ['<svg><path fill="url(//x/y)"/></svg>', 'fill of <path>'],
  ['<noscript><img src="/x" alt=""></noscript>', 'src of <img>, which loads something'],
  ['<template><img src="/x" alt=""></template>', 'src of <img>, which loads something'],
  ['<h1>Another</h1>', 'another <h1>'],
  ['<main>x</main>', 'another <main>'],
  ['<p><b>x</p>', 'a <b> that is left open'],
  ['<div>', 'a <div> that is left open'],
  ['<p id="a" id="b">x</p>', 'markup that browsers have to mend: duplicate-attribute'],
  ['<p title=<%= it.h1 %>>x</p>', 'a text that breaks out of an attribute of <p>'],
  ["<p title='<%= it.h1 %>'>x</p>", 'a text that breaks out of an attribute of <p>'],
  ['<a href="<%= it.h1 %>">x</a>', 'a text in the place of an address, in href of <a>'],
];

test('of all that a template may not hold, each is said with its line', async () => {
  const { faults } = await tried(footer(...LINES.map(([line]) => line)));
  for (const [index, [line, found]] of LINES.entries()) {
    expect(faults, line).toContain(`parts/footer.eta:${index + 2} ${found}`);
  }
});

test('a text that is printed as it came is said before all else', async () => {
  const { faults } = await tried(footer('<p>x</p>', '<p><%~ it.h1 %></p>'));
  expect(faults).toContain('parts/footer.eta:3 a text that is printed as it came');
});

test('what a page lacks is laid to the part whose task it is', async () => {
  const outcome = await tried({
    'parts/box.eta': '<p>We are sorry.</p>\n',
    'parts/actions.eta': '<p><a href="<%= it.primary.href %>">Again</a></p>\n',
    'parts/help.eta': '<p>Call us.</p>\n',
    'parts/heading.eta': '<p><%= it.h1 %></p>\n',
    'parts/live.eta': '<p role="status"></p>\n',
    ...footer('<p>Good footer</p>'),
  });
  expect(outcome.names).toEqual(['parts/footer']);
  expect(outcome.lacks.toSorted()).toEqual([
    'parts/actions.eta: a link to it.statusPage.href where there is a status page',
    'parts/actions.eta: class="primary", as the script wants',
    'parts/box.eta: it.box, which says what became of the request',
    'parts/heading.eta: exactly one <h1>, with a text',
    'parts/help.eta: the reference that is in it.help.line',
    'parts/live.eta: a checkbox with id="live", as the script wants',
  ]);
});

test('one bad template takes no good one with it', async () => {
  const outcome = await tried({
    ...footer('<p>Good footer</p>'),
    'parts/box.eta': '<p>x</p>\n',
    'parts/working.eta': '<% if { %>',
    'page.css': '@import "x";\n',
  });
  expect(outcome.names).toEqual(['parts/footer']);
  expect(outcome.page).toContain('<p>Good footer</p>');
  expect(outcome.faults.map((fault) => fault.split(' ')[0])).toEqual([
    'page.css:1',
    'parts/working.eta:1',
    'parts/box.eta:null',
  ]);
});

test('brands without templates cost nothing', async () => {
  const { log } = logbook();
  const startedAt = performance.now();
  const { own, problems } = await tryOwnTemplates(settings(), log);
  expect([own.size, problems]).toEqual([0, []]);
  expect(performance.now() - startedAt).toBeLessThan(50);
});

test('templates are tried in turns, so that a running gateway goes on answering', async () => {
  const folder = templateFolder(footer('<p>x</p>'));
  let turns = 0;
  const count = (): void => {
    turns += 1;
    next = setImmediate(count);
  };
  let next = setImmediate(count);
  await tryOwnTemplates(brandedBy(folder), logbook().log, ENGLISH);
  clearImmediate(next);
  expect(turns).toBeGreaterThan(50);
});

test('texts of its own are said in the name of the brand, over the built-in ones', async () => {
  const folder = templateFolder({
    'locales/en.json': '{ "help.h2": "Lost?", "help.line": "{nobody}" }',
    'locales/de.json': '{ "help.h2": "Ratlos?" }',
  });
  const whole = brandedBy(folder);
  const { log, lines } = logbook();
  const { own, problems } = await tryOwnTemplates(whole, log, ENGLISH);
  const answerer = answererOf({ settings: whole, own, log });
  const said = (language: string): string =>
    bodyOf(answerer.answer(asker({ ...NAVIGATION, 'Accept-Language': language }), matter()));
  expect(problems).toEqual([]);
  expect(said('en')).toContain('<h2>Lost?</h2>');
  expect(said('de')).toContain('<h2>Ratlos?</h2>');
  // The text that cannot be used is told once.
  expect(lines.map(([, message]) => message)).toEqual(['own text cannot be used']);
});

test('a folder that cannot be read is refused as a whole', async () => {
  const folder = templateFolder({ 'page.eta/x': '' });
  const outcome = await tryOwnTemplates(brandedBy(folder), logbook().log);
  expect(outcome.problems).toMatchObject([{ file: folder, expected: 'files that can be read' }]);
});
