import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasMembers, readJson } from '../../src/gateway/json-content.ts';

const BODY = {
  error: { code: 'invalid_credentials', 'sub.code': 7, retry: false, hint: null },
  errors: [{ type: 'other' }, { type: 'login' }],
  'a.b': 1,
  a: { b: 2, c: 3 },
};

test.for([
  { members: { 'error.code': 'invalid_credentials' }, has: true },
  { members: { 'error.code': 'invalid_credentials', 'errors.1.type': 'login' }, has: true },
  { members: { 'error.code': 'invalid_credentials', 'errors.0.type': 'login' }, has: false },
  { members: { 'error.sub.code': 7 }, has: true },
  { members: { 'error.sub.code': '7' }, has: false },
  { members: { 'error.retry': false, 'error.hint': null }, has: true },
  { members: { 'error.retry': 0 }, has: false },
  { members: { 'error.gone': null }, has: false },
  { members: { error: 'invalid_credentials' }, has: false },
  { members: { 'a.b': 1, 'a.c': 3 }, has: true },
  { members: { 'errors.length': 2 }, has: false },
  { members: { 'errors.2.type': 'login', 'error.code.length': 19 }, has: false },
  { members: { 'constructor.name': 'Object', __proto__: null }, has: false },
  { members: { 'error.code.0': 'i' }, has: false },
  { members: { 'error.hint.gone': null }, has: false },
  { members: { c: 3, ab: 2 }, has: false },
])('$members: $has', ({ members, has }) => {
  expect(hasMembers(BODY, members as Record<string, string>)).toBe(has);
});

test('a path without dots names a member of the document itself', () => {
  expect(hasMembers({ a: { ab: 1 } }, { ab: 1 })).toBe(false);
  expect(hasMembers(null, { a: 1 })).toBe(false);
});

test.for([
  { text: '{"a":null,"b":["c",1,true,{"d":"e"}]}', strings: ['c', 'e'] },
  { text: `["while(1);", ")]}'", "for(;;);"]`, strings: ['while(1);', ")]}'", 'for(;;);'] },
  { text: ' \n while(1);["a"]', strings: ['a'] },
  { text: `)]}'["a"]`, strings: ['a'] },
])('the strings of $text', ({ text, strings }) => {
  expect(readJson(text)?.strings.toSorted()).toEqual(strings.toSorted());
});

test('every value of a document is found at its path', () => {
  const name = fc.stringMatching(/^[a-z_]{1,6}$/);
  const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 5 }), value, (path, leaf) => {
      const root = path.reduceRight<unknown>((inner, step) => ({ other: 1, [step]: inner }), leaf);
      fc.pre(!path.includes('other'));
      expect(hasMembers(root, { [path.join('.')]: leaf })).toBe(true);
      expect(hasMembers(root, { [path.join('.')]: `${leaf}!` })).toBe(false);
    }),
  );
});

test.for(['', '{', '"text"', '7', 'null', 'false', 'while (true)', '<p>', '{"a":1}}', ')]}'])(
  '%j is no JSON document',
  (text) => expect(readJson(text)).toBeNull(),
);

test.for(['{"a":1}', '\n [1]', ")]}',\n[1]", 'while(1);{"a":[]}', 'for(;;);[]'])(
  '%j is a JSON document',
  (text) => expect(readJson(text)).not.toBeNull(),
);

test('a document that is nested very deeply is read', () => {
  const depth = 100_000;
  const found = readJson(`${'['.repeat(depth)}"deep"${']'.repeat(depth)}`);
  expect(found === null ? [] : found.strings).toEqual(found === null ? [] : ['deep']);
});
