import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextWaitMs, retryAfterMs } from '../../src/statuspage/pace.ts';

const calm = { pollMs: 30_000, isTroubled: false, failures: 0, askedMs: null, chance: 0.5 };

test.for([
  { name: 'all well', pace: calm, wait: 30_000 },
  { name: 'the earliest', pace: { ...calm, chance: 0 }, wait: 24_000 },
  { name: 'troubled', pace: { ...calm, isTroubled: true }, wait: 15_000 },
  {
    name: 'troubled, but read more often anyway',
    pace: { ...calm, pollMs: 5_000, isTroubled: true },
    wait: 5_000,
  },
  { name: 'one failure', pace: { ...calm, failures: 1 }, wait: 30_000 },
  { name: 'three failures', pace: { ...calm, failures: 3 }, wait: 120_000 },
  { name: 'a hundred failures', pace: { ...calm, failures: 100 }, wait: 600_000 },
  {
    name: 'a hundred failures, troubled',
    pace: { ...calm, isTroubled: true, failures: 100 },
    wait: 60_000,
  },
  {
    name: 'an hourly page that fails',
    pace: { ...calm, pollMs: 3_600_000, failures: 3 },
    wait: 3_600_000,
  },
  { name: 'a pause of five minutes', pace: { ...calm, askedMs: 300_000 }, wait: 330_000 },
  { name: 'a pause of a day', pace: { ...calm, askedMs: 86_400_000 }, wait: 600_000 },
  { name: 'a pause of a second', pace: { ...calm, askedMs: 1_000 }, wait: 30_000 },
])('$name: $wait ms', ({ pace, wait }) => {
  expect(nextWaitMs(pace)).toBe(wait);
});

test('no wait is shorter than 80 % of the interval, nor than the pause asked for', () => {
  const pace = fc.record({
    pollMs: fc.integer({ min: 1_000, max: 3_600_000 }),
    isTroubled: fc.boolean(),
    failures: fc.nat(10_000),
    askedMs: fc.option(fc.nat(600_000)),
    chance: fc.double({ min: 0, max: 0.999, noNaN: true }),
  });
  fc.assert(
    fc.property(pace, (any) => {
      const wait = nextWaitMs(any);
      const interval = any.isTroubled ? Math.min(any.pollMs, 15_000) : any.pollMs;
      expect(wait).toBeGreaterThanOrEqual(Math.floor(interval * 0.8));
      expect(wait).toBeGreaterThanOrEqual(any.askedMs ?? 0);
      expect(wait).toBeLessThanOrEqual(Math.max(600_000, interval) * 1.2);
    }),
  );
});

test.for([
  { value: '120', ms: 120_000 },
  { value: '999999', ms: 600_000 },
  { value: 'Thu, 01 Jan 1970 00:01:10 GMT', ms: 60_000 },
  { value: 'Thu, 01 Jan 1970 00:00:00 GMT', ms: 0 },
  { value: '-5', ms: null },
  { value: 'soon', ms: null },
  { value: null, ms: null },
])('Retry-After: $value is $ms ms', ({ value, ms }) => {
  expect(retryAfterMs(value, 10_000)).toBe(ms);
});
