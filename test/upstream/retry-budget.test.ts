import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Window } from '../../src/outage/window.ts';
import { RetryBudget } from '../../src/upstream/retry-budget.ts';
import { DETECTION } from '../support/detection.ts';

const AT = 1_700_000_000_000;

test.for([
  { requests: 0, isInTrouble: false, left: 10 },
  { requests: 40, isInTrouble: false, left: 10 },
  { requests: 100, isInTrouble: false, left: 20 },
  { requests: 0, isInTrouble: true, left: 0 },
  { requests: 4, isInTrouble: true, left: 0 },
  { requests: 5, isInTrouble: true, left: 1 },
  { requests: 100, isInTrouble: true, left: 20 },
])('$requests requests, in trouble: $isInTrouble, allow $left retries', ({ left, ...income }) => {
  const budget = new RetryBudget(DETECTION);
  expect(budget.left({ at: AT, ...income })).toBe(left);
  const taken = Array.from({ length: 50 }, () => budget.take({ at: AT, ...income }));
  expect(taken.filter(Boolean)).toHaveLength(left);
  expect(budget.left({ at: AT, ...income })).toBe(0);
});

test('a retry is given back when the window has passed', () => {
  const budget = new RetryBudget(DETECTION);
  const income = { requests: 5, isInTrouble: true };
  expect(budget.take({ at: AT, ...income })).toBe(true);
  expect(budget.take({ at: AT + 9_000, ...income })).toBe(false);
  expect(budget.take({ at: AT + 10_500, ...income })).toBe(true);
});

test('in trouble there is never more than the share of the requests, whenever they come', () => {
  const step = fc.record({
    ms: fc.nat({ max: 4_000 }),
    requests: fc.nat({ max: 30 }),
    takes: fc.nat({ max: 30 }),
  });
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 60 }),
      fc.constantFrom(0.1, 0.2, 0.5, 1),
      (steps, retryShare) => {
        const budget = new RetryBudget({ ...DETECTION, retryShare });
        const window = new Window(DETECTION.windowMs);
        let at = AT;
        let requests = 0;
        let retries = 0;
        for (const one of steps) {
          at += one.ms;
          for (let request = 0; request < one.requests; request += 1) window.failed(at);
          requests += one.requests;
          for (let take = 0; take < one.takes; take += 1) {
            const income = { at, requests: window.requests(at), isInTrouble: true };
            if (budget.take(income)) retries += 1;
          }
          expect(retries).toBeLessThanOrEqual(requests * retryShare);
        }
      },
    ),
    { numRuns: 500 },
  );
});
