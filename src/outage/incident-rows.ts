import type { EndKnownBy, IncidentRecord } from './incident-record.ts';
import type { Store } from './store.ts';

/** A row of the table, as `incidents.put` has written it. */
interface IncidentRow {
  readonly id: string;
  readonly upstream: string;
  readonly components: string;
  readonly started_at: number;
  readonly detected_at: number;
  readonly resolved_at: number | null;
  readonly causes: string;
  readonly interruptions: string;
  readonly relapses: number;
  readonly end_known_by: EndKnownBy | null;
  readonly seen_at: number;
  readonly requests: string;
  readonly people: number;
  readonly misleading_replies: string;
}

/** Hands an incident over to the store, in the place of what is there of it. */
export function putIncident(store: Store, incident: IncidentRecord): void {
  store.write('incidents.put', [
    incident.id,
    incident.upstream,
    JSON.stringify(incident.components),
    incident.startedAt,
    incident.detectedAt,
    incident.resolvedAt,
    JSON.stringify(incident.causes),
    JSON.stringify(incident.interruptions),
    incident.relapses,
    incident.endKnownBy,
    incident.seenAt,
    JSON.stringify(incident.requests),
    incident.people,
    JSON.stringify(incident.misleadingReplies),
  ]);
}

/** So many of the latest incidents, and all that are open; the newest first. Rejects as `Store.read`. */
export async function latestIncidents(store: Store, most: number): Promise<IncidentRecord[]> {
  const [latest, open] = await Promise.all([
    store.read<IncidentRow>('incidents.latest', [most]),
    store.read<IncidentRow>('incidents.open'),
  ]);
  const known = new Set(latest.map(({ id }) => id));
  return [...latest, ...open.filter(({ id }) => !known.has(id)).reverse()].map(recordOf);
}

/** So many of the incidents that started before another one; the newest first. */
export async function incidentsBefore(
  store: Store,
  { startedAt, id }: Pick<IncidentRecord, 'startedAt' | 'id'>,
  most: number,
): Promise<IncidentRecord[]> {
  return (await store.read<IncidentRow>('incidents.before', [startedAt, id, most])).map(recordOf);
}

/** One incident, however old; null where there is none. */
export async function findIncident(store: Store, id: string): Promise<IncidentRecord | null> {
  const [row] = await store.read<IncidentRow>('incidents.find', [id]);
  return row === undefined ? null : recordOf(row);
}

function recordOf(row: IncidentRow): IncidentRecord {
  return {
    id: row.id,
    upstream: row.upstream,
    components: JSON.parse(row.components),
    startedAt: row.started_at,
    detectedAt: row.detected_at,
    resolvedAt: row.resolved_at,
    causes: JSON.parse(row.causes),
    interruptions: JSON.parse(row.interruptions),
    relapses: row.relapses,
    endKnownBy: row.end_known_by,
    seenAt: row.seen_at,
    requests: JSON.parse(row.requests),
    people: row.people,
    misleadingReplies: JSON.parse(row.misleading_replies),
  };
}
