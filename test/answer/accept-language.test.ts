import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { languageChooser } from '../../src/answer/accept-language.ts';

const LANGUAGES = ['en', 'ar', 'de', 'es', 'fr', 'ja', 'pt'] as const;
const OFFERS = LANGUAGES.map((language) => ({ language }));
const [ENGLISH = { language: 'en' }, ...OTHERS] = OFFERS;

function chosen(field: string | undefined): string {
  return languageChooser([ENGLISH, ...OTHERS])(field).language;
}

test.for([
  { field: undefined, language: 'en', why: 'a program asks for none' },
  { field: '', language: 'en', why: 'an empty field asks for none' },
  { field: '*', language: 'en', why: 'any is as good as another' },
  { field: 'de', language: 'de', why: 'as it is offered' },
  { field: 'DE', language: 'de', why: 'case does not count' },
  { field: 'pt-BR', language: 'pt', why: 'a region is content with the language' },
  { field: 'de-CH-1996', language: 'de', why: 'shorter and shorter' },
  { field: 'zh-Hant-TW', language: 'en', why: 'not offered' },
  { field: 'zh-CN,zh;q=0.9,ja;q=0.5', language: 'ja', why: 'the next one that is offered' },
  {
    field: 'fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5',
    language: 'fr',
    why: 'a browser in Geneva',
  },
  { field: 'en-US,en;q=0.9,de;q=0.8', language: 'en', why: 'a browser in Boston' },
  { field: 'de;q=0.5, es;q=0.8', language: 'es', why: 'by weight, not by order' },
  { field: 'de, es', language: 'de', why: 'by order where weights are equal' },
  { field: 'de-AT;q=0.9, en;q=0.8', language: 'de', why: 'a near one before a lesser wish' },
  { field: 'de;q=0, fr;q=0.1', language: 'fr', why: 'zero is "not this"' },
  { field: 'de-AT, de;q=0', language: 'en', why: 'what is refused is no substitute' },
  { field: 'de-AT;q=0, de', language: 'de', why: 'a refused region is not the language' },
  { field: 'en;q=0, *', language: 'ar', why: 'anything but English' },
  { field: 'en;q=0', language: 'en', why: 'nothing is asked for, so something readable comes' },
  { field: '*, ja;q=0.2', language: 'ja', why: '`*` is skipped where a language follows' },
  { field: 'xx, *', language: 'en', why: 'none that is offered, then any' },
  { field: 'de;q=2, fr;q=0.9', language: 'de', why: 'a weight that is none counts as 1' },
  {
    field: ' , ;q=1,,fr ;Q=0.3 , d€;q=1, en_US',
    language: 'fr',
    why: 'what is no range is left out',
  },
  { field: `de,${'x'.repeat(2000)}`, language: 'en', why: 'an absurd field is not read' },
])('$field gets $language: $why', ({ field, language }) => {
  expect(chosen(field)).toBe(language);
});

test('docs/languages.md tells what is chosen', () => {
  const names = new Intl.DisplayNames('en', { type: 'language' });
  const page = readFileSync(new URL('../../docs/languages.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `([^`]+)` \| (\w+) \|/gm)];
  expect(rows.length).toBeGreaterThanOrEqual(5);
  for (const [, field, language] of rows) expect(names.of(chosen(field)), field).toBe(language);
});

test('a language of an operator is preferred to the one that it refines', () => {
  const choose = languageChooser([ENGLISH, { language: 'pt' }, { language: 'pt-BR' }]);
  expect(choose('pt-br').language).toBe('pt-BR');
  expect(choose('pt-PT').language).toBe('pt');
});

test('whatever a client sends, something that is offered comes, and the same each time', () => {
  const choose = languageChooser([ENGLISH, ...OTHERS]);
  const range = fc.oneof(fc.constantFrom(...LANGUAGES, '*', 'pt-BR', 'zh'), fc.string());
  const member = fc.tuple(range, fc.constantFrom('', ';q=0', ';q=0.5', ';q=1', ';q=x'));
  const field = fc.array(member.map(([one, weight]) => one + weight)).map((all) => all.join(','));
  fc.assert(
    fc.property(fc.oneof(field, fc.string()), (text) => {
      const offer = choose(text);
      expect(OFFERS).toContain(offer);
      expect(choose(text)).toBe(offer);
      // A language that is wanted and offered is never passed over for one that is not named.
      const isNamed = text.toLowerCase().includes(offer.language);
      if (!isNamed && !text.includes('*')) expect(offer.language).toBe('en');
    }),
  );
});
