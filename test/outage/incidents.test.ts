import { expect, test } from 'vitest';
import { Incidents, type MisleadingEvidence } from '../../src/outage/incidents.ts';
import type { Verdict } from '../../src/outage/verdict.ts';
import { linesInto } from '../support/log-lines.ts';
import { AT, followed, MINUTE, UP } from './followed.ts';

interface Given extends Partial<MisleadingEvidence> {
  readonly upstream?: string;
}

/** What was known at that time when a reply was replaced. */
function evidence(at: number, { upstream = 'app', ...changes }: Given = {}): MisleadingEvidence {
  return {
    rule: 'credentials',
    matched: 'body',
    belief: { upstream, component: null, verdict: UP },
    source: 'verdict',
    cause: 'no_endpoints',
    at: AT + at,
    checkMs: null,
    ...changes,
  };
}

test('an incident is told in the log when it is opened, reopened and resolved', () => {
  const { lines, goDown, recover } = followed();
  goDown(0);
  recover(5 * MINUTE);
  goDown(8 * MINUTE);
  recover(42 * MINUTE);
  expect(lines.map(({ level, msg }) => `${level} ${msg}`)).toEqual([
    'error incident opened',
    'info incident resolved',
    'warn incident reopened',
    'info incident resolved',
  ]);
  expect(lines.at(-1)).toMatchObject({
    incident: '20230719T152400Z-app',
    upstream: 'app',
    causes: ['no_endpoints'],
    started_at: '2023-07-19T15:24:00.000Z',
    detected_at: '2023-07-19T15:24:00.600Z',
    resolved_at: '2023-07-19T16:06:00.000Z',
    relapses: 1,
  });
  expect(lines[2]).not.toHaveProperty('resolved_at');
});

test('incidents are listed newest first, and found by their id', () => {
  const { incidents, goDown, recover } = followed();
  goDown(0);
  goDown(1000, 'search');
  recover(MINUTE);
  const ids = incidents.list().map(({ id }) => id);
  expect(ids).toEqual(['20230719T152401Z-search', '20230719T152400Z-app']);
  expect(incidents.find('20230719T152400Z-app')?.resolvedAt).toBe(AT + MINUTE);
  expect(incidents.find('20230719T152400Z')).toBeNull();
  expect([incidents.isOpen('app'), incidents.isOpen('search')]).toEqual([false, true]);
  expect([incidents.total('app'), incidents.total('login')]).toEqual([1, 0]);
});

test('an upstream that is watched no longer has no open incident', () => {
  const { incidents, lines, goDown } = followed();
  goDown(0);
  incidents.retire('app', AT + MINUTE);
  incidents.retire('app', AT + 2 * MINUTE);
  incidents.retire('login', AT);
  expect(incidents.list()[0]?.resolvedAt).toBe(AT + MINUTE);
  expect(lines.map(({ msg }) => msg)).toEqual(['incident opened', 'incident resolved']);
});

test('one that goes on under other settings is the same incident', () => {
  const { incidents, goDown } = followed();
  goDown(0);
  incidents.retire('app', AT + MINUTE);
  goDown(MINUTE + 100);
  expect(incidents.list()).toHaveLength(1);
  expect(incidents.list()[0]).toMatchObject({ startedAt: AT, resolvedAt: null, relapses: 1 });
});

test('misleading replies are kept with the incident that their evidence is of', () => {
  const { incidents, goDown, recover } = followed();
  incidents.misleadingReply(evidence(-2 * MINUTE, { rule: 'too early' }), AT);
  incidents.misleadingReply(
    evidence(-1_000, { rule: 'by a check', source: 'probe', checkMs: 400 }),
    AT,
  );
  incidents.misleadingReply(evidence(0, { upstream: 'search' }), AT);
  goDown(0);
  incidents.misleadingReply(evidence(0, { rule: 'by verdict' }), AT);
  recover(MINUTE);
  incidents.misleadingReply(evidence(0, { rule: 'soon after', source: 'recent_verdict' }), AT);
  incidents.misleadingReply(evidence(2 * MINUTE, { rule: 'too late' }), AT);
  const { count, latest } = incidents.list()[0]?.misleadingReplies ?? { count: 0, latest: [] };
  expect(latest.map(({ rule }) => rule)).toEqual(['by a check', 'by verdict', 'soon after']);
  expect(count).toBe(3);
});

