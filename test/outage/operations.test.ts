import { expect, onTestFinished, test } from 'vitest';
import type { Act, ActKind, Actor } from '../../src/outage/acts.ts';
import { bypassExpiry } from '../../src/outage/bypass-token.ts';
import { Operations } from '../../src/outage/operations.ts';
import { timelineOf } from '../../src/outage/report/timeline.ts';
import type { Store } from '../../src/outage/store.ts';
import { eventsOf } from '../../src/outage/timeline.ts';
import { linesInto } from '../support/log-lines.ts';
import { OPERATOR, wish } from '../support/maintenances.ts';
import { storeHere } from '../support/store-here.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { INCIDENT } from './report/sample.ts';

const HOUR = 3_600_000;
const BY: Readonly<Record<'ann' | Actor['through'], Actor>> = {
  ann: { name: 'ann', through: 'token' },
  token: { name: null, through: 'token' },
  loopback: { name: null, through: 'loopback' },
  signal: { name: null, through: 'signal' },
  itself: { name: null, through: 'itself' },
};

/** Operations over a store, what they log, and how often what is closed may have changed. */
function operate(store: Store = storeHere(), clock = new VirtualClock()) {
  const lines: Record<string, unknown>[] = [];
  const changes = { count: 0 };
  const onChange = () => {
    changes.count += 1;
  };
  const operations = new Operations({ store, log: linesInto(lines), clock, onChange });
  onTestFinished(() => operations[Symbol.dispose]());
  /** What stands on the time line of an incident of `app` that begins now. */
  const events = () =>
    eventsOf(store, { ...INCIDENT, startedAt: clock.now(), resolvedAt: null }, clock.now());
  const { acts, maintenances } = operations;
  return { operations, acts, maintenances, store, clock, lines, changes, events };
}

test.for<{ what: ActKind; by: keyof typeof BY; why?: string; source: string; words: string }>([
  {
    ...{ what: 'reload', by: 'ann', why: 'more endpoints', source: 'ann' },
    words: 'The settings were loaded again: more endpoints',
  },
  {
    ...{ what: 'reload_refused', by: 'signal', source: 'operator (signal)' },
    words: 'Other settings were refused.',
  },
  {
    ...{ what: 'maintenance_declared', by: 'token', source: 'operator (token)' },
    words: 'Closed for planned work.',
  },
  {
    ...{ what: 'maintenance_changed', by: 'loopback', source: 'operator (loopback)' },
    words: 'The planned work was changed.',
  },
  {
    ...{ what: 'maintenance_ended', by: 'ann', source: 'ann' },
    words: 'The planned work was ended.',
  },
  {
    ...{ what: 'maintenance_expired', by: 'itself', source: 'gateway' },
    words: 'The planned work expired.',
  },
])('$what stands once on the time line of the upstream: "$words"', async (row) => {
  const { what, by, why = null, source, words } = row;
  const { acts, clock, events } = operate();
  acts.record({ who: BY[by], what, upstream: 'app', why });
  acts.record({ who: BY[by], what, upstream: 'login', why });
  const details = { what, through: BY[by].through, why };
  const event = { at: clock.now(), kind: 'act', source, upstream: 'app', words, details };
  expect(await events()).toEqual([event]);
});

test('a report tells what changed the upstream, and not who was let in or looked after a write', async () => {
  const { acts, events } = operate();
  const kinds = ['outcome_ticked', 'reload', 'outcome_unticked', 'bypass_issued'] as const;
  for (const what of kinds) acts.record({ who: BY.ann, what, upstream: null, why: null });
  const told = await events();
  expect(told.map(({ words }) => words)).toEqual([
    'An unknown outcome was ticked off.',
    'The settings were loaded again.',
    'An unknown outcome was put back on the list.',
    'A link past the planned work was made.',
  ]);
  const { timeline } = timelineOf({ events: told });
  expect(timeline.map(({ words }) => words)).toEqual(['The settings were loaded again.']);
});

