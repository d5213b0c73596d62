import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadLocale } from '../../src/answer/locales.ts';
import { tryOwnTemplates } from '../../src/answer/own-templates.ts';
import type { TemplateData } from '../../src/answer/page.ts';
import { templateSamples } from '../../src/answer/template-samples.ts';
import { builtInTemplates } from '../../src/answer/template-sources.ts';
import { loadSettings } from '../../src/config/load.ts';
import { answererOf, asker, bodyOf, logbook, matter, NAVIGATION, settings } from './samples.ts';

const PAGE = readFileSync(new URL('../../docs/templates.md', import.meta.url), 'utf8');

/** What a member may be, by the words of the table. */
const documented = new Map(
  [...PAGE.matchAll(/^\| `(it\.[^`]+)` \| ([^|]+) \|/gm)].map(
    ([, member = '', type = '']) => [member, type.trim()] as const,
  ),
);

/** Each member with what it was seen to be, in all pages. */
function seenIn(all: readonly TemplateData[]): ReadonlyMap<string, ReadonlySet<string>> {
  const seen = new Map<string, Set<string>>();
  const note = (value: unknown, path: string): void => {
    if (Array.isArray(value)) {
      for (const item of value) lookInto(item, `${path}[]`);
    } else lookInto(value, path);
    seen.set(path, (seen.get(path) ?? new Set()).add(kindOf(value)));
  };
  const lookInto = (value: unknown, path: string): void => {
    if (Array.isArray(value)) for (const item of value) lookInto(item, `${path}[]`);
    else if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) note(inner, `${path}.${name}`);
    }
  };
  for (const data of all) lookInto(data, 'it');
  return seen;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'string') return 'text';
  return typeof value === 'boolean' ? 'true or false' : 'mapping';
}

test('docs/templates.md lists every member of the data, and what it can be', () => {
  const english = loadLocale('en');
  const brand = settings().brand!;
  const views = [brand, { ...brand, logo: '<svg/>' }].flatMap((one) => [
    ...templateSamples(one, english, settings()),
  ]);
  const seen = seenIn(views.map(({ view }) => ({ ...view, style: '', script: '' })));

  expect([...documented.keys()].toSorted()).toEqual([...seen.keys()].toSorted());
  for (const [member, kinds] of seen) {
    const type = documented.get(member)?.replace(', may be missing', '') ?? '';
    const allowed = type === 'true or false' ? [type] : type.split(' or ');
    expect(allowed, member).toEqual(expect.arrayContaining([...kinds]));
  }
});

test('docs/templates.md lists every file that a folder may hold', () => {
  const files = [...PAGE.matchAll(/^\| `((?:parts\/)?[a-z]+\.(?:eta|css))` \|/gm)].map(
    ([, file]) => file,
  );
  const known = [...builtInTemplates().keys()].map((name) =>
    name.endsWith('.css') ? name : `${name}.eta`,
  );
  expect(files.toSorted()).toEqual(known.toSorted());
});

test('every page heading has its samples, so that templates are tried with it', () => {
  const samples = [...templateSamples(settings().brand!, loadLocale('en'), settings())];
  const headings = new Set(samples.map(({ view }) => view.heading));
  expect(headings.size).toBe(9);
  for (const { view } of samples) expect(view.h1).not.toBe('');
});

test('the example in the documents is good, and is what its pages show', async () => {
  const file = new URL('../../docs/examples/candor.yaml', import.meta.url).pathname;
  const loaded = await loadSettings(file, {});
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  expect(loaded.warnings).toEqual([]);
  const { log, lines } = logbook();
  const { own, problems } = await tryOwnTemplates(loaded.settings, log, [loadLocale('en')]);
  expect([problems, lines]).toEqual([[], []]);

  const answerer = answererOf({ settings: loaded.settings, own });
  const pageFor = (host: string): string =>
    bodyOf(answerer.answer(asker({ ...NAVIGATION, Host: host }), matter()));
  const page = pageFor('app.example.com');
  expect(page).toContain('<p>© Example Inc., 1 Example Street, Springfield</p>');
  expect(page).toContain('<span class="quiet">Billing that works, as a rule</span>');
  expect(page).toContain('<h2>Need a hand?</h2>');
  expect(page).toContain('--link:#0a7d3c;');
  expect(pageFor('customer.test')).not.toMatch(/Example|Springfield|#0a7d3c/);
});
