import type { IncidentChange, Turn } from './incident.ts';
import type { IncidentRecord, RequestTally } from './incident-record.ts';
import { latestIncidents, putIncident } from './incident-rows.ts';
import type { Incidents } from './incidents.ts';
import { OutcomeSteps, type Outcomes } from './outcomes.ts';
import { People } from './people.ts';
import { type PublishedState, publishedEvents } from './published-events.ts';
import type { Signal } from './signal.ts';
import { CAUSE_WORDS, signalWords, sourceOf } from './signal-words.ts';
import type { Store } from './store.ts';
import { addEvent, type TimelineEvent } from './timeline.ts';
import type { Verdict } from './verdict.ts';

/** How often one kind of answer was given since the start: the same object for as long as the program runs. */
interface AnswerCount extends Omit<RequestTally, 'clientKind'> {
  readonly upstream: string;
  readonly kind: string;
}

/** What is known of an upstream at a moment. */
interface Watched {
  readonly name: string;
  readonly state: Verdict['state'];
  /** The first success since the last failing signal, or since the start; null where there is none. */
  readonly servedSince: number | null;
  /** How long a row of successes has to last until trouble counts as over. */
  readonly streakMs: number;
}

/** What the recorder is given. */
export interface RecorderDeps {
  readonly store: Store;
  readonly incidents: Incidents;
  readonly upstreams: () => readonly Watched[];
  readonly answers: () => Iterable<AnswerCount>;
  /** What became of an upstream's requests since the start. */
  readonly outcomes: (upstream: string) => Outcomes;
  /** How often it looks by itself, in milliseconds; half a second where none is given. */
  readonly everyMs?: number;
}

/** A crash loses what was counted since: less than a second, with what the store gathers. */
const EVERY_MS = 500;
/** Incidents that are taken over at the start, besides those that are open. */
const RESTORED = 100;

/**
 * Writes down what happens in an outage, for the store: the incidents, who was answered in them, and
 * the signals that moved a verdict.
 *
 * Requests are not followed one by one. What is counted anyway is read twice a second, and the difference
 * belongs to the incident that is open: a storm of answers costs the store as much as a few.
 */