test('acts of before a restart are listed below those since, the newest first, and each is logged once', async () => {
  const { acts, store, clock, lines } = operate();
  acts.record({ who: BY.ann, what: 'reload', upstream: null, why: 'more endpoints' });
  await clock.advance(1_000);
  acts.record({ who: BY.signal, what: 'reload_refused', upstream: null, why: null });
  const before = acts.list();
  expect(before.map(({ at, what }) => [clock.now() - at, what])).toEqual([
    [0, 'reload_refused'],
    [1_000, 'reload'],
  ]);
  expect(lines).toMatchObject([
    {
      ...{ level: 'info', msg: 'act recorded', act: 'reload', by: 'ann', through: 'token' },
      ...{ upstream: null, why: 'more endpoints' },
    },
    { act: 'reload_refused', by: null, through: 'signal' },
  ]);

  const after = operate(store, clock);
  await after.operations.restore();
  after.acts.record({ who: BY.itself, what: 'reload', upstream: null, why: null });
  const [since, ...rest] = after.acts.list();
  expect(since?.who).toEqual(BY.itself);
  expect(rest).toEqual(before);
  expect(after.lines).toHaveLength(1);
});

test('planned work goes on after a restart, with its links, and what was ended does not', async () => {
  const first = operate();
  const { store, clock, maintenances } = first;
  const times = { endsAt: clock.now() + HOUR, expiresAt: clock.now() + 2 * HOUR };
  maintenances.declare(wish({ upstream: 'app', message: 'Back soon', ...times }), OPERATOR);
  maintenances.declare(wish({ upstream: 'login' }), OPERATOR);
  maintenances.declare(wish({ upstream: 'app', ...times }), BY.ann);
  const token = maintenances.issueBypass('app', OPERATOR) ?? '';
  expect(first.changes.count).toBe(3); // A link changes nothing for anybody else.
  maintenances.end('login', OPERATOR, 'done');
  const declared = maintenances.list();
  expect(clock.pending).toBe(1);
  first.operations[Symbol.dispose]();
  expect(clock.pending).toBe(0);

  const second = operate(store, clock);
  await second.operations.restore();
  expect(second.maintenances.list()).toEqual(declared);
  expect(second.changes.count).toBe(1);
  const kept = second.maintenances.of('app');
  expect(kept && bypassExpiry(token, kept, clock.now())).toBe(times.expiresAt);
  expect(second.acts.list().map(({ what, upstream, why }) => [what, upstream, why])).toEqual([
    ['maintenance_ended', 'login', 'done'],
    ['bypass_issued', 'app', null],
    ['maintenance_changed', 'app', 'database upgrade'],
    ['maintenance_declared', 'login', 'database upgrade'],
    ['maintenance_declared', 'app', 'database upgrade'],
  ]);
  await clock.advance(2 * HOUR);
  expect(second.acts.list()[0]).toMatchObject({ what: 'maintenance_expired', who: BY.itself });
  const third = operate(store, clock);
  await third.operations.restore();
  expect([third.maintenances.isAny, third.changes.count]).toEqual([false, 0]);
});

test('where the store cannot be read the start goes on, and the log says what is missing', async () => {
  const { operations, acts, store, lines } = operate();
  await store[Symbol.asyncDispose]();
  await operations.restore();
  expect(acts.list()).toEqual([]);
  expect(lines).toMatchObject([
    {
      level: 'error',
      msg: 'acts and maintenance could not be read',
      err: { message: 'the store is closed' },
    },
  ]);
});

test('of five hundred acts at hand the oldest goes first, before a restart and after it', async () => {
  const { acts, store, clock } = operate();
  const record = (why: string) => acts.record({ who: BY.ann, what: 'reload', upstream: null, why });
  for (let number = 1; number <= 501; number += 1) record(`${number}`);
  const ends = (list: readonly Act[]) => [list.length, list.at(0)?.why, list.at(-1)?.why];
  expect(ends(acts.list())).toEqual([500, '501', '2']);

  const after = operate(store, clock);
  await after.operations.restore();
  expect(ends(after.acts.list())).toEqual([500, '501', '2']);
  after.acts.record({ who: BY.ann, what: 'reload', upstream: null, why: 'since' });
  expect(ends(after.acts.list())).toEqual([500, 'since', '3']);
});
