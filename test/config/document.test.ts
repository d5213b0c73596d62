import { expect, test } from 'vitest';
import { type Dialect, settingsDialect } from '../../src/config/dialect.ts';
import { readDocument } from '../../src/config/document.ts';
import { marked } from './marked.ts';

const WITH_MERGE_KEYS: Dialect = { ...settingsDialect({}), hasMergeKeys: true };

const read = (text: string) => readDocument(text, WITH_MERGE_KEYS);

const ANCHORS = 'x: &x { a: 1, b: 2 }\ny: &y { b: 3, c: 4 }\nz: &z { <<: *y, d: 5 }\n';

test.for([
  { text: '<<: *x', value: { a: 1, b: 2 } },
  { text: '{ b: 9, <<: *x }', value: { a: 1, b: 9 } },
  { text: '{ <<: *x, b: 9 }', value: { a: 1, b: 9 } },
  { text: '<<: [*x, *y]', value: { a: 1, b: 2, c: 4 } },
  { text: '<<: [*y, *x]', value: { a: 1, b: 3, c: 4 } },
  { text: '<<: [[*y], { e: 6 }]', value: { b: 3, c: 4, e: 6 } },
  { text: '<<: *z', value: { b: 3, c: 4, d: 5 } },
  { text: '<<: { <<: *x, b: 9 }', value: { a: 1, b: 9 } },
])('$text takes over what is not there yet', ({ text, value }) => {
  const document = read(`${ANCHORS}own:\n  ${text}\n`);

  expect(document).toMatchObject({ faults: [], findings: [] });
  expect(document.value).toMatchObject({ own: value });
  expect(Object.keys(Object(document.value).own)).toHaveLength(Object.keys(value).length);
});

test('what is merged is found where it is written, and a section that is merged at its own place', () => {
  const { text, line, column } = marked('x: &x\n  a: »1\nown: { <<: *x }\n');

  expect(read(text).placeOf(['own', 'a'], 'value')).toEqual({ line, column });
});

test.for([
  {
    name: 'a text',
    source: 'own: { <<: »text }',
    fault: { at: 'value', found: 'no mapping to merge' },
  },
  {
    name: 'an alias of a text',
    source: 'x: &x text\nown: { <<: »*x }',
    fault: {
      at: 'value',
      found: '*x, which is no mapping',
      expected: 'an alias of a mapping, such as *defaults',
    },
  },
  {
    name: 'a list with a text',
    source: 'x: &x { a: 1 }\nown: { <<: [*x, »text] }',
    fault: { at: 'value', found: 'no mapping to merge' },
  },
  {
    name: 'a second merge key',
    source: 'x: &x { a: 1 }\nown:\n  <<: *x\n  »<<: *x\n',
    fault: { at: 'key', found: 'the key "<<" again, first on line 3', expected: 'each key once' },
  },
])('$name is not merged', ({ source, fault: { at, ...said } }) => {
  const { text, line, column } = marked(source);

  const { findings, placeOf } = read(text);

  expect(findings).toMatchObject([{ path: ['own', '<<'], at, ...said }]);
  expect(findings.map((finding) => placeOf(finding.path, finding.at))).toEqual([{ line, column }]);
});

test('merges are refused beyond as many as values may be, and beyond fifty levels', () => {
  const many = read(`own: { <<: [${'{},'.repeat(20_000)}] }`);
  const deep = (levels: number) =>
    read(`${ANCHORS}own: { <<: ${'['.repeat(levels)}*x${']'.repeat(levels)} }`).faults;

  expect(many.faults).toMatchObject([{ found: 'aliases that multiply' }]);
  expect(deep(50)).toEqual([]);
  expect(deep(51)).toHaveLength(1);
});

test.for([
  { count: 20_000, faults: 0 },
  { count: 20_001, faults: 1 },
])('$count values are read with $faults faults', ({ count, faults }) => {
  expect(read(`[${'1,'.repeat(count - 1)}]`).faults).toHaveLength(faults);
});

test('of a text without quotes, the dialect is asked whether it may stand there', () => {
  const asked: unknown[] = [];
  const refusing: Dialect = {
    ...WITH_MERGE_KEYS,
    refusePlain: (plain) => {
      asked.push(plain);
      return plain.text === 'off' ? { found: 'off', expected: 'quotes' } : undefined;
    },
  };

  const { findings, value } = readDocument(
    'a: off\nb: "off"\nc: { d: [on\n    e] }\nf: 1\n',
    refusing,
  );

  expect(asked).toEqual([
    { text: 'off', written: 'off', column: 4, isItem: false },
    { text: 'on e', written: 'on\n    e', column: 10, isItem: true },
  ]);
  expect(findings).toEqual([{ path: ['a'], at: 'value', found: 'off', expected: 'quotes' }]);
  expect(value).toMatchObject({ b: 'off', c: { d: ['on e'] }, f: 1 });
});

test('the environment is asked for texts with a $ alone, and what it filled in is known', () => {
  const { value, isFilledIn } = readDocument(
    'a: $' + '{A}\nb: $B\nc: c\n',
    settingsDialect({ A: 'x', B: 'y' }),
  );

  expect(value).toEqual({ a: 'x', b: '$B', c: 'c' });
  expect(['a', 'b', 'c'].map((name) => isFilledIn([name]))).toEqual([true, false, false]);
});

test.for([
  { text: 'a: 1\n', spaces: undefined },
  { text: ' a: 1\n', spaces: '1 space' },
  { text: '# c\n   a: 1\n', spaces: '3 spaces' },
  { text: '  { a: 1 }\n', spaces: undefined },
  { text: '  - a\n', spaces: undefined },
])('$text begins with a stray space: $spaces', ({ text, spaces }) => {
  const found = `${spaces} before the first key`;
  const warning = { path: [], at: 'value', found, expected: 'none (a stray space?)' };

  expect(read(text).warnings).toEqual(spaces === undefined ? [] : [warning]);
});
