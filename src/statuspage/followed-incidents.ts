import type { Publication, PublishedIncident } from './model.ts';

const REMEMBERED_MS = 10 * 60_000;
const MOST_TRIES = 3;
const MOST_ENDED = 50;

/**
 * The incidents that we saw open, followed to their end.
 *
 * A Statuspage summary lists unresolved incidents only: with its resolution an incident vanishes,
 * and its readers would be told that nothing was ever posted. So its end is looked up once, and
 * told for as long as something is troubled, and for ten minutes in any case.
 */
export class FollowedIncidents {
  /** Seen unresolved, by id, with the number of look-ups that failed since it vanished. */
  readonly #watched = new Map<string, number>();
  /** Known to have ended, with the time when that was learnt. */
  readonly #ended = new Map<string, { incident: PublishedIncident; learntAt: number }>();

  /** Takes in what is published; true when an incident has vanished and should be looked up. */
  take({ incidents }: Publication): boolean {
    for (const { id, state } of incidents) {
      this.#ended.delete(id);
      if (state === 'resolved') this.#watched.delete(id);
      else this.#watched.set(id, 0);
    }
    const listed = new Set(incidents.map((incident) => incident.id));
    return [...this.#watched.keys()].some((id) => !listed.has(id));
  }

  /** Takes in all incidents, or null when they could not be read, for those that have vanished. */
  settle(listed: Publication, history: Publication | null, now: number): void {
    const unresolved = new Set(listed.incidents.map((incident) => incident.id));
    for (const [id, tries] of this.#watched) {
      if (unresolved.has(id)) continue;
      const incident = history?.incidents.find((candidate) => candidate.id === id);
      const hasEnded = incident?.state === 'resolved';
      if (hasEnded && this.#ended.size < MOST_ENDED)
        this.#ended.set(id, { incident, learntAt: now });
      // Out of the history as well: taken back by its author.
      const isGone = history !== null && incident === undefined;
      if (hasEnded || isGone || tries + 1 >= MOST_TRIES) this.#watched.delete(id);
      else this.#watched.set(id, tries + 1);
    }
  }

  /** The publication with the ended incidents that are still to be told; the same one if none is. */
  addTo(publication: Publication, now: number, isTroubled: boolean): Publication {
    for (const [id, { learntAt }] of this.#ended) {
      if (!isTroubled && now - learntAt > REMEMBERED_MS) this.#ended.delete(id);
    }
    if (this.#ended.size === 0) return publication;
    const ended = [...this.#ended.values()].map(({ incident }) => incident);
    return { ...publication, incidents: [...publication.incidents, ...ended] };
  }
}
