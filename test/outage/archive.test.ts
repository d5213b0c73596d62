import { expect, test } from 'vitest';
import { Archive } from '../../src/outage/archive.ts';
import type { IncidentRecord } from '../../src/outage/incident-record.ts';
import { putIncident } from '../../src/outage/incident-rows.ts';
import { Incidents } from '../../src/outage/incidents.ts';
import { publishedEvents } from '../../src/outage/published-events.ts';
import { addEvent, type TimelineEvent } from '../../src/outage/timeline.ts';
import { linesInto } from '../support/log-lines.ts';
import { storeHere } from '../support/store-here.ts';

const AT = Date.UTC(2023, 6, 19, 15, 24);
const MINUTE = 60_000;

function record(minute: number): IncidentRecord {
  const at = AT + minute * MINUTE;
  return {
    id: `incident-${minute}`,
    upstream: 'app',
    components: ['Main Application'],
    startedAt: at,
    detectedAt: at + 500,
    resolvedAt: at + 30_000,
    causes: ['no_endpoints', 'connection_refused'],
    interruptions: [{ from: at + 1_000, to: at + 2_000 }],
    relapses: 1,
    endKnownBy: 'recovery',
    seenAt: at + 29_900,
    requests: [{ clientKind: 'person', reason: 'outage', disposition: 'not_processed', count: 7 }],
    people: 5,
    misleadingReplies: { count: 0, latest: [] },
  };
}

async function archiveOf(stored: number, inMemory: number) {
  const store = storeHere();
  const records = Array.from({ length: stored }, (_, index) => record(index));
  for (const one of records) putIncident(store, one);
  const incidents = new Incidents(linesInto([]));
  incidents.restore(records.slice(stored - inMemory).toReversed());
  return { archive: new Archive(store, incidents), store, records };
}

test('incidents come page by page, newest first, whether memory has them or the store alone', async () => {
  const { archive, records } = await archiveOf(25, 10);
  const seen: IncidentRecord[] = [];
  let before: string | null = null;
  for (;;) {
    const page: IncidentRecord[] = await archive.list(7, before);
    seen.push(...page);
    before = page.at(-1)?.id ?? null;
    if (page.length < 7) break;
  }
  expect(seen).toEqual(records.toReversed());
});

test('one that has been open for long hides none of those since, which the store alone has', async () => {
  const store = storeHere();
  const records = Array.from({ length: 12 }, (_, index) => record(index));
  const open = { ...record(2), resolvedAt: null, endKnownBy: null };
  records[2] = open;
  for (const one of records) putIncident(store, one);
  const incidents = new Incidents(linesInto([]));
  incidents.restore([...records.slice(9).toReversed(), open]);
  incidents.setPeople('app', 77); // What memory knows is later than what is stored.
  const archive = new Archive(store, incidents);
  const ids = async (most: number, before: string | null = null) =>
    (await archive.list(most, before)).map(({ id }) => Number(id.replace('incident-', '')));
  expect(await ids(20)).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  expect(await ids(4)).toEqual([11, 10, 9, 8]);
  expect(await ids(4, 'incident-8')).toEqual([7, 6, 5, 4]);
  expect(await ids(3, 'incident-4')).toEqual([3, 2, 1]);
  expect(await ids(3, 'incident-2')).toEqual([1, 0]);
  expect(await ids(3, 'incident-99')).toEqual([]);
  expect((await archive.list(1))[0]?.people).toBe(77);
});

test('incidents of one moment are told page by page as well, also where the store has one not yet', async () => {
  const store = storeHere();
  for (const id of ['b', 'd', 'a', 'c']) putIncident(store, { ...record(0), id });
  const incidents = new Incidents(linesInto([]));
  incidents.restore([record(1), { ...record(0), id: 'bb' }]);
  const archive = new Archive(store, incidents);
  const ids = async (most: number, before: string | null = null) =>
    (await archive.list(most, before)).map(({ id }) => id);
  expect(await ids(2)).toEqual(['incident-1', 'd']);
  expect(await ids(3, 'd')).toEqual(['c', 'bb', 'b']);
  expect(await ids(3, 'bb')).toEqual(['b', 'a']);
  expect(await ids(3, 'a')).toEqual([]);
});

test('an incident that memory has no room for is found', async () => {
  const { archive, records } = await archiveOf(3, 1);
  expect(await archive.find('incident-0')).toEqual(records[0]);
  expect(await archive.find('incident-9')).toBeNull();
});

