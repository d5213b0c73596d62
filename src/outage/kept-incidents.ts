import type { IncidentRecord } from './incident-record.ts';
import { type Kept, recordOf } from './kept-incident.ts';

/** Incidents that are kept; one that is open is never dropped. */
const MOST_KEPT = 100;

/** The incidents of all upstreams that are kept in memory, in the order in which they were opened. */
export class KeptIncidents {
  #byId = new Map<string, Kept>();

  /** Newest first. */
  list(): IncidentRecord[] {
    return [...this.#byId.values()].map(recordOf).reverse();
  }

  find(id: string): IncidentRecord | null {
    const kept = this.#byId.get(id);
    return kept === undefined ? null : recordOf(kept);
  }

  /** Two incidents of one upstream within a second are told apart by a number. */
  freeId(id: string): string {
    let number = 2;
    let free = id;
    for (; this.#byId.has(free); number += 1) free = `${id}-${number}`;
    return free;
  }

  /** Keeps one that has just been opened, in the place of the oldest that is over where there are too many. */
  add(kept: Kept): void {
    this.#byId.set(kept.incident.id, kept);
    for (const [id, { incident }] of this.#byId) {
      if (this.#byId.size <= MOST_KEPT) return;
      if (incident.resolvedAt !== null) this.#byId.delete(id);
    }
  }

  /** Keeps one that goes on: it may have been dropped when it was over. */
  keep(kept: Kept): void {
    if (!this.#byId.has(kept.incident.id)) this.#byId.set(kept.incident.id, kept);
  }

  /** Takes in what was opened before all that are here, oldest first; where both have one, it is the one that is here. */
  putBefore(older: readonly Kept[]): void {
    const before = older.map((kept): [string, Kept] => [kept.incident.id, kept]);
    this.#byId = new Map([...before, ...this.#byId]);
  }
}
