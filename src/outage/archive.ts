import type { IncidentRecord } from './incident-record.ts';
import { findIncident, incidentsBefore, latestIncidents } from './incident-rows.ts';
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
    const end = before === null ? null : await this.find(before);
    if (before !== null && end === null) return [];
    const stored =
      end === null ? latestIncidents(this.#store, most) : incidentsBefore(this.#store, end, most);
    const inMemory = this.#incidents.list().filter((one) => end === null || byAge(end, one) < 0);
    // Memory has what is open however old it is, so that there may be others between two of its own.
    const all = [...(await stored.catch(nothing)), ...inMemory];
    const latest = new Map(all.map((one) => [one.id, one]));
    return [...latest.values()].sort(byAge).slice(0, most);
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

/** The newest first, as the store has them. */
function byAge(one: IncidentRecord, other: IncidentRecord): number {
  return other.startedAt - one.startedAt || Number(one.id < other.id) - Number(one.id > other.id);
}

/** The store has told in the log why. */
function nothing(): IncidentRecord[] {
  return [];
}
