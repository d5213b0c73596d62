import { expect, test } from 'vitest';
import type { IncidentRecord } from '../../../src/outage/incident-record.ts';
import type { ReportFacts } from '../../../src/outage/report/model.ts';
import { summaryOf } from '../../../src/outage/report/summary.ts';
import { FACTS, INCIDENT } from './sample.ts';

const { startedAt } = INCIDENT;
const END = INCIDENT.resolvedAt ?? 0;
const FROM =
  'Main Application of ChargeOver could not be reached through the gateway from July 19, 2023 at 10:24:00 AM CDT (15:24:00 UTC)';
const UNTIL = 'July 19, 2023 at 11:06:12 AM CDT (16:06:12 UTC)';
const CERTAIN = 'The gateway was certain of it 0.5 seconds after the first failing signal.';
const [, POSTING] = FACTS.events ?? [];

function posted(...offsets: readonly number[]): ReportFacts['events'] {
  if (POSTING === undefined) throw new Error('the sample has a posting');
  return offsets.map((offset) => ({ ...POSTING, at: startedAt + offset }));
}

test.for<{ name: string; incident: Partial<IncidentRecord>; says: string }>([
  { name: 'that ended', incident: {}, says: `${FROM} to ${UNTIL}: 42 minutes 12 seconds.` },
  {
    name: 'that goes on',
    incident: { resolvedAt: null, endKnownBy: null },
    says: `${FROM}, and 1 hour 36 minutes later still cannot.`,
  },
  {
    name: 'whose upstream the settings have no longer',
    incident: { endKnownBy: 'retired' },
    says: `${FROM}. Its end is not known: the settings had this upstream no longer at ${UNTIL}.`,
  },
  {
    name: 'that ended unseen',
    incident: { endKnownBy: 'restart' },
    says: `${FROM}. It came back while the gateway was not running, by ${UNTIL} at the latest, 42 minutes 12 seconds after the start.`,
  },
  {
    name: 'that ended before it began, by a clock that was set back',
    incident: { resolvedAt: startedAt - 60_000 },
    says: `${FROM} to July 19, 2023 at 10:23:00 AM CDT (15:23:00 UTC): 0 seconds.`,
  },
  {
    name: 'of two components',
    incident: { components: ['Main Application', 'API'] },
    says: `${FROM.replace('Application', 'Application, API')} to ${UNTIL}: 42 minutes 12 seconds.`,
  },
  {
    name: 'of none that the status page knows',
    incident: { components: [] },
    says: `${FROM.replace('Main Application', 'app')} to ${UNTIL}: 42 minutes 12 seconds.`,
  },
])('of an incident $name: $says', ({ incident, says }) => {
  const summary = summaryOf({ ...FACTS, events: null, incident: { ...INCIDENT, ...incident } });
  expect(summary).toEqual([says, CERTAIN]);
});

test('a brand without a name is not named, and what was certain at once was so after no time', () => {
  const incident = { ...INCIDENT, detectedAt: startedAt - 1 };
  const speaker = { ...FACTS.speaker, name: null };
  const [first, second] = summaryOf({ ...FACTS, incident, speaker });
  expect(first).toMatch(/^Main Application could not be reached/);
  expect(second).toBe('The gateway was certain of it 0 seconds after the first failing signal.');
});

test.for([
  {
    relapses: 1,
    says: 'In between it came back and failed again (1 time); that it served for 12 seconds is part of the duration.',
  },
  {
    relapses: 130,
    says: 'In between it came back and failed again (130 times); that it served for at least 12 seconds is part of the duration.',
  },
])('of $relapses relapses: $says', ({ relapses, says }) => {
  const interruptions = [{ from: startedAt + 1_000, to: startedAt + 13_000 }];
  const incident = { ...INCIDENT, relapses, interruptions };
  expect(summaryOf({ ...FACTS, events: null, incident })[2]).toBe(says);
});

const FIRST = 'The first posting on the status page came';

test.for<{ name: string; at: readonly number[]; end?: number | null; says: string }>([
  { name: 'two', at: [300_000, 600_000], says: `${FIRST} 5 minutes after the start.` },
  { name: 'one from before it', at: [-1, 60_000], says: `${FIRST} 1 minute after the start.` },
  { name: 'one with its start', at: [0], says: `${FIRST} 0 seconds after the start.` },
  { name: 'one at its end', at: [9_000], end: 9_000, says: `${FIRST} 9 seconds after the start.` },
  {
    name: 'one that came too late',
    at: [9_001],
    end: 9_000,
    says: `${FIRST} 9 seconds after the start, when it was over.`,
  },
  {
    name: 'one while it goes on',
    at: [9_000],
    end: null,
    says: `${FIRST} 9 seconds after the start.`,
  },
  { name: 'none', at: [], says: 'The gateway read no posting about it on the status page.' },
])('of postings, $name: $says', ({ at, end = END - startedAt, says }) => {
  const resolvedAt = end === null ? null : startedAt + end;
  const summary = summaryOf({
    ...FACTS,
    events: posted(...at),
    incident: { ...INCIDENT, resolvedAt },
  });
  expect(summary.slice(2)).toEqual([says]);
});

test('where there is no status page, or nobody knows what it said, nothing is said of it', () => {
  const speaker = { ...FACTS.speaker, statusPage: null };
  expect(summaryOf({ ...FACTS, speaker })).toHaveLength(2);
  expect(summaryOf({ ...FACTS, events: null })).toHaveLength(2);
});
