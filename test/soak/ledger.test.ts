import { expect, test } from 'vitest';
import { type Deed, judgeWrites, type Told } from './ledger.ts';

const ONCE: Deed = { times: 1, isIntact: true };

test.for<{ name: string; told: Told | null; deed: Deed | null; bad: readonly string[] }>([
  { name: 'a reply, processed once', told: 'processed', deed: ONCE, bad: [] },
  { name: 'a reply, never processed', told: 'processed', deed: null, bad: ['lost write'] },
  {
    name: 'a reply, processed twice',
    told: 'processed',
    deed: { times: 2, isIntact: true },
    bad: ['doubled write'],
  },
  {
    name: 'a reply, and another body',
    told: 'processed',
    deed: { times: 1, isIntact: false },
    bad: ['damaged write'],
  },
  { name: 'not processed, and it was not', told: 'not_processed', deed: null, bad: [] },
  {
    name: 'not processed, and it was',
    told: 'not_processed',
    deed: ONCE,
    bad: ['denied write'],
  },
  { name: 'unknown, processed once', told: 'unknown', deed: ONCE, bad: [] },
  { name: 'unknown, never processed', told: 'unknown', deed: null, bad: [] },
  {
    name: 'unknown, processed twice',
    told: 'unknown',
    deed: { times: 2, isIntact: true },
    bad: ['doubled write'],
  },
  { name: 'processed, and never sent', told: null, deed: ONCE, bad: ['damaged write'] },
])('$name: $bad', ({ told, deed, bad }) => {
  const words = new Map(told === null ? [] : [['a', told]]);
  const deeds = new Map(deed === null ? [] : [['a', deed]]);

  expect(judgeWrites(words, deeds).map(({ kind }) => kind)).toEqual(bad);
});
