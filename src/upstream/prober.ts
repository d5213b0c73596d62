import type { Cause } from '../outage/cause.ts';
import type { Verdict } from '../outage/verdict.ts';
import { unforeseen } from '../unforeseen.ts';
import type { Clock } from './clock.ts';
import type { Endpoint } from './endpoint.ts';
import { EndpointNews } from './endpoint-news.ts';
import type { EndpointSet } from './endpoint-set.ts';
import { Loop } from './loop.ts';
import type { Purpose, Seat } from './pace.ts';
import { afterPatience } from './patience.ts';
import type { ProbeResult } from './probe.ts';
import { type Asked, QuietRounds } from './quiet-round.ts';
import { probeRound, type Round } from './round.ts';
import { Sample } from './sample.ts';

export interface ProberDeps {
  readonly endpoints: EndpointSet;
  readonly everyMs: number;
  /** From one round to the next in trouble, and the least from one to another that requests ask for. */
  readonly urgentMs: number;
  /** What a probe that ends too late for a check is said to have failed of. */
  readonly lateCause: Cause;
  /** Says how many probes there are for a round that is made only to know that all is still well, and when for the others. */
  readonly seat: Seat;
  readonly clock: Clock;
  readonly random: () => number;
  readonly probe: (endpoint: Endpoint, stop: AbortSignal) => Promise<ProbeResult | null>;
  /** What is believed of the upstream. */
  readonly state: () => Verdict['state'];
  /** Some endpoints were not asked in a round that could do without. */
  readonly onSpared: (asked: Asked) => void;
  readonly onResult: (endpoint: Endpoint, result: ProbeResult) => void;
  /** An endpoint served; once a round, as soon as the first one does. */
  readonly onServed: () => void;
  /** No endpoint served. */
  readonly onFailed: (cause: Cause) => void;
}

/** While an endpoint is set aside, it is asked for at least this often. */
const ASIDE_PAUSE_MS = 1_000;
/** Quiet probes of many upstreams leave together. */
const GRID_MS = 250;
const SHORTEST_PAUSE_MS = 20;
/** Who served within this part of `everyMs` is not asked: so the last word on it is never older than one and a half. */
const FRESH_PART = 0.5;
const CHECK_LIMIT_MS = 1_000;

/**
 * Probes the endpoints: at intervals, and at once when somebody wants to know.
 *
 * A round asks all of them. While all is well fewer will do: an endpoint that serves requests need not be
 * asked, and where a program has very many endpoints they are asked in turn. If none of those who were
 * asked serves then, that is no signal yet, but the reason for a round.
 *
 * In an outage a round may take long, because endpoints hang, or because very many wait for their turn.
 * Meanwhile a sample is asked, so that the first endpoint that is back is noticed.
 */
export class Prober {
  readonly #deps: ProberDeps;
  readonly #stop: AbortSignal;
  readonly #quiet = new QuietRounds();
  readonly #news = new EndpointNews();
  readonly #sample = new Sample();
  #loop: Loop | null = null;
  /** The round that asks all. */
  #round: Round | null = null;
  #roundAt = Number.NEGATIVE_INFINITY;
  /** Whether such a round has ended since the upstream was well. */
  #hasAskedAll = false;
  /** The one that asks some. */
  #quietRound: Promise<void> | null = null;
  #turnAt = 0;
  #checking: Promise<Cause | null> | null = null;

  constructor(deps: ProberDeps, stop: AbortSignal) {
    this.#deps = deps;
    this.#stop = stop;
  }

  /** Begins to probe; settles when `stop` has aborted and the last round is over. */
  async run(): Promise<void> {
    const { clock, seat } = this.#deps;
    const pauseMs = () => this.#pauseMs();
    this.#loop = new Loop(
      { turn: () => this.#turn(), pauseMs, clock, gridMs: GRID_MS },
      this.#stop,
    );
    await this.#loop.done;
    seat.leave();
    await Promise.all([this.#quietRound, this.#round?.failed]);
  }

  /** Asks all at once, or, where a round began just before, as soon as another one is worth it. */
  hurry(): void {
    const sinceMs = this.#deps.clock.monotonic() - this.#roundAt;
    this.#loop?.wakeWithin(Math.max(0, this.#deps.urgentMs - sinceMs));
  }

  /** Asks at once: the endpoints are others. */
  startOver(added: readonly Endpoint[]): void {
    this.#news.added(added, this.#deps.clock.monotonic());
    this.#loop?.wakeWithin(0);
  }

  /**
   * Why no endpoint serves, by a probe of this moment; null when one does within a second. However
   * many ask, there is one round. Null as well where nothing could be asked (we shut down, we have no
   * descriptors, nothing is listed, too many are to be asked): that is no evidence.
   */
  check(): Promise<Cause | null> {
    if (this.#stop.aborted) return Promise.resolve(null);
    if (this.#checking !== null) return this.#checking;
    const { promise, resolve } = Promise.withResolvers<Cause | null>();
    this.#checking = promise;
    // An error of ours is no evidence.
    void this.#check()
      .catch(unforeseen)
      .then((cause) => {
        this.#checking = null;
        resolve(cause);
      });
    return promise;
  }

  async #check(): Promise<Cause | null> {
    const { clock, lateCause, seat } = this.#deps;
    const { outcome, failed } = this.#startRound();
    seat.hasten('verdict');
    const { promise: late, resolve } = Promise.withResolvers<Cause | null>();
    const cancel = afterPatience(
      CHECK_LIMIT_MS,
      () => resolve(seat.isWaiting ? null : lateCause),
      clock,
    );
    const served = outcome.then((how) => (how === 'served' ? null : failed));
    const cause = await Promise.race([served, late]);
    cancel();
    return cause;
  }

  /** Nothing is awaited: an endpoint that hangs must not hold up who wants to know. */
  async #turn(): Promise<void> {
    this.#turnAt = this.#deps.clock.monotonic();
    const asked = this.#whomToAsk();
    if (asked !== null) this.#quietRound ??= this.#askQuietly(asked);
    else if (this.#round === null) this.#startRound();
    else this.#askMeanwhile();
  }

  /** Null: all. */
  #whomToAsk(): Asked | null {
    const { endpoints, everyMs, state, seat } = this.#deps;
    const share = seat.share(endpoints.size, everyMs);
    if (state() !== 'up') return null;
    this.#hasAskedAll = false;
    const asked = this.#quiet.choose(endpoints.list(), share, {
      isAside: (endpoint) => endpoints.isAside(endpoint),
      isFresh: (endpoint) => endpoints.hasServed(endpoint, FRESH_PART * everyMs),
    });
    return asked.endpoints.length === endpoints.size ? null : asked;
  }

