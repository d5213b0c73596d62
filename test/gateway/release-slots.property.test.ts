import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ReleaseSlots } from '../../src/gateway/release-slots.ts';

/** How many of the times fall into each second from `from` on. */
function perSecond(times: readonly number[], from: number): number[] {
  const counts: number[] = [];
  for (const at of times) {
    const second = Math.floor((at - from) / 1000);
    counts[second] = (counts[second] ?? 0) + 1;
  }
  return Array.from(counts, (count) => count ?? 0);
}

const BEGAN = 123_456.7;

test.for([
  { pages: 1, seconds: 1, most: 1 },
  { pages: 50, seconds: 10, most: 5 },
  { pages: 51, seconds: 11, most: 5 },
  { pages: 1_000, seconds: 58, most: 20 },
  { pages: 2_230, seconds: 119, most: 20 },
  { pages: 5_000, seconds: 119, most: 46 },
])('$pages pages at once come back in $seconds slots', ({ pages, seconds, most }) => {
  const slots = new ReleaseSlots(BEGAN, Math.random);
  const times = Array.from({ length: pages }, () => slots.take(BEGAN));
  const counts = perSecond(times, BEGAN + 1000);
  expect(counts).toHaveLength(seconds);
  expect(Math.max(...counts.slice(0, 10))).toBeLessThanOrEqual(5);
  expect(Math.max(...counts)).toBe(most);
  expect(slots.lastAt).toBe(Math.max(...times));
});

test('whoever asks long after has the next second, and a place that is looked at is not taken', () => {
  const slots = new ReleaseSlots(0, () => 0);
  const now = 3_600_000;
  const times = Array.from({ length: 100 }, () => slots.look(now));
  expect(new Set(times)).toEqual(new Set([now + 1000]));
  expect(slots.lastAt).toBeNull();
});

test('whenever pages ask, each waits for one second to two minutes, and no second has more than its share', () => {
  const asking = fc.array(fc.integer({ min: 0, max: 1500 }), { minLength: 1, maxLength: 400 });
  fc.assert(
    fc.property(
      asking,
      fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
      (pauses, chance) => {
        const slots = new ReleaseSlots(0, () => chance.next().value ?? 0);
        let now = 0;
        const times = pauses.map((pause) => {
          now += pause;
          const at = slots.take(now);
          expect(at - now).toBeGreaterThanOrEqual(1000);
          expect(at - now).toBeLessThanOrEqual(120_000);
          return at;
        });
        const counts = perSecond(times, 1000);
        expect(Math.max(...counts.slice(0, 10))).toBeLessThanOrEqual(5);
        expect(Math.max(...counts)).toBeLessThanOrEqual(20);
      },
    ),
    { numRuns: 200 },
  );
});
