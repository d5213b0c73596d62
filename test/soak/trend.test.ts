import { expect, test } from 'vitest';
import { chanceOf } from '../simulation/chance.ts';
import { isFlat, trendOf } from './trend.ts';

/** A heap: it grows by 3 a second with some noise, and falls back whenever it has reached 60. */
function saw(seed: number, growth: number): number[] {
  const chance = chanceOf(seed);
  let garbage = 0;
  return Array.from({ length: 300 }, (_, second) => {
    garbage = garbage > 60 ? 0 : garbage + 6 * chance();
    return 100 + garbage + growth * second;
  });
}

test('of a heap that breathes and does not grow, at most a few in a hundred seem to', () => {
  const seeds = Array.from({ length: 200 }, (_, seed) => seed);
  const growing = seeds.filter((seed) => {
    const trend = trendOf(saw(seed, 0));
    return trend !== null && !isFlat(trend);
  });

  expect(growing.length).toBeLessThanOrEqual(8);
});

test('a growth of a twentieth of a breath within the time is seen', () => {
  for (let seed = 0; seed < 50; seed += 1) {
    const trend = trendOf(saw(seed, 0.2));
    expect(trend?.low).toBeGreaterThan(0);
    expect(trend?.slope).toBeCloseTo(0.2, 1);
  }
});

test('what comes and goes is no growth, however often it comes towards the end', () => {
  const burst = (second: number) => (second % 20 < second / 50 ? 20 : 0);
  const samples = Array.from({ length: 300 }, (_, second) => 123 + burst(second));
  expect(trendOf(samples)).toMatchObject({ slope: 0, mean: 123 });
});

test('what stands still is flat, what falls as well, and fewer samples than blocks tell nothing', () => {
  expect(trendOf(Array(100).fill(7))).toEqual({ slope: 0, low: 0, high: 0, mean: 7 });
  expect(isFlat({ slope: -1, low: -2, high: -0.5, mean: 7 })).toBe(true);
  expect(trendOf([1, 2, 3])).toBeNull();
});