export class Recorder implements Disposable {
  readonly #deps: RecorderDeps;
  readonly #people: People;
  readonly #steps = new Map<string, OutcomeSteps>();
  /** Of each kind of answer, as it was when its upstream was last well, or was looked at last. */
  readonly #counted = new WeakMap<AnswerCount, number>();
  /** Upstreams whose incident was open when they were looked at last. */
  readonly #troubled = new Set<string>();
  /** Upstreams that failed since the start. */
  readonly #failed = new Set<string>();
  #pageWas: PublishedState['kind'] = 'none';
  #isRestored = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(deps: RecorderDeps) {
    this.#deps = deps;
    this.#people = new People(deps.store);
  }

  /** Takes over what the store knows, and begins to look. Never rejects: without it, incidents begin anew. */
  async start(now: number): Promise<void> {
    await this.#people.start(now);
    await this.#restore();
    this.#begin(now);
    const { everyMs = EVERY_MS } = this.#deps;
    this.#timer = setInterval(() => this.look(Date.now()), everyMs).unref();
  }

  /** What the store could not tell at the start, it may tell later: see `look`. Never rejects. */
  async #restore(): Promise<void> {
    const { store, incidents } = this.#deps;
    this.#isRestored = true;
    try {
      const records = await latestIncidents(store, RESTORED);
      for (const { upstream, id } of incidents.restore(records)) {
        await this.#people.restore(upstream, id);
      }
    } catch {
      this.#isRestored = false; // The store has told why in the log.
    }
  }

  /** Writes down what is known at this moment, the last act before the store closes. */
  [Symbol.dispose](): void {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    const now = Date.now();
    this.look(now);
    this.#tell({ at: now, words: 'The gateway ended.', details: { event: 'ended' } });
  }

  /** What is believed of an upstream has changed, by that signal. */
  turned(turn: Turn, signal: Signal): void {
    const { belief, previous } = turn;
    const { state } = belief.verdict;
    if (state !== 'up') this.#failed.add(belief.upstream);
    addEvent(this.#deps.store, {
      at: turn.at,
      kind: 'verdict',
      source: sourceOf(signal),
      upstream: belief.upstream,
      words: signalWords(signal),
      details: { from: previous.verdict.state, to: state, signal },
    });
    this.#deps.incidents.follow(turn);
    this.look(turn.at);
  }

  /** Something has become of an incident. */
  changed(incident: IncidentRecord, change: IncidentChange, now: number): void {
    const { id, upstream, causes } = incident;
    this.#tell({
      at: change === 'resolved' ? (incident.resolvedAt ?? now) : now,
      kind: 'incident',
      upstream,
      words: changeWords(incident, change),
      details: { incident: id, change, causes },
    });
  }

  /** A person got an answer in the upstream's place. Waits for nothing. */
  sawPerson(upstream: string, address: string, userAgent: string): void {
    this.#people.saw(upstream, address, userAgent);
  }

  /** The state of the status page is another. */
  published(state: PublishedState, now: number): void {
    for (const { event, key } of publishedEvents(state, this.#pageWas, now)) {
      addEvent(this.#deps.store, event, key);
    }
    this.#pageWas = state.kind;
  }

  /** Looks at what was counted, and hands over what has changed. */
  look(now: number): void {
    const { store, incidents, upstreams } = this.#deps;
    const watched = upstreams();
    for (const upstream of watched) this.#confirm(upstream, now);
    this.#count(watched);
    for (const upstream of watched) this.#countPeople(upstream);
    this.#people.turn(now);
    for (const { name } of watched) this.#stepOf(name, now);
    this.#troubled.clear();
    for (const { name } of watched) if (incidents.isOpen(name)) this.#troubled.add(name);
    // Each row is whole, so that in the store's trouble the last one will do.
    if (!store.isWell) return;
    if (!this.#isRestored) void this.#restore(); // Never rejects.
    for (const incident of incidents.takeChanged(now)) putIncident(store, incident);
  }

  #begin(now: number): void {
    const { incidents, upstreams } = this.#deps;
    this.#tell({ at: now, words: 'The gateway started.', details: { event: 'started' } });
    const names = new Set(upstreams().map(({ name }) => name));
    for (const { upstream, resolvedAt, seenAt } of incidents.list()) {
      // Nobody will learn of the end of what is watched no longer.
      if (resolvedAt === null && !names.has(upstream)) incidents.retire(upstream, seenAt);
    }
  }

  /** An incident from before the start is over when its upstream has served for as long as a recovery takes. */
  #confirm({ name, state, servedSince, streakMs }: Watched, now: number): void {
    const { incidents } = this.#deps;
    if (!incidents.isUnconfirmed(name)) return;
    // Either way: a clock that was set back must not keep it unconfirmed for hours.
    if (state !== 'up' || servedSince === null || Math.abs(now - servedSince) < streakMs) return;
    incidents.confirmUp(name, servedSince, this.#failed.has(name));
  }

  /** What was answered before it was certain belongs to the incident that may come of it. */
  #count(watched: readonly Watched[]): void {
    const { incidents, answers } = this.#deps;
    const well = new Set(watched.filter(({ state }) => state === 'up').map(({ name }) => name));
    for (const answer of answers()) {
      const { upstream, kind: clientKind, reason, disposition, count } = answer;
      const isIncidents = incidents.isOpen(upstream) || this.#troubled.has(upstream);
      if (!isIncidents && !well.has(upstream)) continue;
      const added = count - (this.#counted.get(answer) ?? 0);
      this.#counted.set(answer, count);
      if (!isIncidents || added === 0) continue;
      incidents.addRequests(upstream, { clientKind, reason, disposition, count: added });
    }
  }

  #countPeople({ name, state }: Watched): void {
    const { incidents } = this.#deps;
    const isIncidents = incidents.isOpen(name) || this.#troubled.has(name);
    const incident = isIncidents ? incidents.latest(name) : null;
    const people = incident === null ? null : this.#people.settle(name, incident.id);
    if (people !== null) incidents.setPeople(name, people);
    if (!incidents.isOpen(name) && state === 'up') this.#people.forget(name);
  }

  #stepOf(upstream: string, now: number): void {
    const { store, incidents, outcomes } = this.#deps;
    const steps = this.#steps.get(upstream) ?? new OutcomeSteps(store, upstream);
    this.#steps.set(upstream, steps);
    steps.look(outcomes, incidents.isOpen(upstream), now);
  }

  #tell(event: Pick<TimelineEvent, 'at' | 'words' | 'details'> & Partial<TimelineEvent>): void {
    addEvent(this.#deps.store, { kind: 'gateway', source: 'gateway', upstream: null, ...event });
  }
}

function changeWords(incident: IncidentRecord, change: IncidentChange): string {
  const cause = incident.causes.at(-1);
  const why = cause === undefined ? '' : `: ${CAUSE_WORDS[cause]}`;
  switch (change) {
    case 'opened':
      return `The incident was opened${why}.`;
    case 'cause_added':
      return `Another cause${why}.`;
    case 'reopened':
      return `The trouble came back${why}.`;
    case 'resolved':
      return RESOLVED_WORDS[incident.endKnownBy ?? 'recovery'];
  }
}

const RESOLVED_WORDS = {
  recovery: 'The incident ended: requests were served again.',
  restart:
    'The incident had ended while the gateway was not running: at its first look all was well.',
  retired: 'The settings have this upstream no longer; what became of it is not known.',
} as const;
