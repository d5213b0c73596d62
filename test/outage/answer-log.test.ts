import { expect, onTestFinished, test } from 'vitest';
import { AnswerLog } from '../../src/outage/answer-log.ts';
import type { Store } from '../../src/outage/store.ts';
import { storeHere } from '../support/store-here.ts';
import { FACTS } from './unknown-write.ts';

function logIn(store: Store = storeHere()): AnswerLog {
  const answers = new AnswerLog(store);
  onTestFinished(() => answers[Symbol.dispose]());
  return answers;
}

test('a write with unknown outcome is found by its reference after a restart, other answers are not', async () => {
  const store = storeHere();
  const answers = logIn(store);
  const safe = { ...FACTS, isUnknownWrite: false };
  answers.record('write', FACTS);
  answers.record('read', safe);
  const [write, read] = [await answers.find('write'), await answers.find('read')];
  expect(write.answers).toMatchObject([{ reference: 'write', facts: FACTS }]);
  expect(write.unknownOutcomes).toMatchObject([{ reference: 'write', status: 504 }]);
  expect(read.answers).toMatchObject([{ reference: 'read', facts: safe }]);
  expect(read.unknownOutcomes).toEqual([]);
  expect(write.answers[0]?.at).toBe(write.unknownOutcomes[0]?.at);

  const later = logIn(store);
  const { unknownOutcomes } = write;
  expect(await later.find('write')).toEqual({ answers: [], unknownOutcomes });
});

test('at its end what was counted only is written down', async () => {
  const store = storeHere();
  const answers = logIn(store);
  for (let count = 0; count < 1_300; count += 1) answers.record('storm', FACTS);
  answers[Symbol.dispose]();
  const all = [0, Number.MAX_SAFE_INTEGER, null];
  const [row] = await store.read<{ count: number }>('unknown_overflows.total', all);
  expect(row?.count).toBeGreaterThanOrEqual(100); // Two minutes at most have passed.
});