  async #askQuietly(asked: Asked): Promise<void> {
    const { endpoints, onSpared, onServed } = this.#deps;
    try {
      onSpared(asked);
      const { outcome, failed } = probeRound(asked.endpoints, {
        turn: (one) => (endpoints.isAside(one) ? this.#turnOf(one, 'return') : null),
        probe: (one) => this.#ask(one),
      });
      if ((await outcome) === 'served') onServed();
      const cause = await failed;
      const isWorthAll = cause !== null && asked.fresh === 0 && !this.#stop.aborted;
      if (isWorthAll) await this.#startRound().failed;
    } finally {
      this.#quietRound = null;
    }
  }

  /** The round that is under way, or a new one. */
  #startRound(): Round {
    if (this.#round !== null) return this.#round;
    const { clock, endpoints } = this.#deps;
    this.#roundAt = clock.monotonic();
    const round = probeRound(endpoints.list(), {
      turn: (one) => this.#turnOf(one, this.#purpose()),
      probe: (one) => this.#ask(one),
    });
    this.#round = round;
    void this.#report(round); // Settles with the round, which does not reject.
    return round;
  }

  async #report({ outcome, failed }: Round): Promise<void> {
    const { clock, onServed, onFailed, state, urgentMs } = this.#deps;
    let cause: Cause | null = null;
    try {
      if ((await outcome) === 'served') onServed();
      cause = await failed;
    } finally {
      this.#round = null;
    }
    this.#hasAskedAll = true;
    if (cause !== null) onFailed(cause);
    const isDue = clock.monotonic() - this.#roundAt >= urgentMs;
    if (isDue && state() !== 'up') this.#loop?.wakeWithin(SHORTEST_PAUSE_MS);
  }

  /** A round is under way. */
  #askMeanwhile(): void {
    const { clock, endpoints, onServed, seat, state } = this.#deps;
    seat.hasten(this.#purpose());
    if (state() !== 'down') return;
    const hopefuls = this.#news.hopefuls(clock.monotonic());
    // Where very many wait for their turn, one that is asked out of turn has to be worth it.
    const asked = this.#sample.choose(endpoints.list(), hopefuls, !seat.isWaiting);
    const { outcome } = probeRound([...asked], {
      turn: (one) => this.#turnOf(one, 'return', true),
      probe: (one) => this.#ask(one),
    });
    // Does not reject; and that none of a sample serves says nothing.
    void outcome.then((how) => {
      if (how === 'served') onServed();
    });
  }

  #purpose(): Purpose {
    if (this.#checking !== null) return 'verdict';
    if (this.#deps.state() === 'down') return 'return';
    return this.#hasAskedAll ? 'trouble' : 'verdict';
  }

  #turnOf(endpoint: Endpoint, purpose: Purpose, isUrgent = false): Promise<void> | null {
    const { endpoints, seat } = this.#deps;
    if (this.#stop.aborted || !endpoints.has(endpoint)) return null; // It is not asked at all.
    return seat.turn(purpose, isUrgent);
  }

  async #ask(endpoint: Endpoint): Promise<ProbeResult | null> {
    const { clock, endpoints, onResult, probe } = this.#deps;
    if (this.#stop.aborted || !endpoints.has(endpoint)) return null;
    const askedAt = clock.monotonic();
    this.#sample.began(endpoint);
    const result = await probe(endpoint, this.#stop);
    this.#sample.ended(endpoint);
    // One that discovery has dropped meanwhile says nothing about those that took its place.
    if (result === null || !endpoints.has(endpoint)) return null;
    if (!this.#news.learn(endpoint, result, askedAt, clock.monotonic())) return null;
    onResult(endpoint, result);
    return result;
  }

  #pauseMs(): number {
    const { clock, everyMs, endpoints, state, random, urgentMs, seat } = this.#deps;
    const isQuiet = state() === 'up' && !endpoints.hasAside;
    const troubledMs = state() === 'up' ? ASIDE_PAUSE_MS : urgentMs;
    const wantedMs = isQuiet ? seat.quietMs(everyMs) : Math.min(everyMs, troubledMs);
    const jitteredMs = wantedMs * (0.9 + 0.2 * random());
    // From the beginning of the turn: one endpoint that hangs must not slow down the news of the others.
    return Math.max(SHORTEST_PAUSE_MS, jitteredMs - (clock.monotonic() - this.#turnAt));
  }
}
