import type { Cause } from '../outage/cause.ts';
import type { Endpoint } from './endpoint.ts';
import type { EndpointSet } from './endpoint-set.ts';
import { Loop } from './loop.ts';
import type { ProbeResult } from './probe.ts';
import { type Outcome, probeRound, type Round } from './round.ts';

export interface ProberDeps {
  readonly endpoints: EndpointSet;
  readonly everyMs: number;
  readonly probe: (endpoint: Endpoint, stop: AbortSignal) => Promise<ProbeResult | null>;
  /** Whether results are urgent: the upstream is in trouble. */
  readonly isUrgent: () => boolean;
  readonly onResult: (endpoint: Endpoint, result: ProbeResult) => void;
  /** An endpoint served; once a round, as soon as the first one does. */
  readonly onServed: () => void;
  /** No endpoint served. */
  readonly onFailed: (cause: Cause) => void;
}

/** From one round to the next in trouble, and the least from one to another that requests ask for. */
const URGENT_PAUSE_MS = 300;
/** While an endpoint is set aside, it is asked for at least this often. */
const ASIDE_PAUSE_MS = 1_000;
const SHORTEST_PAUSE_MS = 20;
const CHECK_LIMIT_MS = 1_000;

/** Probes the endpoints round by round: at intervals, and at once when somebody wants to know. */
export class Prober {
  readonly #deps: ProberDeps;
  readonly #stop: AbortSignal;
  #loop: Loop | null = null;
  #round: Round | null = null;
  #roundAt = Number.NEGATIVE_INFINITY;
  #checking: Promise<boolean> | null = null;

  constructor(deps: ProberDeps, stop: AbortSignal) {
    this.#deps = deps;
    this.#stop = stop;
  }

  /** Begins to probe; settles when `stop` has aborted and the last round is over. */
  run(): Promise<void> {
    const turn = async () => {
      await this.#startRound().failed;
    };
    this.#loop = new Loop({ turn, pauseMs: () => this.#pauseMs() }, this.#stop);
    return this.#loop.done;
  }

  /** Probes at once, or, where a round began just before, as soon as another one is worth it. */
  hurry(): void {
    const sinceMs = performance.now() - this.#roundAt;
    this.#loop?.wakeWithin(Math.max(0, URGENT_PAUSE_MS - sinceMs));
  }

  /** Probes at once: the endpoints are others. */
  startOver(): void {
    this.#loop?.wakeWithin(0);
  }

  /**
   * Whether some endpoint serves, by a probe of this moment; false when none has within a second.
   * However many ask, there is one round. True where nothing could be asked (we shut down, we have no
   * descriptors): that is no evidence.
   */
  check(): Promise<boolean> {
    if (this.#stop.aborted) return Promise.resolve(true);
    this.#checking ??= this.#check().finally(() => {
      this.#checking = null;
    });
    return this.#checking;
  }

  async #check(): Promise<boolean> {
    const { promise: late, resolve } = Promise.withResolvers<Outcome>();
    const timer = setTimeout(resolve, CHECK_LIMIT_MS, 'failed');
    const outcome = await Promise.race([this.#startRound().outcome, late]);
    clearTimeout(timer);
    return outcome !== 'failed';
  }

  /** The round that is under way, or a new one. */
  #startRound(): Round {
    if (this.#round !== null) return this.#round;
    const round = probeRound(this.#deps.endpoints.list(), (endpoint) => this.#probe(endpoint));
    this.#round = round;
    this.#roundAt = performance.now();
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
    const { everyMs, endpoints, isUrgent } = this.#deps;
    const wantedMs = isUrgent() ? URGENT_PAUSE_MS : endpoints.hasAside ? ASIDE_PAUSE_MS : everyMs;
    const jitteredMs = Math.min(everyMs, wantedMs) * (0.9 + 0.2 * Math.random());
    // From the beginning of the round: one endpoint that hangs must not slow down the news of the others.
    return Math.max(SHORTEST_PAUSE_MS, jitteredMs - (performance.now() - this.#roundAt));
  }
}
