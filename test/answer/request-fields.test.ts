import { expect, test } from 'vitest';
import { readFields } from '../../src/answer/request-fields.ts';

const NONE = readFields([]);

test('what did not come is undefined', () => {
  expect(Object.keys(NONE)).toHaveLength(15);
  expect(new Set(Object.values(NONE))).toEqual(new Set([undefined]));
});

test('a field that came twice is one list, and other fields are nobody’s', () => {
  const raw = ['accept', 'a/b', 'X-A', 'c', 'ACCEPT', 'd/e', 'Host', 'app.example'];
  expect(readFields(raw)).toEqual({ ...NONE, accept: 'a/b, d/e', host: 'app.example' });
});

test('a name without a value is not read', () => {
  expect(readFields(['Host', 'app.example', 'Accept'])).toEqual({ ...NONE, host: 'app.example' });
});
