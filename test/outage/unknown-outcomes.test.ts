import { expect, onTestFinished, test, vi } from 'vitest';
import type { Store } from '../../src/outage/store.ts';
import { type OutcomeWish, UnknownOutcomes, writesOf } from '../../src/outage/unknown-outcomes.ts';
import { storeHere } from '../support/store-here.ts';
import { AT, FACTS } from './unknown-write.ts';

const ALL: OutcomeWish = { from: 0, to: Number.MAX_SAFE_INTEGER, upstream: null };
const PAYMENT = { ...FACTS, isPayment: true };

function outcomes(store: Store = storeHere()): UnknownOutcomes {
  const kept = new UnknownOutcomes(store);
  onTestFinished(() => kept[Symbol.dispose]());
  return kept;
}

test('payments come first, then the newest', async () => {
  const kept = outcomes();
  kept.add(AT, 'a', FACTS);
  kept.add(AT + 1, 'b', PAYMENT);
  kept.add(AT + 2, 'c', FACTS);
  kept.add(AT + 3, 'd', PAYMENT);
  kept.add(AT + 4, 'e', { ...FACTS, upstream: 'login' });
  const references = async (wish = ALL) =>
    (await kept.list(wish)).map(({ reference }) => reference);
  expect(await references()).toEqual(['d', 'b', 'e', 'c', 'a']);
  expect(await references({ ...ALL, from: AT + 2, upstream: 'app' })).toEqual(['d', 'c']);
  expect(await references({ ...ALL, to: AT + 2, from: AT + 1 })).toEqual(['b', 'c']);
  const page = await kept.list(ALL, { limit: 2, offset: 1 });
  expect(page.map(({ reference }) => reference)).toEqual(['b', 'e']);
  expect(page[0]).toEqual({
    ...{ id: 2, at: AT + 1, reference: 'b', upstream: 'app', route: '/r/pay', method: 'POST' },
    ...{ clientKind: 'person', status: 504, cause: 'response_timeout', isPayment: true },
    ticked: null,
  });
});

test('a thousand are listed unless more are asked for', async () => {
  const kept = outcomes();
  for (let count = 0; count < 1_005; count += 1) kept.add(AT + count, `${count}`, PAYMENT);
  expect(await kept.list(ALL)).toHaveLength(1_000);
  expect(await kept.list(ALL, { offset: 1_000 })).toHaveLength(5);
});

test('one is ticked off, and the tick is taken back', async () => {
  const kept = outcomes();
  kept.add(AT, 'a', PAYMENT);
  const [first] = await kept.list(ALL);
  const tick = { at: AT + 9, by: 'ada', note: 'charged once' };
  expect(await kept.tick(first?.id ?? 0, tick)).toMatchObject({ reference: 'a', ticked: tick });
  kept.add(AT - 1, 'b', { ...FACTS, upstream: null });
  expect(await kept.list(ALL, { isUnticked: true })).toMatchObject([
    { reference: 'b', upstream: '', isPayment: false },
  ]);
  expect(await kept.list(ALL)).toHaveLength(2);
  expect(await kept.totals(ALL)).toEqual({ listed: 2, payments: 1, unticked: 1, notListed: 0 });
  expect(await kept.tick(first?.id ?? 0, null)).toMatchObject({ ticked: null });
  expect(await kept.tick(999, tick)).toBeNull();
});

test('in a storm the most of a minute are listed, the others counted, and payments all listed', async () => {
  const kept = outcomes();
  for (let count = 0; count < 1_000; count += 1) {
    kept.add(AT + count, `${count}`, count % 10 === 0 ? PAYMENT : FACTS);
  }
  expect(await kept.totals(ALL)).toMatchObject({ listed: 700, payments: 100, notListed: 300 });
  kept.add(AT + 60_000, 'next', FACTS);
  expect(await kept.totals(ALL)).toMatchObject({ listed: 701, notListed: 300 });
  expect([...kept.counts.values()]).toEqual([
    { upstream: 'app', isPayment: true, count: 100 },
    { upstream: 'app', isPayment: false, count: 901 },
  ]);
});

test('a storm is counted by upstream and minute, and the count outlives the process', async () => {
  const store = storeHere();
  const kept = outcomes(store);
  for (let count = 0; count < 605; count += 1) kept.add(AT + count, `${count}`, FACTS);
  kept.add(AT + 700, 'login', { ...FACTS, upstream: 'login' });
  const notListed = async (of: UnknownOutcomes, wish: Partial<OutcomeWish> = {}) =>
    (await of.totals({ ...ALL, ...wish })).notListed;
  expect(await notListed(kept)).toBe(6);
  kept.add(AT + 800, 'login', { ...FACTS, upstream: 'login' });
  kept[Symbol.dispose]();
  const later = outcomes(store);
  expect(await notListed(later)).toBe(7);
  expect(await notListed(later, { upstream: 'login' })).toBe(2);
  // A minute is counted whole, whatever part of it is asked for.
  expect(await notListed(later, { from: AT + 30_000 })).toBe(7);
  expect(await notListed(later, { from: AT + 60_000 })).toBe(0);
  expect(await notListed(later, { to: AT - 1 })).toBe(0);
});

test('what is not listed is written down half a second later, or when it is asked for', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const store = storeHere();
  const kept = outcomes(store);
  const written = async () =>
    (await store.read<{ count: number }>('unknown_overflows.total', [0, AT, null]))[0]?.count;
  for (let count = 0; count < 600; count += 1) kept.add(AT, `${count}`, FACTS);
  expect(vi.getTimerCount()).toBe(0);
  kept.add(AT, 'more', FACTS);
  vi.advanceTimersByTime(499);
  kept.add(AT, 'more', FACTS);
  expect(await written()).toBe(0);
  vi.advanceTimersByTime(1);
  expect(await written()).toBe(2);
  kept.add(AT, 'more', FACTS);
  expect(vi.getTimerCount()).toBe(1);
  expect(await kept.totals(ALL)).toMatchObject({ notListed: 3 });
  expect(vi.getTimerCount()).toBe(0);
});

test.for([
  { name: 'one that goes on', resolvedAt: null, to: Number.MAX_SAFE_INTEGER },
  { name: 'one that has ended, and a minute after it', resolvedAt: AT + 9, to: AT + 60_009 },
])('of an incident: those of $name', ({ resolvedAt, to }) => {
  const incident = { upstream: 'app', startedAt: AT, resolvedAt };
  expect(writesOf(incident)).toEqual({ from: AT, to, upstream: 'app' });
});
