import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Locale, loadLocale, loadLocales } from '../../src/answer/locales.ts';
import { parseMessage } from '../../src/answer/message.ts';
import type { Heading, Notice } from '../../src/answer/notice.ts';
import { logbook } from './samples.ts';

const ENGLISH = loadLocale('en');
const OTHERS = ['ar', 'de', 'es', 'fr', 'ja', 'pt'].map((language) => loadLocale(language));
const LOCALES = [ENGLISH, ...OTHERS];

/** What the code says with a key that it puts together. A case or a heading that is missing here does not compile. */
const CASES = Object.keys({
  not_processed: true,
  outcome_unknown: true,
  unanswered: true,
  maintenance: true,
  sign_in: true,
  overload: true,
  unknown_route: true,
} satisfies Record<Notice['case'], true>);
const HEADINGS = Object.keys({
  outage: true,
  outage_unreported: true,
  partial: true,
  maintenance: true,
  outcome_unknown: true,
  sign_in: true,
  suspect: true,
  overload: true,
  unknown_route: true,
} satisfies Record<Heading, true>);
/** The statuses of status pages that have a label: UX.md, section 3. */
const LABELS = [
  ...['investigating', 'identified', 'monitoring', 'resolved', 'postmortem'],
  ...['scheduled', 'in_progress', 'verifying', 'completed'],
];
const PUT_TOGETHER = [
  ...HEADINGS.map((heading) => `${heading}.h1`),
  ...['title', 'detail', 'message', 'short', 'text'].flatMap((group) =>
    CASES.map((each) => `${group}.${each}`),
  ),
  ...LABELS.map((label) => `label.${label}`),
  ...['notProcessed', 'unknown', 'payment'].flatMap((box) => [`box.${box}.h2`, `box.${box}.text`]),
];
/** Asked for with `has`, and not always there. */
const SOMETIMES = [
  ...HEADINGS.map((heading) => `${heading}.promise`),
  ...['title', 'detail', 'message', 'short'].map((group) => `${group}.maintenance.until`),
];
/** Rightly the same in another language: signs, and a word that it shares with English. */
const SAME = new Set([
  ...['title', 'title.neutral', 'time.both', 'sentence.space', 'text.first'],
  ...['text.statusPage', 'outage.team.neutral', 'outage.monitoring.neutral'],
]);

const SOURCE = readdirSync(new URL('../../src/answer/', import.meta.url))
  .map((name) => readFileSync(new URL(`../../src/answer/${name}`, import.meta.url), 'utf8'))
  .join('\n');
