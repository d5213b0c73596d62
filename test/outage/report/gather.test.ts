import { expect, test } from 'vitest';
import { Archive } from '../../../src/outage/archive.ts';
import { putIncident } from '../../../src/outage/incident-rows.ts';
import { Incidents } from '../../../src/outage/incidents.ts';
import { reporterOf, writeReport } from '../../../src/outage/report/gather.ts';
import { addEvent } from '../../../src/outage/timeline.ts';
import { UnknownOutcomes } from '../../../src/outage/unknown-outcomes.ts';
import { linesInto } from '../../support/log-lines.ts';
import { storeHere } from '../../support/store-here.ts';
import { FACTS as ANSWER } from '../unknown-write.ts';
import { FACTS, INCIDENT } from './sample.ts';

const { startedAt, resolvedAt } = INCIDENT;
const END = resolvedAt ?? 0;
const { speaker, now } = FACTS;

/** A store with the incident of the sample, and what happened around it. */
function recorded() {
  const store = storeHere();
  putIncident(store, INCIDENT);
  putIncident(store, { ...INCIDENT, id: 'before', startedAt: startedAt - 86_400_000 });
  const source = 'probe';
  addEvent(store, {
    at: startedAt,
    kind: 'verdict',
    source,
    upstream: 'app',
    words: 'Down.',
    details: {},
  });
  for (const at of [
    startedAt - 310_000,
    startedAt - 300_000,
    startedAt,
    END + 300_000,
    END + 310_000,
  ]) {
    store.write('outcomes.put', ['app', at, 10_000, 1, 0, 0, 0]);
  }
  const unknownOutcomes = new UnknownOutcomes(store);
  for (const at of [startedAt - 1, startedAt, END + 60_000, END + 60_001]) {
    unknownOutcomes.add(at, 'r', { ...ANSWER, isPayment: true });
  }
  return { store, unknownOutcomes };
}

const WRITES = 'Writes of unknown outcome';

test('a report has what the store knows of the incident, and of five minutes around it', async () => {
  const report = await writeReport({ ...recorded(), incident: INCIDENT, speaker, now });
  expect(report.timeline).toEqual([{ at: startedAt, source: 'probe', words: 'Down.' }]);
  const offsets = report.steps?.map(({ at }) => at - startedAt);
  expect(offsets).toEqual([-300_000, 0, END - startedAt + 300_000]);
  expect(report.impact).toContainEqual({
    what: WRITES,
    value: '2 (2 payments; 2 writes not checked yet)',
  });
  expect(report).toMatchObject({ speaker, writtenAt: now, incident: INCIDENT.id });
});

test('of one that goes on it has what was known when it was written', async () => {
  const incident = { ...INCIDENT, resolvedAt: null, endKnownBy: null };
  const order = { ...recorded(), incident, speaker, now: startedAt + 1_000 };
  const report = await writeReport(order);
  expect(report.steps?.map(({ at }) => at - startedAt)).toEqual([-300_000, 0]);
  expect(report.durationMs).toBe(1_000);
});

test('what a store that cannot be read would have told is told as not recorded', async () => {
  const { store, unknownOutcomes } = recorded();
  await store[Symbol.asyncDispose]();
  const report = await writeReport({ store, unknownOutcomes, incident: INCIDENT, speaker, now });
  expect(report).toMatchObject({ timeline: [], steps: null });
  expect(report.impact).toContainEqual({ what: WRITES, value: 'not recorded' });
});

test('a report is asked for by its incident, or is on the newest', async () => {
  const { store, unknownOutcomes } = recorded();
  const archive = new Archive(store, new Incidents(linesInto([])));
  const reportOn = reporterOf({ store, unknownOutcomes, archive, speaker: () => speaker });
  const asked = [null, INCIDENT.id, 'before', 'never'].map(reportOn);
  const reports = await Promise.all(asked);
  expect(reports.map((report) => report?.incident)).toEqual([
    INCIDENT.id,
    INCIDENT.id,
    'before',
    undefined,
  ]);
  expect(reports[0]?.speaker).toBe(speaker);
  const empty = { list: async () => [], find: async () => null };
  const nothing = reporterOf({ store, unknownOutcomes, archive: empty, speaker: () => speaker });
  expect(await nothing(null)).toBeNull();
});