test('a store that cannot be read leaves what is in memory', async () => {
  const { archive, store, records } = await archiveOf(5, 3);
  await store[Symbol.asyncDispose]();
  expect(await archive.list(10)).toEqual(records.slice(2).toReversed());
  expect(await archive.list(2, 'incident-4')).toEqual([records[3], records[2]]);
  expect(await archive.find('incident-0')).toBeNull();
  expect(await archive.events(record(4))).toBeNull();
  expect(await archive.outcomes(record(4))).toBeNull();
  expect(await archive.outcomesSince(0)).toEqual([]);
});

test('the time line has what fell into the incident, and what the status page said around it', async () => {
  const { archive, store } = await archiveOf(1, 1);
  const add = (seconds: number, kind: TimelineEvent['kind'], upstream: string | null = null) => {
    const event = { at: AT + seconds * 1_000, kind, source: 'test', upstream };
    addEvent(store, { ...event, words: `${kind} ${seconds}`, details: { seconds } });
  };
  add(-3_600, 'status_page');
  add(-60, 'status_page');
  add(-60, 'verdict', 'app');
  add(0, 'verdict', 'app');
  add(10, 'verdict', 'login');
  store.write('acts.add', [AT + 12_000, 'ann', 'token', 'reload', null, null]);
  add(3_000, 'status_page');
  add(3_000, 'gateway');
  const events = await archive.events(record(0));
  expect(events?.map(({ words }) => words)).toEqual([
    'status_page -60',
    'verdict 0',
    'The settings were loaded again.',
    'status_page 3000',
  ]);
});

test('what a status page posted is recorded once, however often it is read', async () => {
  const { archive, store } = await archiveOf(1, 1);
  const update = { id: 'u1', rawStatus: 'investigating', text: 'We look into it.', at: AT + 5_000 };
  const old = { ...update, id: 'u0', at: AT - 48 * 60 * MINUTE };
  const incidents = [{ id: 'i1', name: 'Outage', updates: [update, old] }];
  const read = { kind: 'read', publication: { incidents, maintenances: [] } } as const;
  const now = AT + 10_000;
  for (const previous of ['unread', 'read', 'unreachable'] as const) {
    for (const { event, key } of publishedEvents(read, previous, now)) addEvent(store, event, key);
  }
  const events = await archive.events(record(0));
  expect(events?.map(({ words }) => words)).toEqual([
    'Outage: investigating. We look into it.',
    'The status page could be read again.',
  ]);
});

test('what became of requests is told of all upstreams together, from a time on', async () => {
  const { archive, store } = await archiveOf(0, 0);
  const steps = [
    ['app', AT - 10_000, 9],
    ['app', AT, 2],
    ['login', AT, 3],
    ['app', AT + 10_000, 4],
  ] as const;
  for (const [upstream, at, good] of steps) {
    store.write('outcomes.put', [upstream, at, 10_000, good, 1, 0, 0]);
  }
  const step = { spanMs: 10_000, notProcessed: 0, unknown: 0 };
  expect(await archive.outcomesSince(AT)).toEqual([
    { ...step, at: AT, good: 5, upstreamErrors: 2 },
    { ...step, at: AT + 10_000, good: 4, upstreamErrors: 1 },
  ]);
});

test('of an incident what became of requests is told from five minutes before it to five after it', async () => {
  const { archive, store } = await archiveOf(0, 0);
  const [{ startedAt }, now] = [record(0), Date.now()];
  for (const at of [-310_000, -300_000, 0, 330_000, 340_000]) {
    store.write('outcomes.put', ['app', startedAt + at, 10_000, 1, 2, 3, 4]);
    store.write('outcomes.put', ['login', startedAt + at, 10_000, 9, 9, 9, 9]);
  }
  store.write('outcomes.put', ['app', now, 10_000, 5, 0, 0, 0]);
  const counts = { spanMs: 10_000, good: 1, upstreamErrors: 2, notProcessed: 3, unknown: 4 };
  const steps = await archive.outcomes(record(0));
  expect(steps).toEqual([-300_000, 0, 330_000].map((at) => ({ at: startedAt + at, ...counts })));
  const until = await archive.outcomes({ ...record(0), resolvedAt: null });
  expect(until?.at(-1)).toMatchObject({ at: now, good: 5 });
});
