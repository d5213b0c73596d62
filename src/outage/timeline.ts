import { ACT_WORDS, type Act, type Actor } from './acts.ts';
import type { Incident } from './incident.ts';
import type { Store } from './store.ts';

/** One thing that happened, for the time line of the incidents that it fell into. */
export interface TimelineEvent {
  readonly at: number;
  /**
   * `verdict`: a signal changed it. `incident`: it was opened, continued or resolved. `status_page`: it
   * published something, or could not be read. `act`: an operator did something. `gateway`: it started
   * or ended.
   */
  readonly kind: 'verdict' | 'incident' | 'status_page' | 'act' | 'gateway';
  /** Who says so: `requests`, `probe`, `discovery`, `status_page`, `gateway`, or the operator. */
  readonly source: string;
  /** Null where it is about all of them. */
  readonly upstream: string | null;
  /** One sentence in English. What the status page published is untrusted: escape it where it is printed. */
  readonly words: string;
  /** The same for programs. */
  readonly details: Readonly<Record<string, unknown>>;
}

interface EventRow extends Omit<TimelineEvent, 'details'> {
  readonly details: string;
}

interface ActRow extends Omit<Act, 'who'> {
  readonly name: string | null;
  readonly through: Actor['through'];
}

/** Puts an event on the time line; of those that have the same `key` only the first. */
export function addEvent(store: Store, event: TimelineEvent, key: string | null = null): void {
  const { at, kind, source, upstream, words, details } = event;
  store.write('events.add', [at, kind, source, upstream, words, JSON.stringify(details), key]);
}

/** What happened in an incident and just around it, in the order of time. Rejects as `Store.read`. */
export async function eventsOf(
  store: Store,
  { upstream, startedAt, resolvedAt }: Incident,
  now: number,
): Promise<TimelineEvent[]> {
  const within = [upstream, startedAt, resolvedAt ?? now];
  const [events, acts] = await Promise.all([
    store.read<EventRow>('events.of', within),
    store.read<ActRow>('acts.around', within),
  ]);
  const recorded = events.map((row) => ({ ...row, details: JSON.parse(row.details) }));
  return [...recorded, ...acts.map(eventOf)].sort((one, other) => one.at - other.at);
}

function eventOf({ at, name, through, what, upstream, why }: ActRow): TimelineEvent {
  const source = name ?? (through === 'itself' ? 'gateway' : `operator (${through})`);
  const words = why === null ? `${ACT_WORDS[what]}.` : `${ACT_WORDS[what]}: ${why}`;
  return { at, kind: 'act', source, upstream, words, details: { what, through, why } };
}
