import { expect, test } from 'vitest';
import type { IncidentRecord, MisleadingReply } from '../../src/outage/incident-record.ts';
import { AT, followed, MINUTE, UP } from './followed.ts';

/** As the store has it of an incident that began at that time and was watched for a minute. */
function stored(at: number, over: Partial<IncidentRecord> = {}): IncidentRecord {
  return {
    ...{ id: `stored-${at}`, upstream: 'app', components: ['Main Application'] },
    ...{ startedAt: AT + at, detectedAt: AT + at + 500, resolvedAt: null, endKnownBy: null },
    ...{ causes: ['no_endpoints'], interruptions: [], relapses: 0, seenAt: AT + at + MINUTE },
    requests: [{ clientKind: 'person', reason: 'outage', disposition: 'unknown', count: 7 }],
    people: 5,
    misleadingReplies: { count: 0, latest: [] },
    ...over,
  };
}

const OVER = { resolvedAt: AT + MINUTE, endKnownBy: 'recovery' } as const;

test('an incident that is open goes on with all that was gathered, and the log says so', () => {
  const { incidents, lines, told, goDown } = followed();
  const reply: MisleadingReply = {
    ...{ at: AT, rule: 'credentials', matched: 'body', upstream: 'app', source: 'verdict' },
    ...{ cause: 'no_endpoints', evidenceAt: AT, checkMs: null },
  };
  const open = stored(0, { misleadingReplies: { count: 9, latest: [reply] } });
  const over = stored(0, { ...OVER, id: 'over', upstream: 'login' });
  expect(incidents.restore([open, over])).toEqual([open]);
  expect(incidents.list()).toEqual([open, over]);
  expect(['app', 'login'].map((name) => incidents.isOpen(name))).toEqual([true, false]);
  expect(['app', 'login'].map((name) => incidents.isUnconfirmed(name))).toEqual([true, false]);
  expect(lines).toMatchObject([{ level: 'warn', msg: 'incident continued', incident: 'stored-0' }]);

  const [added] = open.requests;
  if (added !== undefined) incidents.addRequests('app', added);
  goDown(2 * MINUTE, 'app', 'connection_refused');
  const { requests, causes, people } = incidents.latest('app') ?? open;
  expect(requests).toMatchObject([{ count: 14 }]);
  expect([causes, people]).toEqual([['no_endpoints', 'connection_refused'], 5]);
  expect(told).toEqual(['app cause_added']);
});

type Followed = ReturnType<typeof followed>;

test.for<{ name: string; happens: (of: Followed) => void; end: string | null }>([
  {
    name: 'an upstream that serves from its first look on has come back in between',
    happens: ({ incidents }) => incidents.confirmUp('app', AT + 5 * MINUTE, false),
    end: 'restart',
  },
  {
    name: 'one that failed since has been seen to recover',
    happens: ({ incidents }) => incidents.confirmUp('app', AT + 5 * MINUTE, true),
    end: 'recovery',
  },
  {
    name: 'one that the settings have no longer has no end that is known',
    happens: ({ incidents }) => incidents.retire('app', AT + 5 * MINUTE),
    end: 'retired',
  },
  {
    name: 'one that is down again ends by its recovery, and by nothing else',
    happens: ({ incidents, goDown, recover }) => {
      goDown(4 * MINUTE);
      incidents.confirmUp('app', AT + 4 * MINUTE, false);
      recover(5 * MINUTE);
    },
    end: 'recovery',
  },
])('$name', ({ happens, end }) => {
  const all = followed();
  all.incidents.restore([stored(0)]);
  happens(all);
  const { resolvedAt, endKnownBy } = all.incidents.latest('app') ?? stored(0);
  expect([resolvedAt, endKnownBy]).toEqual([AT + 5 * MINUTE, end]);
  expect(all.incidents.isUnconfirmed('app')).toBe(false);
  expect(all.told.at(-1)).toBe('app resolved');
});

test('a suspicion confirms no trouble of before, and what is confirmed is so once', () => {
  const { incidents, told, suspect, believe } = followed();
  incidents.restore([stored(0)]);
  suspect(2 * MINUTE);
  believe(UP, 3 * MINUTE);
  expect([incidents.isUnconfirmed('app'), incidents.isOpen('app')]).toEqual([true, true]);
  incidents.confirmUp('app', AT + 4 * MINUTE, false);
  incidents.confirmUp('app', AT + 9 * MINUTE, true);
  incidents.confirmUp('login', AT + 9 * MINUTE, true);
  expect(incidents.latest('app')).toMatchObject({ resolvedAt: AT + 4 * MINUTE });
  expect(told).toEqual(['app resolved']);
});

test('trouble soon after an end of before belongs to it, and how that ended is not known from then', () => {
  const { incidents, told, goDown, recover } = followed();
  incidents.restore([stored(0, { resolvedAt: AT + MINUTE, endKnownBy: 'restart' })]);
  goDown(2 * MINUTE);
  expect(incidents.list()).toMatchObject([{ id: 'stored-0', relapses: 1, endKnownBy: null }]);
  recover(4 * MINUTE);
  expect(incidents.list()).toMatchObject([{ id: 'stored-0', endKnownBy: 'recovery' }]);
  expect(told).toEqual(['app reopened', 'app resolved']);
});

test('of two that are open the older one has ended when the newer began', () => {
  const { incidents } = followed();
  const newer = stored(5 * MINUTE);
  expect(incidents.restore([newer, stored(0)])).toEqual([newer]);
  expect(incidents.list()).toMatchObject([
    { id: newer.id, resolvedAt: null, endKnownBy: null },
    { id: 'stored-0', resolvedAt: newer.startedAt, endKnownBy: 'restart' },
  ]);
});

test('where the store tells late, what an upstream has had since counts, and what was before is over', () => {
  const { incidents, goDown } = followed();
  goDown(10 * MINUTE);
  const since = incidents.latest('app');
  const [open, login] = [stored(5 * MINUTE), stored(0, { id: 'login', upstream: 'login' })];
  const over = stored(-60 * MINUTE, { ...OVER, resolvedAt: AT - 59 * MINUTE });
  expect(incidents.restore([open, login, over])).toEqual([login]);
  expect(incidents.list()).toEqual([
    since,
    { ...open, resolvedAt: open.seenAt, endKnownBy: 'restart' },
    login,
    over,
  ]);
  expect(incidents.latest('app')).toEqual(since);
  expect(['app', 'login'].map((name) => incidents.isUnconfirmed(name))).toEqual([false, true]);
});
