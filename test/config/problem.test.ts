import { expect, test } from 'vitest';
import {
  foundText,
  nearest,
  type Problem,
  problemLine,
  problemReporter,
} from '../../src/config/problem.ts';

const problem: Problem = {
  file: 'candor.yaml',
  line: 2,
  column: 3,
  path: 'limits.held',
  found: '7x',
  expected: 'a number',
  message: 'found 7x, expected a number',
};

test.for([
  { given: {}, line: 'candor.yaml:2:3: limits.held: found 7x, expected a number' },
  { given: { path: '' }, line: 'candor.yaml:2:3: found 7x, expected a number' },
  { given: { column: null }, line: 'candor.yaml:2:1: limits.held: found 7x, expected a number' },
  { given: { line: null, path: '' }, line: 'candor.yaml: found 7x, expected a number' },
])('a problem in one line: $line', ({ given, line }) => {
  expect(problemLine({ ...problem, ...given })).toBe(line);
});

test.for([
  { text: 'limits:\n  held: 7x\nstore: memory\n', shown: '\n    held: 7x\n    ^\n' },
  { text: 'limits:\r\n  held: 7x\r\n', shown: '\n    held: 7x\n    ^\n' },
  { text: 'limits:\n \theld: 7x\n', shown: '\n    held: 7x\n    ^\n' },
  { text: 'limits:\n  \n', shown: '\n' },
  { text: 'limits:', shown: '\n' },
])('its report shows where it stands in $text', ({ text, shown }) => {
  expect(problemReporter(text)(problem)).toBe(`${problemLine(problem)}${shown}`);
});

test('without a column the beginning of the line is meant, and without a line nothing is shown', () => {
  expect(problemReporter('a\nb')({ ...problem, column: null })).toMatch(/\n {2}b\n {2}\^\n$/);
  expect(problemReporter('a\nb')({ ...problem, line: null })).toBe(
    `${problemLine({ ...problem, line: null })}\n`,
  );
});

test.for([
  { from: 1, shown: `${'a'.repeat(160)}…`, at: 1 },
  { from: 81, shown: `${'a'.repeat(160)}…`, at: 81 },
  { from: 82, shown: `…${'a'.repeat(160)}…`, at: 82 },
  { from: 1_000, shown: `…${'a'.repeat(81)}`, at: 82 },
])('of a long line what is around column $from is shown', ({ from, shown, at }) => {
  const report = problemReporter('a'.repeat(1_000))({ ...problem, line: 1, column: from });

  expect(report).toBe(
    `${problemLine({ ...problem, line: 1, column: from })}\n  ${shown}\n  ${' '.repeat(at - 1)}^\n`,
  );
});

test.for([
  { line: 'token: abc, d{e', shown: 'token: ********' },
  { line: 'token: "a\\"b" # c', shown: 'token: ****** # c' },
  { line: "secret: 'it''s, so' # c", shown: 'secret: *********** # c' },
  { line: 'secret: "left open', shown: 'secret: **********' },
  { line: '"secret" : abc', shown: '"secret" : ***' },
  { line: 'secret: secret', shown: 'secret: ******' },
  { line: 'a: { token: abc, b: c }', shown: 'a: { token: ***, b: c }' },
  { line: 'a: {token: "b,c", secret: d}', shown: 'a: {token: *****, secret: *}' },
  { line: 'DB_PASSWORD: abc', shown: 'DB_PASSWORD: ***' },
  { line: '- OPS_TOKEN=abc', shown: '- OPS_TOKEN=***' },
  { line: 'secrets: [a, b]', shown: 'secrets: [a, b]' },
  { line: 'url: http://me:p@ss@a/b@c', shown: 'url: http://*******@a/b@c' },
  { line: '[http://a, http://b:c@d]', shown: '[http://a, http://***@d]' },
])('of $line a report shows no secret', ({ line, shown }) => {
  expect(problemReporter(line)({ ...problem, line: 1, column: 1 })).toBe(
    `${problemLine({ ...problem, line: 1, column: 1 })}\n  ${shown}\n  ^\n`,
  );
});

test.for([
  { value: undefined, text: 'nothing' },
  { value: null, text: 'nothing' },
  { value: [], text: 'an empty list' },
  { value: [1], text: 'a list' },
  { value: {}, text: 'a mapping' },
  { value: 0.5, text: '0.5' },
  { value: 'x'.repeat(60), text: `"${'x'.repeat(60)}"` },
  { value: 'x'.repeat(61), text: `"${'x'.repeat(60)}…"` },
  { value: 'http://me:p@ss@app/', text: '"http://…@app/"' },
  { value: 'http://app/@me', text: '"http://app/@me"' },
])('$value is named $text', ({ value, text }) => {
  expect(foundText(value)).toBe(text);
});

test.for([
  { name: 'hodl', known: ['hold', 'held'], meant: undefined },
  { name: 'holds', known: ['held', 'hold'], meant: 'hold' },
  { name: 'xhold', known: ['hold'], meant: 'hold' },
  { name: 'xxhold', known: ['hold'], meant: 'hold' },
  { name: 'xxxhold', known: ['hold'], meant: undefined },
  { name: 'HOLD', known: ['hold'], meant: 'hold' },
  { name: 'a', known: ['ab'], meant: 'ab' },
  { name: 'a', known: ['abc'], meant: undefined },
  { name: 'timeuots', known: ['endpoints', 'timeouts'], meant: 'timeouts' },
  { name: 'login', known: [], meant: undefined },
])('of $known, $name meant $meant', ({ name, known, meant }) => {
  expect(nearest(name, known)).toBe(meant);
});
