import { expect, test } from 'vitest';
import { fuzz } from './fuzz.ts';
import { mutate } from './mutate.ts';
import { Random } from './random.ts';
import type { Target } from './target.ts';
import { TARGETS } from './targets.ts';

/** A few turns for each `npm test`, the same ones each time; `npm run fuzz` goes on from there. */
const SEED = 20230719;
const RUNS = 20;

test.for(TARGETS)('$name: what is kept, and a few turns more', async (target) => {
  const { finding } = await fuzz(target, {
    seed: SEED,
    coverage: null,
    isEnough: (runs) => runs >= RUNS,
  });
  expect(finding).toBeNull();
});

const NAIVE: Target = {
  name: 'naive',
  about: 'a reader that falls over a word',
  seeds: ['harmless'],
  words: ['needle'],
  mostBytes: 100,
  mostMs: 1_000,
  check(input) {
    if (input.includes('needle')) throw new Error('found');
  },
};

test('what does not hold is found, with the input that shows it, and the same again by its seed', async () => {
  const options = { seed: SEED, coverage: null, isEnough: (runs: number) => runs >= 2_000 };
  const first = await fuzz(NAIVE, options);
  expect(first.finding?.input.toString()).toContain('needle');
  expect(await fuzz(NAIVE, options)).toEqual(first);
});

test('an input is never longer than the target reads', () => {
  const random = new Random(SEED);
  const stock = { pool: [Buffer.from('12 abc'), Buffer.alloc(0)], words: ['x'], mostBytes: 50 };
  for (let turn = 0; turn < 2_000; turn += 1) {
    expect(mutate(stock, random).length).toBeLessThanOrEqual(50);
  }
});
