import type { Log } from '../log.ts';
import type { Clock } from './clock.ts';
import type { Findings, Source } from './discovery.ts';
import { type DiscoveryState, logDiscovery } from './discovery-state.ts';
import type { Endpoint } from './endpoint.ts';
import type { EndpointSet } from './endpoint-set.ts';
import { Loop } from './loop.ts';

export interface FinderDeps {
  readonly upstream: string;
  readonly endpoints: EndpointSet;
  readonly everyMs: number;
  readonly source: Source;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** Whether answers are urgent: the upstream is in trouble. */
  readonly isUrgent: () => boolean;
  readonly onFound: (found: Found) => void;
}

/** What one question to discovery has changed. */
export interface Found extends Pick<Findings, 'error' | 'isDecided' | 'desired'> {
  readonly at: number;
  readonly added: readonly Endpoint[];
  readonly removed: readonly Endpoint[];
}

/** Two empty answers are evidence from 500 ms on; a timer may fire a little early. */
const URGENT_PAUSE_MS = 510;
/** Fine enough for a question each second. */
const GRID_MS = 100;
const CHECK_LIMIT_MS = 1_000;
/** An answer that is to be kept for no time (TTL 0) is not asked for without pause. */
const LEAST_FRESH_MS = 1_000;
/** The least part of its length that a pause lasts; never longer than it should. */
const SHORTEST_SPREAD = 0.8;
/** A deployment brings dozens of events at once: the first is followed up at once, the rest together. */
const NEWS_PAUSE_MS = 50;

/** Asks discovery again and again, and keeps the endpoints as it lists them. */
export class Finder {
  #state: DiscoveryState = {
    count: 0,
    lastAnswerAt: null,
    error: null,
    isDecided: false,
    desired: null,
  };
  #freshMs = Number.POSITIVE_INFINITY;
  #loop: Loop | null = null;
  #isAsking = false;
  #checking: Promise<void> | null = null;
  #askedAt = Number.NEGATIVE_INFINITY;
  /** Questions are numbered: an answer that comes after a later one's is old news. */
  #asked = 0;
  #answered = 0;
  readonly #deps: FinderDeps;

  constructor(deps: FinderDeps) {
    this.#deps = deps;
  }

  get state(): DiscoveryState {
    return this.#state;
  }

  /** Begins to ask and to listen; settles when `stop` has aborted and the last question is over. */
  async run(stop: AbortSignal): Promise<void> {
    const turn = async () => {
      this.#isAsking = true;
      try {
        await this.#ask(stop);
      } finally {
        this.#isAsking = false;
      }
    };
    const { source, clock } = this.#deps;
    const pauseMs = () => this.#pauseMs();
    this.#loop = new Loop({ turn, pauseMs, clock, gridMs: GRID_MS }, stop);
    await Promise.all([this.#loop.done, source.watch?.(() => this.#onNews(), stop)]);
  }

  /** Asks at once, unless an answer is awaited as it is. */
  hurry(): void {
    if (!this.#isAsking) this.#loop?.wakeWithin(0);
  }

  /**
   * Whether an endpoint is listed, by a question of this moment. Where nobody answers within a second
   * the last known endpoints count. However many ask, there is one question.
   */
  async check(stop: AbortSignal): Promise<boolean> {
    this.#checking ??= this.#ask(stop).finally(() => {
      this.#checking = null;
    });
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const cancel = this.#deps.clock.after(CHECK_LIMIT_MS, resolve);
    await Promise.race([this.#checking, late]);
    cancel();
    return this.#state.count > 0;
  }

  /** News may be younger than the answer that is awaited, so it is followed up in any case. */
  #onNews(): void {
    const sinceMs = this.#deps.clock.monotonic() - this.#askedAt;
    this.#loop?.wakeWithin(Math.max(0, NEWS_PAUSE_MS - sinceMs));
  }

  async #ask(stop: AbortSignal): Promise<void> {
    const { source, clock, endpoints, onFound } = this.#deps;
    this.#askedAt = clock.monotonic();
    this.#asked += 1;
    const number = this.#asked;
    const { urls, error, freshMs, isDecided, desired } = await source.ask(stop);
    if (stop.aborted) return; // Cut short by our own shutdown, which says nothing about the endpoints.
    if (number < this.#answered) return;
    this.#answered = number;
    const at = clock.now();
    const { added, removed } = endpoints.update(urls);
    const before = this.#state;
    const count = endpoints.size;
    const isAnswer = error === null;
    this.#state = isAnswer
      ? { count, lastAnswerAt: at, error, isDecided, desired }
      : { ...before, count, error };
    this.#freshMs = freshMs ?? Number.POSITIVE_INFINITY;
    const { upstream, log } = this.#deps;
    logDiscovery(log, { upstream, before, after: this.#state, added, removed });
    onFound({ at, error, added, removed, isDecided, desired });
  }

  #pauseMs(): number {
    const { everyMs, random } = this.#deps;
    const isUrgent = this.#state.count === 0 || this.#deps.isUrgent();
    if (isUrgent) return Math.min(everyMs, URGENT_PAUSE_MS);
    // Spread, so that hundreds of upstreams do not ask one name server in the same moment.
    const spread = SHORTEST_SPREAD + (1 - SHORTEST_SPREAD) * random();
    return Math.min(everyMs, Math.max(this.#freshMs, LEAST_FRESH_MS)) * spread;
  }
}
