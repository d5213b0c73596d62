import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAccept, preferenceOf } from '../../src/answer/accept.ts';
import { readAsk, recognise } from '../../src/answer/client-kind.ts';
import { asker } from './samples.ts';

test.for([
  { accept: 'text/html', ranges: [['text/html', 1]] },
  {
    accept: ' TEXT/HTML ; Q=0.5 ,*/*;q=0',
    ranges: [
      ['text/html', 0.5],
      ['*/*', 0],
    ],
  },
  {
    accept: 'a/b;x="1,2;3";q=0.25, c/d',
    ranges: [
      ['a/b', 0.25],
      ['c/d', 1],
    ],
  },
  { accept: 'application/ld+json;q=.5', ranges: [['application/ld+json', 0.5]] },
  { accept: 'text/html;q=2', ranges: [['text/html', 1]] },
  { accept: 'html, , text//x, text/', ranges: [] },
])('$accept', ({ accept, ranges }) => {
  expect(parseAccept(accept).map(({ type, quality }) => [type, quality])).toEqual(ranges);
});

const token = fc.stringMatching(/^[a-z0-9!#$&^_.+-]{1,12}$/);
const range = fc.record({
  type: fc.tuple(token, token).map(([type, subtype]) => `${type}/${subtype}`),
  quality: fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000),
});

test('what is printed as an Accept field is read back, whatever the blanks', () => {
  fc.assert(
    fc.property(
      fc.array(range, { maxLength: 8 }),
      fc.constantFrom('', ' ', '  '),
      (ranges, blank) => {
        const printed = ranges
          .map(({ type, quality }) => `${type}${blank};${blank}q=${quality}`)
          .join(`${blank},${blank}`);
        expect(parseAccept(printed)).toEqual(ranges);
      },
    ),
  );
});

test('any text at all has a preference, twice the same', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 80 }), (accept) => {
      expect(preferenceOf(accept)).toEqual(preferenceOf(accept));
    }),
  );
});

test('a type with q=0 is never named', () => {
  fc.assert(
    fc.property(fc.array(range, { maxLength: 4 }), (others) => {
      const rest = others.map(({ type, quality }) => `${type};q=${quality}`);
      const accept = ['text/html;q=0', 'application/problem+json;q=0.0', ...rest].join(',');
      expect(preferenceOf(accept)).toMatchObject({ namesHtml: false, namesProblemJson: false });
    }),
  );
});

test('what stands behind four thousand characters is not read', () => {
  const long = `${'a/b,'.repeat(2000)}text/html`;
  expect(preferenceOf(long)).toMatchObject({ namesHtml: false, isOpen: false });
  expect(preferenceOf(`text/html,${long}`)).toMatchObject({ namesHtml: true });
});

test('the form of an answer is never one that Accept refuses, while another is left', () => {
  const refused = fc.subarray(['text/html', 'application/json', 'text/plain', 'application/xml']);
  fc.assert(
    fc.property(refused, fc.constantFrom('*/*', 'text/*', 'application/*'), (types, rest) => {
      const accept = [...types.map((type) => `${type};q=0`), rest].join(', ');
      const { form } = recognise(readAsk(asker({ Accept: accept }, { target: '/a.json' })));
      const type = { json: 'application/json', text: 'text/plain', page: 'text/html' }[
        String(form)
      ];
      const isLeft = !(types.includes('application/json') && types.includes('text/plain'));
      if (isLeft && rest === '*/*') expect(types).not.toContain(type);
    }),
  );
});