test('memory is bounded: a hundred incidents, twenty replies each, and those that are open', () => {
  const { incidents, goDown, recover } = followed();
  goDown(0, 'search');
  for (let index = 0; index < 150; index += 1) {
    for (let repeat = 0; repeat < 30; repeat += 1) {
      incidents.misleadingReply(evidence(index * 10 * MINUTE + repeat), AT);
    }
    goDown(index * 10 * MINUTE);
    for (let repeat = 0; repeat < 30; repeat += 1) {
      incidents.misleadingReply(evidence(index * 10 * MINUTE + repeat), AT);
    }
    recover(index * 10 * MINUTE + MINUTE);
  }
  const listed = incidents.list();
  expect(listed).toHaveLength(100);
  expect(listed.at(-1)?.upstream).toBe('search');
  expect(listed[0]?.misleadingReplies.count).toBe(50);
  expect(listed[0]?.misleadingReplies.latest).toHaveLength(20);
  expect(incidents.total('app')).toBe(150);
});

test('three incidents of one second have three ids', () => {
  const incidents = new Incidents(linesInto([]));
  const at = AT;
  const turn = (upstream: string, startedAt: number, verdict: Verdict['state']) => {
    const trouble = { since: startedAt, cause: 'no_endpoints', detectedAt: startedAt } as const;
    const down = { upstream, component: null, verdict: { state: 'down', ...trouble } } as const;
    const back = {
      ...down,
      verdict: { state: 'recovering', ...trouble, recoveredAt: startedAt },
    } as const;
    const well = { ...down, verdict: UP };
    const [belief, previous] = verdict === 'down' ? [down, well] : [well, back];
    incidents.follow({ belief, previous, at, flapMs: 0 });
  };
  turn('app', AT, 'down');
  turn('app', AT, 'up');
  turn('app', AT + 500, 'down');
  turn('app', AT + 500, 'up');
  turn('app', AT + 900, 'down');
  expect(incidents.list().map(({ id }) => id)).toEqual([
    '20230719T152400Z-app-3',
    '20230719T152400Z-app-2',
    '20230719T152400Z-app',
  ]);
});

test('each change is told once, and what changes nothing is not', () => {
  const { incidents, told, suspect, goDown, recover } = followed();
  suspect(0, 'login');
  recover(1_000, 'login');
  expect(incidents.latest('login')).toBeNull();
  suspect(0);
  goDown(0);
  goDown(0);
  goDown(0, 'app', 'connection_refused');
  recover(MINUTE);
  incidents.takeChanged(AT + MINUTE);
  suspect(20 * MINUTE);
  expect(incidents.takeChanged(AT + 20 * MINUTE)).toEqual([]);
  recover(20 * MINUTE);
  goDown(2 * MINUTE);
  expect(told).toEqual(['app opened', 'app cause_added', 'app resolved', 'app reopened']);
});

test('requests are added up by client kind, reason and disposition, people as they are counted', () => {
  const { incidents, goDown } = followed();
  const tally = { clientKind: 'person', reason: 'outage', disposition: 'unknown', count: 2 };
  incidents.addRequests('app', tally);
  incidents.setPeople('app', 9);
  goDown(0);
  expect(incidents.latest('app')).toMatchObject({ requests: [], people: 0, components: [] });
  expect(incidents.latest('app')?.misleadingReplies).toEqual({ count: 0, latest: [] });
  incidents.addRequests('app', tally);
  incidents.addRequests('app', { ...tally, clientKind: 'api' });
  incidents.addRequests('app', { ...tally, reason: 'overload' });
  incidents.addRequests('app', { ...tally, disposition: 'not_processed' });
  incidents.addRequests('app', { ...tally, count: 3 });
  incidents.setPeople('app', 4);
  expect(incidents.latest('app')).toMatchObject({
    requests: [
      { ...tally, count: 5 },
      { ...tally, clientKind: 'api' },
      { ...tally, reason: 'overload' },
      { ...tally, disposition: 'not_processed' },
    ],
    people: 4,
  });
});

test('what has changed is handed over once, and what is open each time, as watched until then', () => {
  const { incidents, goDown, recover } = followed();
  const tally = { clientKind: 'person', reason: 'outage', disposition: 'unknown', count: 2 };
  const changed = (at: number) =>
    incidents.takeChanged(AT + at).map(({ upstream, seenAt }) => `${upstream} ${seenAt - AT}`);
  goDown(0);
  goDown(0, 'search');
  expect(changed(1_000)).toEqual(['app 1000', 'search 1000']);
  expect(changed(2_000)).toEqual(['app 2000', 'search 2000']);
  recover(3_000);
  expect(changed(4_000)).toEqual(['app 2000', 'search 4000']);
  recover(5_000, 'search');
  expect(changed(6_000)).toEqual(['search 4000']);
  for (const change of [
    () => incidents.addRequests('app', tally),
    () => incidents.setPeople('app', 4),
    () => incidents.misleadingReply(evidence(1_000), AT),
  ]) {
    change();
    expect(changed(7_000)).toEqual(['app 2000']);
  }
  incidents.setPeople('app', 4);
  incidents.misleadingReply(evidence(9_000), AT);
  expect(changed(8_000)).toEqual([]);
});
