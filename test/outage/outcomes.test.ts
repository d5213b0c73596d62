import { expect, test } from 'vitest';
import { OutcomeSteps, type Outcomes, outcomesBetween } from '../../src/outage/outcomes.ts';
import { storeHere } from '../support/store-here.ts';

const AT = Date.UTC(2023, 6, 19, 15, 24);
const MINUTE = 60_000;

/** Steps of one upstream: looks at counts, by seconds from the first, and tells what is written down. */
function stepped() {
  const store = storeHere();
  const steps = new OutcomeSteps(store, 'app');
  const look = (seconds: number, counts: Partial<Outcomes> = {}, isOpen = false) => {
    const none = { good: 0, upstreamErrors: 0, notProcessed: 0, unknown: 0 };
    steps.look(() => ({ ...none, ...counts }), isOpen, AT + seconds * 1_000);
  };
  const written = async () => {
    const rows = await outcomesBetween(store, 'app', { from: 0, to: AT + 1e9 });
    return rows.map(({ at, spanMs, ...counts }) => {
      const { good, upstreamErrors, notProcessed, unknown } = counts;
      return [(at - AT) / 1_000, spanMs, good, upstreamErrors, notProcessed, unknown];
    });
  };
  return { look, written };
}

test('in an incident each step of ten seconds has what was added in it', async () => {
  const { look, written } = stepped();
  look(3, { good: 100, unknown: 5 }, true);
  look(9, { good: 104, unknown: 5 }, true);
  look(10, { good: 107, upstreamErrors: 2, unknown: 5 }, true);
  look(20, { good: 107, upstreamErrors: 2, notProcessed: 30, unknown: 6 }, true);
  expect(await written()).toEqual([
    [0, 10_000, 7, 2, 0, 0],
    [10, 10_000, 0, 0, 30, 1],
  ]);
});

test('a step that is looked at late is told with the time that it took', async () => {
  const { look, written } = stepped();
  look(0, {}, true);
  look(47, { good: 8 }, true);
  expect(await written()).toEqual([[0, 40_000, 8, 0, 0, 0]]);
});

test('counts that begin anew with other settings are counted from nothing', async () => {
  const { look, written } = stepped();
  look(0, { good: 50, unknown: 9 }, true);
  look(10, { good: 4, unknown: 9 }, true);
  expect(await written()).toEqual([[0, 10_000, 4, 0, 0, 0]]);
});

test('where the clock was set back, what is added counts from there', async () => {
  const { look, written } = stepped();
  look(100, { good: 50 }, true);
  look(40, { good: 60 }, true);
  expect(await written()).toEqual([]);
  look(50, { good: 65 }, true);
  expect(await written()).toEqual([[40, 10_000, 5, 0, 0, 0]]);
});

test('five minutes before an incident and five after it are written down, and no more', async () => {
  const { look, written } = stepped();
  const end = 20 * MINUTE + 5_000;
  for (let at = 0; at <= 40 * MINUTE; at += 5_000) {
    look(at / 1_000, { good: at }, at >= 10 * MINUTE + 5_000 && at <= end);
  }
  const rows = await written();
  const times = rows.map(([at]) => at);
  expect([times.at(0), times.at(-1)]).toEqual([10 * 60 - 300, 20 * 60 + 290]);
  expect(times).toHaveLength(15 * 6 + 30);
  for (const row of rows) expect(row.slice(1)).toEqual([10_000, 10_000, 0, 0, 0]);
});
