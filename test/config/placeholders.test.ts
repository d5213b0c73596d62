import { expect, test } from 'vitest';
import { envelope, PLACEHOLDERS } from '../../src/config/placeholders.ts';

/** Where an envelope is refused, and in which words. */
function issuesOf(value: unknown) {
  const parsed = envelope().safeParse(value);
  return parsed.success ? [] : parsed.error.issues;
}

test('every placeholder is known, in texts at any depth, and what is taken is what was given', () => {
  const all = PLACEHOLDERS.map((name) => `{${name}}`);
  const value = { all, nested: [{ text: `so: ${all.join(' ')}` }], code: 5, none: null, is: true };
  expect(envelope().parse(value)).toEqual(value);
  expect(envelope().parse(['{status}'])).toEqual(['{status}']);
});

test.for([
  { value: { a: '{statuss}' }, path: ['a'], hint: '; did you mean {status}?' },
  { value: { a: { b: ['x', '{nope}'] } }, path: ['a', 'b', 1], hint: '' },
  { value: ['{Message}'], path: [0], hint: '; did you mean {message}?' },
])('an unknown placeholder in $value is refused where it stands', ({ value, path, hint }) => {
  const [issue, ...more] = issuesOf(value);
  expect(more).toEqual([]);
  expect(issue?.path).toEqual(path);
  expect(issue?.message).toMatch(/^status, reason, verdict.* or incidentUrl|^one of/);
  expect(issue?.message.endsWith(hint === '' ? 'incidentUrl' : hint)).toBe(true);
});

test('each unknown placeholder of a text is told', () => {
  expect(issuesOf({ a: '{one} {status} {two}' })).toHaveLength(2);
});

test.for(['text', 7, true, null])('%o is no body of an error', (value) => {
  const messages = issuesOf(value).map(({ message }) => message);
  expect(messages).toContain('a mapping or a list: the JSON of an error body');
});

test.for([{ a: '{' }, { a: '{}' }, { a: '{a b}' }, { a: '}status{' }, { '{nope}': 'x' }])(
  '%o holds no placeholder',
  (value) => {
    expect(issuesOf(value)).toEqual([]);
  },
);
