import { expect, test } from 'vitest';
import { loadLocale } from '../../src/answer/locales.ts';
import { createWording } from '../../src/answer/wording.ts';

const SECONDS = '{count, plural, one {# second} other {# seconds}}';

/** A language of these texts, in somebody's name or in nobody's. */
function speaking(texts: Record<string, string>, brand: string | null = 'Acme', language = 'en') {
  const names = { 'neutral.name': 'this service', 'neutral.nameStart': 'This service' };
  return createWording({ language, direction: 'ltr', texts: { ...names, ...texts } }, brand);
}

test('the name stands where a text asks for it; without one, the text for nobody', () => {
  const texts = {
    down: '{Brand} is down. Is {brand}?',
    page: 'The {brand} page',
    'page.neutral': 'The page',
  };
  const ours = speaking(texts);
  expect([ours.brand, ours.line('down'), ours.line('page')]).toEqual([
    'Acme',
    'Acme is down. Is Acme?',
    'The Acme page',
  ]);
  const neutral = speaking(texts, null);
  expect([neutral.brand, neutral.line('down'), neutral.line('page')]).toEqual([
    'this service',
    'This service is down. Is this service?',
    'The page',
  ]);
});

test('a name is in one line, without what a text may not hold', () => {
  expect(speaking({}, ' Acme\n\t &\uFDD0 Sons ').brand).toBe('Acme & Sons');
});

test('only what is filled in differs from the text around it', () => {
  const at = '2026-03-04T21:27:10Z';
  const time = { text: '9 PM', at, href: null, isStrong: true };
  const plain = { at: null, href: null, isStrong: false };
  expect(speaking({ since: 'Since {time}.' }).sentence('since', { time })).toEqual([
    { text: 'Since ', ...plain },
    time,
    { text: '.', ...plain },
  ]);
});

test('a text or a value that is missing is an error that names it', () => {
  const wording = speaking({ since: 'Since {time}.' });
  expect(wording.has('since')).toBe(true);
  expect(wording.has('until')).toBe(false);
  expect(() => wording.line('until')).toThrow("locale en: no text 'until'");
  expect(() => wording.line('since')).toThrow('time');
});

test('a count has each form of the language, with a number that asks for it', () => {
  expect(speaking({ seconds: SECONDS }).forms('seconds')).toEqual({
    other: '0 seconds',
    one: '1 second',
  });
  const { texts } = loadLocale('ar');
  const arabic = speaking(texts, 'Acme', 'ar').forms('seconds');
  expect(Object.keys(arabic).toSorted()).toEqual(['few', 'many', 'one', 'other', 'two', 'zero']);
  // Arabic says 100 to 102 otherwise than any number below.
  expect(arabic.other).toContain('100');
  expect(speaking({ in: '{count} {what}' }).forms('in', { what: 's' })).toMatchObject({
    one: '1 s',
  });
});

test('seconds are counted, whether they were said before, beyond an hour too', () => {
  const wording = speaking({ seconds: 'é {count, plural, one {# second} other {# seconds}}' });
  const bytes = Buffer.from('é').toString('latin1');
  for (const count of [2, 1, 2, 3599, 3600, 3601, 7200]) {
    const said = wording.seconds(count);
    expect(said).toBe(`${bytes} ${count.toLocaleString('en')} second${count === 1 ? '' : 's'}`);
  }
});
