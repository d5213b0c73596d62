import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAccept, preferenceOf } from '../../src/answer/accept.ts';
import { readAsk, recognise } from '../../src/answer/client-kind.ts';
import { asker } from './samples.ts';

const ranked = (ranges: Readonly<Record<string, number>>) => Object.entries(ranges);

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
  { accept: 'text/html x, x text/html, text/html/x, /html', ranges: [] },
  { accept: 'a/b;level=1;q=0, c/d;xq=0, e/f;q', ranges: ranked({ 'a/b': 0, 'c/d': 1, 'e/f': 1 }) },
  { accept: 'a/b;q=0., c/d;q = 1.00 ', ranges: ranked({ 'a/b': 0, 'c/d': 1 }) },
  { accept: 'a/b;q=-1, c/d;q=0.5x, e/f;q=x0', ranges: ranked({ 'a/b': 1, 'c/d': 1, 'e/f': 1 }) },
  { accept: 'a/b;q=1.5, c/d;q=10, e/f;q=.x', ranges: ranked({ 'a/b': 1, 'c/d': 1, 'e/f': 1 }) },
  { accept: 'a/b;q=.25', ranges: ranked({ 'a/b': 0.25 }) },
  { accept: 'a/b;q=0=1, c/d;q=00', ranges: ranked({ 'a/b': 0, 'c/d': 1 }) },
  {
    accept: String.raw`a/b;x="\",c/d;q=0;\\\"";q=0.5,e/f`,
    ranges: ranked({ 'a/b': 0.5, 'e/f': 1 }),
  },
  { accept: 'a/b;x="never ends, c/d', ranges: ranked({ 'a/b': 1 }) },
  { accept: String.raw`a/b;x=\",c/d`, ranges: ranked({ 'a/b': 1 }) },
])('$accept', ({ accept, ranges }) => {
  expect(parseAccept(accept).map(({ type, quality }) => [type, quality])).toEqual(ranges);
});

/** What an `Accept` field says, by the names of what is true. */
function said(accept: string | undefined): readonly string[] {
  return Object.entries(preferenceOf(accept)).flatMap(([name, is]) => (is ? [name] : []));
}

test.for([
  { accept: undefined, says: ['isOpen'] },
  { accept: '', says: ['isOpen'] },
  { accept: '*/*', says: ['isOpen'] },
  { accept: '*/*;q=0.1', says: ['isOpen'] },
  { accept: 'a/b', says: [] },
  { accept: '*/*, a/b;q=0', says: ['isOpen'] },
  { accept: 'text/*', says: [] },
  { accept: 'text/html', says: ['namesHtml'] },
  { accept: 'text/html, application/json', says: ['namesHtml', 'namesJson'] },
  { accept: 'text/html;q=0.9, application/json', says: ['namesJson'] },
  { accept: 'text/html, application/json;q=0.9', says: ['namesHtml'] },
  { accept: 'text/json', says: ['namesJson'] },
  { accept: 'application/vnd.api+json;q=0.1', says: ['namesJson'] },
  { accept: 'application/json+x', says: [] },
  { accept: 'application/json;q=0.2, text/json', says: ['namesJson'] },
  { accept: 'application/*', says: ['namesJson'] },
  { accept: 'application/*, application/json;q=0', says: ['refusesJson'] },
  { accept: 'application/*, application/json;q=0.1, application/xml;q=0.5', says: ['prefersXml'] },
  { accept: 'application/problem+json', says: ['namesJson', 'namesProblemJson'] },
  { accept: 'application/problem+json;q=0.1, text/html', says: ['namesHtml', 'namesProblemJson'] },
  { accept: 'text/plain;q=0.1', says: ['namesText'] },
  { accept: 'application/xml', says: ['prefersXml'] },
  { accept: 'text/xml, text/html;q=0.9', says: ['namesHtml', 'prefersXml'] },
  { accept: 'application/atom+xml', says: ['prefersXml'] },
  { accept: 'application/xhtml+xml, image/svg+xml', says: [] },
  { accept: 'application/xml, application/json', says: ['namesJson'] },
  { accept: 'application/xml, text/html', says: ['namesHtml'] },
  { accept: 'text/event-stream', says: ['namesEventStream'] },
  { accept: 'text/event-stream;q=0', says: ['isOpen'] },
  { accept: 'text/event-stream, text/html', says: ['namesHtml', 'namesEventStream'] },
  { accept: 'text/event-stream;q=0.9, text/html', says: ['namesHtml'] },
  { accept: 'text/event-stream, application/json', says: ['namesJson', 'namesEventStream'] },
  { accept: 'application/json, text/event-stream', says: ['namesJson'] },
  { accept: 'application/json;q=0.5, text/event-stream', says: ['namesJson', 'namesEventStream'] },
  { accept: 'text/event-stream;q=0.5, application/json', says: ['namesJson'] },
  { accept: 'a/b, text/event-stream, text/json', says: ['namesJson', 'namesEventStream'] },
  { accept: 'application/graphql', says: ['namesGraphql'] },
  { accept: 'application/graphql;q=0', says: ['isOpen'] },
  {
    accept: 'application/graphql-response+json',
    says: ['namesJson', 'namesGraphql', 'namesGraphqlResponse'],
  },
  { accept: 'image/avif, image/webp, */*;q=0.8', says: ['startsWithImage'] },
  { accept: 'image/avif;q=0, */*', says: ['isOpen'] },
  { accept: 'image/avif, text/html', says: ['namesHtml', 'startsWithImage'] },
  { accept: 'image/avif;q=0.9, text/html', says: ['namesHtml'] },
  { accept: 'image/avif;q=0.9, application/json', says: ['namesJson'] },
  { accept: 'text/html, image/avif', says: ['namesHtml'] },
  { accept: 'application/json;q=0', says: ['isOpen', 'refusesJson'] },
  { accept: 'application/*;q=0, text/*;q=0', says: ['isOpen', 'refusesJson', 'refusesText'] },
  { accept: 'application/*;q=0, application/json', says: ['namesJson'] },
  { accept: 'application/json;q=0, application/json', says: ['namesJson'] },
  { accept: 'text/plain;q=0, text/*', says: ['refusesText'] },
  { accept: 'text/plain, text/*;q=0', says: ['namesText'] },
])('Accept: $accept says $says', ({ accept, says }) => {
  expect(said(accept)).toEqual(says);
  // From the memory of the last field, and from that of the fields before it.
  expect(said(accept)).toEqual(says);
  preferenceOf('text/html, a/b');
  expect(said(accept)).toEqual(says);
});

test('thousands of different fields are told apart, and so are long ones', () => {
  for (let nth = 0; nth < 1200; nth++) {
    expect(said(`text/html, x/${nth}`)).toEqual(['namesHtml']);
    expect(said(`text/plain, x/${nth}`)).toEqual(['namesText']);
  }
  expect(said(`text/html, x/${'x'.repeat(2000)}`)).toEqual(['namesHtml']);
  expect(said(`text/plain, x/${'x'.repeat(2000)}`)).toEqual(['namesText']);
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
