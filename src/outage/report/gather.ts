import type { Archive } from '../archive.ts';
import type { IncidentRecord } from '../incident-record.ts';
import { AROUND_MS, outcomesBetween } from '../outcomes.ts';
import type { Store } from '../store.ts';
import { eventsOf } from '../timeline.ts';
import { type UnknownOutcomes, writesOf } from '../unknown-outcomes.ts';
import type { Report, Speaker } from './model.ts';
import { reportOf } from './report.ts';

/** Whose report is written, and of what. */
export interface ReportOrder {
  readonly store: Store;
  readonly unknownOutcomes: Pick<UnknownOutcomes, 'totals'>;
  readonly incident: IncidentRecord;
  readonly speaker: Speaker;
  readonly now: number;
}

/** Writes the report on an incident by what the store knows; what it cannot tell is told as not recorded. */
export async function writeReport(order: ReportOrder): Promise<Report> {
  const { store, unknownOutcomes, incident, speaker, now } = order;
  const { startedAt, resolvedAt, upstream } = incident;
  const span = { from: startedAt - AROUND_MS, to: (resolvedAt ?? now) + AROUND_MS };
  const [events, steps, writes] = await Promise.all([
    orNull(eventsOf(store, incident, now)),
    orNull(outcomesBetween(store, upstream, span)),
    orNull(unknownOutcomes.totals(writesOf(incident))),
  ]);
  const facts = { incident, events, steps, unknownOutcomes: writes, speaker, now };
  return reportOf(facts);
}

/** What reports are written from, for whoever asks for one by its incident. */
export interface ReporterDeps extends Pick<ReportOrder, 'store' | 'unknownOutcomes'> {
  readonly archive: Pick<Archive, 'list' | 'find'>;
  readonly speaker: () => Speaker;
}

/** Writes the report on the incident of an id, on the newest for null; null where there is none. */
export function reporterOf({
  archive,
  speaker,
  ...sources
}: ReporterDeps): (id: string | null) => Promise<Report | null> {
  return async (id) => {
    const [latest = null] = id === null ? await archive.list(1) : [];
    const incident = id === null ? latest : await archive.find(id);
    if (incident === null) return null;
    return writeReport({ ...sources, incident, speaker: speaker(), now: Date.now() });
  };
}

/** The report says what is missing, and the store's log why. */
function orNull<Value>(asked: Promise<Value>): Promise<Value | null> {
  return asked.catch(() => null);
}
