import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { writeSoon } from '../../src/gateway/write-soon.ts';

/** Has so many write, and tells whose turn it was. */
function writers(count: number): number[] {
  const written: number[] = [];
  for (let index = 0; index < count; index += 1) writeSoon({ write: () => written.push(index) });
  return written;
}

test('all write at the end of the turn, in the order in which they asked', async () => {
  const written = writers(3);
  await Promise.resolve();
  expect(written).toEqual([]);
  await nextTurn();
  expect(written).toEqual([0, 1, 2]);
});

test('the first of many does not wait for all of them', async () => {
  const written = writers(100);
  expect(written).toHaveLength(64);
  await nextTurn();
  expect(written).toHaveLength(100);
});

test('who asks again while others write has its turn at the end of the next', async () => {
  const written: string[] = [];
  writeSoon({
    write() {
      written.push('first');
      writeSoon({ write: () => written.push('again') });
    },
  });
  await nextTurn();
  expect(written).toEqual(['first']);
  await nextTurn();
  expect(written).toEqual(['first', 'again']);
});
