import { expect, test } from 'vitest';
import { strayIndent } from '../../src/config/indentation.ts';

/** The line marked with `»`, which is taken out, is the stray one. */
function strayIn(marked: string) {
  return strayIndent(marked.replace('»', ''));
}

function lineOf(marked: string): number {
  return marked.slice(0, marked.indexOf('»')).split('\n').length;
}

test.for([
  { text: '» a: 1\nb: 2\n', spaces: '1 space', siblings: 0 },
  { text: '»  a:\n    b: 1\nc: 2\n', spaces: '2 spaces', siblings: 0 },
  { text: 'a: 1\n»  b: 2\n', spaces: '2 spaces', siblings: 0 },
  { text: 'a:\n  b: 1\n»   c: 2\n', spaces: '3 spaces', siblings: 2 },
  { text: 'a:\n  b: 1\n» c: 2\n', spaces: '1 space', siblings: 2 },
  { text: 'a:\n    b:\n      c: 1\n»  d: 2\n', spaces: '2 spaces', siblings: 4 },
  { text: 'a:\n  - b: 1\n»   - c: 2\n', spaces: '3 spaces', siblings: 4 },
  { text: 'a:\n  - b: 1\n»   c: 2\n', spaces: '3 spaces', siblings: 4 },
  { text: 'a:\n  - b: 1\n»     c: 2\n', spaces: '5 spaces', siblings: 4 },
  { text: 'a:\n  -\n    b: 1\n»   c: 2\n', spaces: '3 spaces', siblings: 4 },
  { text: 'a: &x !!map\n  b: 1\n»   c: 2\n', spaces: '3 spaces', siblings: 2 },
  { text: '"ab": 1\n»  \'cd\': 2\n', spaces: '2 spaces', siblings: 0 },
  { text: 'a: 1\n»  "b":\n    c: 2\n', spaces: '2 spaces', siblings: 0 },
  // Of a key in the depth of a row of dashes.
  { text: '- -a: 1\n»   b: 2\n', spaces: '3 spaces', siblings: 2 },
  { text: 'a: |\n  b: 1\n     c: 2\nd: 1\n»  e: 2\n', spaces: '2 spaces', siblings: 0 },
  { text: 'a: [1,\n      b: 2]\nc: 1\n» d: 1\n', spaces: '1 space', siblings: 0 },
  { text: 'a: { b: "}",\n     c: 2 }\nd: 1\n» e: 1\n', spaces: '1 space', siblings: 0 },
  { text: 'a: 1\r\n»  b: 2\r\n', spaces: '2 spaces', siblings: 0 },
  { text: '# c\n\n---\n» a: 1\nb: 2\n', spaces: '1 space', siblings: 0 },
  // A text that ends with what elsewhere begins something.
  { text: 'a: 50%\n»  b: 2\n', spaces: '2 spaces', siblings: 0 },
  { text: 'a: b > c\n»  d: 2\n', spaces: '2 spaces', siblings: 0 },
  // Brackets in quotes, in variables and in comments are none.
  { text: 'a: "[{"\n»  b: 2\n', spaces: '2 spaces', siblings: 0 },
  { text: 'a: "\\"[{"\n»  b: 2\n', spaces: '2 spaces', siblings: 0 },
  { text: "a: '[{'\n»  b: 2\n", spaces: '2 spaces', siblings: 0 },
  { text: 'a: $' + '{B:-{}\n»  b: 2\n', spaces: '2 spaces', siblings: 0 },
  { text: '# [{\na: 1 # [{\n»  b: 2\n', spaces: '2 spaces', siblings: 0 },
])('$text: the marked line is stray', ({ text, spaces, siblings }) => {
  expect(strayIn(text)).toEqual({
    line: lineOf(text),
    found: `${spaces} before this line, where its neighbours have ${siblings}`,
    expected: 'the same indentation as its neighbours (a stray space?)',
  });
});

test.for([
  '',
  '# nothing\n',
  'a: 1\nb: 2\n',
  'a:\n  b:\n    c: 1\n  d: 2\ne: 3\n',
  'a:\n- b\n- c: 1\n  d: 2\n- - e\n  - f\n',
  'a:\n  - b: 1\n    c: 2\n  - d: 3\n',
  // What stands in a block of text is text.
  'a: |\n   b: 1\n  c: 2\nd: 3\n',
  'a: >+\n    b: 1\n      c: 2\n\n  d: 4\ne: 1\n',
  'a: |2\n    b: 1\n  c: 2\n',
  // Within brackets there is no indentation.
  'a: [\n1, b: 2,\n     c: 3\n]\nd: 4\n',
  'a: {\n      b: 1,\n   c: 2 }\nd: 3\n',
  // Dashes in a row open a level each, however far they stand apart.
  '- - a: 1\n    b: 2\n  - c: 3\n- d: 4\n',
  '-   - a: 1\n      b: 2\n    - c: 3\n- d: 4\n',
  // No keys: texts that go on, comments, addresses.
  'a: text\n  goes on\nb: 1\n',
  'a: "text\n  *goes* on: and on"\nb: 1\n',
  'a: "text\n  -goes on: and on"\nb: 1\n',
  'a:\n  b: # c\n    d: 1\n  e: 2\n',
  'a: 1 # b: 2\n   # c: 3\nb: http://c:80\n',
  '---\na: 1\n...\n',
  '%YAML 1.2\n---\na: 1\n',
])('%o has no stray line', (text) => {
  expect(strayIndent(text)).toBeUndefined();
});
