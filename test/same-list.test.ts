import { expect, test } from 'vitest';
import { isSameList } from '../src/same-list.ts';

test.each<[some: readonly string[], others: readonly string[], isSame: boolean]>([
  [[], [], true],
  [['a', 'b'], ['a', 'b'], true],
  [['a', 'b'], ['b', 'a'], false],
  [['a', 'b'], ['a', 'c'], false],
  [['a'], ['a', 'b'], false],
  [['a', 'b'], ['a'], false],
])('%j and %j are the same list: %j', (some, others, isSame) => {
  expect(isSameList(some, others)).toBe(isSame);
});