const QUOTED = new Set([...SOURCE.matchAll(/'([\w.]+)'/g)].map(([, text]) => text));
const SAID = [
  ...SOURCE.matchAll(/(?:line|sentence|forms|neutral)\(\s*'([\w.]+)'/g),
  ...SOURCE.matchAll(/say\('(\w+\.[\w.]+)'/g),
].flatMap(([, key]) => key ?? []);

function baseOf(key: string): string {
  return key.replace(/\.neutral$/, '');
}

/** The arguments that a text must have; of the brand and of the kind of time it may speak or not. */
function namesIn(text: string | undefined): readonly string[] {
  const names = parseMessage(text ?? '', 'en').names.map((name) => name.toLowerCase());
  return [...new Set(names)].filter((name) => name !== 'brand' && name !== 'dated');
}

test('every text is said somewhere, and every text that is said is there', () => {
  const used = new Set([...QUOTED, ...PUT_TOGETHER, ...SOMETIMES]);
  const unused = Object.keys(ENGLISH.texts).filter((key) => !used.has(baseOf(key)));
  expect(unused).toEqual([]);
  const missing = [...SAID, ...PUT_TOGETHER].filter((key) => ENGLISH.texts[key] === undefined);
  expect(missing).toEqual([]);
});

test('all languages of the program are tested here, English first, and none falls back to it', () => {
  const { log, lines } = logbook();
  const languages = loadLocales(log).map(({ language }) => language);
  expect(languages).toEqual(LOCALES.map(({ language }) => language));
  expect(lines).toEqual([]);
});

test.for(OTHERS)('$language says all that English says, and nothing else', ({ texts }) => {
  // A language may need a variant for the neutral brand where English does not, and the reverse.
  const keys = (all: Locale['texts']): string[] => [...new Set(Object.keys(all).map(baseOf))];
  expect(keys(texts).sort()).toEqual(keys(ENGLISH.texts).sort());
});

test.for(OTHERS)('$language is translated', ({ texts }) => {
  const same = Object.entries(texts).filter(([key, text]) => text === ENGLISH.texts[key]);
  expect(same.map(([key]) => key).filter((key) => !SAME.has(key))).toEqual([]);
});

test.for(OTHERS)('$language fills in what English fills in', ({ texts }) => {
  const differing = Object.entries(texts).filter(([key, text]) => {
    if (text === '' || baseOf(key).startsWith('neutral.')) return false;
    const english = ENGLISH.texts[key] ?? ENGLISH.texts[baseOf(key)];
    return namesIn(text).join() !== namesIn(english).join();
  });
  expect(differing).toEqual([]);
});

test.for(LOCALES)('$language has a form for each number that it counts with', (locale) => {
  const rules = new Intl.PluralRules(locale.language);
  const forms = new Set(Array.from({ length: 200 }, (_, count) => rules.select(count)));
  for (const [key, text] of Object.entries(locale.texts)) {
    const [, plural] = text.split(', plural,');
    if (plural === undefined) continue;
    const has = [...plural.matchAll(/(\w+) \{/g)].map(([, form]) => form);
    expect(new Set(has), key).toEqual(forms);
  }
});

test.for(LOCALES)('$language holds no text that ICU reads otherwise than it looks', ({ texts }) => {
  for (const [key, text] of Object.entries(texts)) {
    // An apostrophe before a brace quotes it; two blanks are a slip.
    expect(text, key).not.toMatch(/'[{}]| {2}/);
    if (key !== 'sentence.space') expect(text, key).toBe(text.trim());
  }
});

test.for(OTHERS)('$language quotes and apostrophises as that language does', ({ texts }) => {
  for (const [key, text] of Object.entries(texts)) expect(text, key).not.toMatch(/["']/);
});

async function folderOf(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'candor-locales-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

test('an operator changes single texts, and adds a language that falls back to English', async () => {
  const { log, lines } = logbook();
  const folder = await folderOf({
    'de.json': '{ "outage.h1": "{brand} macht Pause", "suspect.justNow": "Nichts kam." }',
    'nl.json': JSON.stringify({
      'outage.h1': '{Brand} werkt niet',
      'outage.since': '{Brand} werkt niet sinds {dated, select, yes {{time}} other {{time} uur}}.',
    }),
    'de-AT.json': '{ "suspect.h1": "{Brand} hebt nicht ab" }',
    'README.md': 'no language',
  });
  const locales = loadLocales(log, folder);
  const textsOf = (language: string): Locale['texts'] =>
    locales.find((locale) => locale.language === language)?.texts ?? {};
  expect(locales[0].language).toBe('en');
  expect(textsOf('de')['outage.h1']).toBe('{brand} macht Pause');
  expect(textsOf('de')['overload.h1']).toBe(loadLocale('de').texts['overload.h1']);
  // The variant for the neutral brand belongs to the text that was replaced.
  expect(textsOf('de')['suspect.justNow.neutral']).toBeUndefined();
  // A language that refines another one falls back to that.
  expect(textsOf('de-AT')['suspect.h1']).toBe('{Brand} hebt nicht ab');
  expect(textsOf('de-AT')['outage.h1']).toBe('{brand} macht Pause');
  expect(textsOf('nl')['outage.h1']).toBe('{Brand} werkt niet');
  expect(textsOf('nl')['outage.since']).toContain('sinds');
  expect(textsOf('nl')['overload.h1']).toBe(ENGLISH.texts['overload.h1']);
  expect(lines).toEqual([
    [expect.objectContaining({ language: 'nl' }), 'texts are missing and said in English'],
  ]);
});

test.for([
  { text: '{Brand} is {gone', fault: /EXPECT_ARGUMENT_CLOSING_BRACE/ },
  { text: '{Brand}, {dated}', fault: /there is no \{dated\} here/ },
  { text: '{Brand}, {name}', fault: /there is no \{name\} here/ },
])('a text of an operator that says $text is told and not used', async ({ text, fault }) => {
  const { log, lines } = logbook();
  const folder = await folderOf({ 'en.json': JSON.stringify({ 'outage.h1': text }) });
  expect(loadLocales(log, folder)[0].texts['outage.h1']).toBe(ENGLISH.texts['outage.h1']);
  const [[told] = []] = lines;
  expect(told).toEqual({ language: 'en', key: 'outage.h1', fault: expect.stringMatching(fault) });
});

test.for(['no JSON', '[]', '{ "outage.h1": 1 }'])(
  'a file of an operator that holds %s is told and not used',
  async (file) => {
    const { log, lines } = logbook();
    const folder = await folderOf({ 'de.json': file });
    const german = loadLocales(log, folder).find(({ language }) => language === 'de');
    expect(german?.texts).toEqual(loadLocale('de').texts);
    expect(lines).toEqual([[expect.anything(), 'own texts cannot be read']]);
  },
);
