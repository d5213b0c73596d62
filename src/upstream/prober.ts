import type { Cause } from '../outage/cause.ts';
import type { Clock } from './clock.ts';
import type { Endpoint } from './endpoint.ts';
import type { EndpointSet } from './endpoint-set.ts';
import { Loop } from './loop.ts';
import type { Seat } from './pace.ts';
import type { ProbeResult } from './probe.ts';
import { type Asked, QuietRounds } from './quiet-round.ts';
import { probeRound, type Round } from './round.ts';

export interface ProberDeps {
  readonly endpoints: EndpointSet;
  readonly everyMs: number;
  /** From one round to the next in trouble, and the least from one to another that requests ask for. */
  readonly urgentMs: number;
  /** What a probe that ends too late for a check is said to have failed of. */
  readonly lateCause: Cause;
  /** Says how many probes there are for a round that is made only to know that all is still well. */
  readonly seat: Seat;
  readonly clock: Clock;
  readonly random: () => number;
  readonly probe: (endpoint: Endpoint, stop: AbortSignal) => Promise<ProbeResult | null>;
  /** Whether results are urgent: the upstream is in trouble. */
  readonly isUrgent: () => boolean;
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
 */
export class Prober {
  readonly #deps: ProberDeps;
  readonly #stop: AbortSignal;
  readonly #quiet = new QuietRounds();
  #loop: Loop | null = null;
  /** The round that asks all. */
  #round: Round | null = null;
  #roundAt = Number.NEGATIVE_INFINITY;
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
    const work = { turn: () => this.#turn(), pauseMs: () => this.#pauseMs(), clock };
    this.#loop = new Loop(work, this.#stop);
    await this.#loop.done;
    await this.#quietRound;
    seat.leave();
  }

  /** Asks all at once, or, where a round began just before, as soon as another one is worth it. */
  hurry(): void {
    const sinceMs = this.#deps.clock.monotonic() - this.#roundAt;
    this.#loop?.wakeWithin(Math.max(0, this.#deps.urgentMs - sinceMs));
  }

  /** Asks at once: the endpoints are others. */
  startOver(): void {
    this.#loop?.wakeWithin(0);
  }

  /**
   * Why no endpoint serves, by a probe of this moment; null when one does within a second. However
   * many ask, there is one round. Null as well where nothing could be asked (we shut down, we have no
   * descriptors, nothing is listed): that is no evidence.
   */
  check(): Promise<Cause | null> {
    if (this.#stop.aborted) return Promise.resolve(null);
    this.#checking ??= this.#check().finally(() => {
      this.#checking = null;
    });
    return this.#checking;
  }

  async #check(): Promise<Cause | null> {
    const { clock, lateCause } = this.#deps;
    const { outcome, failed } = this.#startRound();
    const { promise: late, resolve } = Promise.withResolvers<Cause>();
    const cancel = clock.after(CHECK_LIMIT_MS, () => resolve(lateCause));
    const served = outcome.then((how) => (how === 'served' ? null : failed));
    const cause = await Promise.race([served, late]);
    cancel();
    return cause;
  }

  async #turn(): Promise<void> {
    this.#turnAt = this.#deps.clock.monotonic();
    const asked = this.#whomToAsk();
    if (asked === null) await this.#startRound().failed;
    // Not awaited: should somebody want to know meanwhile, an endpoint that hangs must not hold up the round.
    else this.#quietRound ??= this.#askQuietly(asked);
  }

  /** Null: all. */
  #whomToAsk(): Asked | null {
    const { endpoints, everyMs, isUrgent, seat } = this.#deps;
    const share = seat.share(endpoints.size, everyMs);
    if (isUrgent()) return null;
    const asked = this.#quiet.choose(endpoints.list(), share, {
      isAside: (endpoint) => endpoints.isAside(endpoint),
      isFresh: (endpoint) => endpoints.hasServed(endpoint, FRESH_PART * everyMs),
    });
    return asked.endpoints.length === endpoints.size ? null : asked;
  }

  async #askQuietly(asked: Asked): Promise<void> {
    this.#deps.onSpared(asked);
    const { outcome, failed } = probeRound(asked.endpoints, (endpoint) => this.#probe(endpoint));
    if ((await outcome) === 'served') this.#deps.onServed();
    const cause = await failed;
    if (cause !== null && asked.fresh === 0 && !this.#stop.aborted) await this.#startRound().failed;
    this.#quietRound = null;
  }

  /** The round that is under way, or a new one. */
  #startRound(): Round {
    if (this.#round !== null) return this.#round;
    const round = probeRound(this.#deps.endpoints.list(), (endpoint) => this.#probe(endpoint));
    this.#round = round;
    this.#roundAt = this.#deps.clock.monotonic();
    void this.#report(round); // Settles with the round, which does not reject.
    return round;
  }

  async #report({ outcome, failed }: Round): Promise<void> {
    if ((await outcome) === 'served') this.#deps.onServed();
    const cause = await failed;
    this.#round = null;
    if (cause !== null) this.#deps.onFailed(cause);
  }

  async #probe(endpoint: Endpoint): Promise<ProbeResult | null> {
    const result = await this.#deps.probe(endpoint, this.#stop);
    // One that discovery has dropped meanwhile says nothing about those that took its place.
    if (result === null || !this.#deps.endpoints.has(endpoint)) return null;
    this.#deps.onResult(endpoint, result);
    return result;
  }

  #pauseMs(): number {
    const { clock, everyMs, endpoints, isUrgent, random, urgentMs } = this.#deps;
    const wantedMs = isUrgent() ? urgentMs : endpoints.hasAside ? ASIDE_PAUSE_MS : everyMs;
    const jitteredMs = Math.min(everyMs, wantedMs) * (0.9 + 0.2 * random());
    // From the beginning of the turn: one endpoint that hangs must not slow down the news of the others.
    return Math.max(SHORTEST_PAUSE_MS, jitteredMs - (clock.monotonic() - this.#turnAt));
  }
}
