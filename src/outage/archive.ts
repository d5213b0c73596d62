import type { IncidentRecord } from './incident-record.ts';
import { findIncident, incidentsBefore } from './incident-rows.ts';
import type { Incidents } from './incidents.ts';
import { AROUND_MS, type OutcomeStep, outcomesBetween, outcomesSince } from './outcomes.ts';
import type { Store } from './store.ts';
import { eventsOf, type TimelineEvent } from './timeline.ts';

/**
 * All incidents, however old: the latest from memory, as they are at this moment, the others from the
 * store. Where the store cannot be read, what is in memory is all there is.
 */
export class Archive {
  readonly #store: Store;
  readonly #incidents: Incidents;

  constructor(store: Store, incidents: Incidents) {
    this.#store = store;
    this.#incidents = incidents;
  }

  /** So many incidents, newest first: the latest, or those before the one with that id. */
  async list(most: number, before: string | null = null): Promise<IncidentRecord[]> {
    const inMemory = this.#incidents.list();
    const from = before === null ? 0 : inMemory.findIndex(({ id }) => id === before) + 1;
    const latest = before !== null && from === 0 ? [] : inMemory.slice(from, from + most);
    const last = latest.at(-1)?.id ?? before;
    if (latest.length === most || last === null) return latest;
    const known = new Set(inMemory.map(({ id }) => id));
    const older = await incidentsBefore(this.#store, last, most).catch(nothing);
    const more = older.filter(({ id }) => !known.has(id));
    return [...latest, ...more].slice(0, most);
  }

  /** Null where there is none, or where it is no longer kept. */
  async find(id: string): Promise<IncidentRecord | null> {
    return this.#incidents.find(id) ?? (await findIncident(this.#store, id).catch(() => null));
  }

  /** What became of requests in an incident and just around it; null while the store cannot be read. */
  outcomes({ upstream, startedAt, resolvedAt }: IncidentRecord): Promise<OutcomeStep[] | null> {
    const [from, to] = [startedAt - AROUND_MS, (resolvedAt ?? Date.now()) + AROUND_MS];
    return outcomesBetween(this.#store, upstream, { from, to }).catch(() => null);
  }

  /** What became of requests from a time on, where it fell into incidents; none while the store cannot be read. */
  outcomesSince(from: number): Promise<OutcomeStep[]> {
    return outcomesSince(this.#store, from).catch(() => []);
  }

  /** What happened in an incident, in the order of time; null while the store cannot be read. */
  events(incident: IncidentRecord): Promise<TimelineEvent[] | null> {
    return eventsOf(this.#store, incident, Date.now()).catch(() => null);
  }
}

/** The store has told in the log why. */
function nothing(): IncidentRecord[] {
  return [];
}
