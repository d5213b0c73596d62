import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SYSTEM_CLOCK } from '../../src/upstream/clock.ts';
import { Pace } from '../../src/upstream/pace.ts';

test('while there is enough for all, each gets what it wishes for', () => {
  const pace = new Pace(SYSTEM_CLOCK, { well: 100 });
  const [one, two] = [pace.join(), pace.join()];
  expect(one.share(20, 1_000)).toBe(20);
  expect(two.share(80, 1_000)).toBe(80);
});

test('beyond that all get the same part of their wish', () => {
  const pace = new Pace(SYSTEM_CLOCK, { well: 100 });
  const [one, two] = [pace.join(), pace.join()];
  one.share(100, 1_000);
  two.share(300, 1_000);
  expect(one.share(100, 1_000)).toBe(25);
  expect(two.share(300, 1_000)).toBe(75);
});

test('who wishes for less, or leaves, leaves more to the others', () => {
  const pace = new Pace(SYSTEM_CLOCK, { well: 100 });
  const [one, two] = [pace.join(), pace.join()];
  two.share(300, 1_000);
  expect(one.share(100, 1_000)).toBe(25);
  two.share(100, 1_000);
  expect(one.share(100, 1_000)).toBe(50);
  two.leave();
  expect(one.share(100, 1_000)).toBe(100);
});

test('where one endpoint of each is too many, rounds come later', () => {
  const pace = new Pace(SYSTEM_CLOCK, { well: 100 });
  const seats = Array.from({ length: 400 }, () => pace.join());
  for (const seat of seats) expect(seat.quietMs(2_000)).toBe(2_000);
  for (const seat of seats) seat.share(20, 2_000);
  expect(seats[0]?.quietMs(2_000)).toBe(4_000);
  for (const seat of seats.slice(200)) seat.leave();
  expect(seats[0]?.quietMs(2_000)).toBe(2_000);
});

test('nobody goes without, and all together stay within the limit but for that', () => {
  const upstreams = fc.array(
    fc.record({
      endpoints: fc.integer({ min: 1, max: 500 }),
      everyMs: fc.integer({ min: 100, max: 60_000 }),
    }),
    { minLength: 1, maxLength: 50 },
  );
  fc.assert(
    fc.property(upstreams, (wishes) => {
      const pace = new Pace(SYSTEM_CLOCK, { well: 100 });
      const seats = wishes.map((wish) => ({ ...wish, seat: pace.join() }));
      for (const { seat, endpoints, everyMs } of seats) seat.share(endpoints, everyMs);
      const shares = seats.map(({ seat, ...wish }) => ({
        ...wish,
        share: seat.share(wish.endpoints, wish.everyMs),
      }));
      for (const { share, endpoints } of shares) {
        expect(share).toBeGreaterThanOrEqual(1);
        expect(share).toBeLessThanOrEqual(endpoints);
      }
      const rate = (probes: number, everyMs: number) => (probes * 1_000) / everyMs;
      const paced = shares.filter(({ share }) => share > 1);
      const sum = paced.reduce((total, { share, everyMs }) => total + rate(share, everyMs), 0);
      expect(sum).toBeLessThanOrEqual(100 + 1e-6);
    }),
  );
});
