import type { Cause } from '../outage/cause.ts';
import type { Endpoint } from './endpoint.ts';
import type { ProbeResult } from './probe.ts';

/** For so long after something has changed about an endpoint it is likely to be the first one back. */
const HOPE_MS = 10_000;

/**
 * What probes have told of the endpoints lately: which of them changed, and is worth asking before the
 * others, and whether what a probe says is still news. Times are the monotonic clock's.
 */
export class EndpointNews {
  /** How each failed last, if it did. */
  readonly #causes = new WeakMap<Endpoint, Cause>();
  /** When the last probe began that an endpoint served. */
  readonly #served = new WeakMap<Endpoint, number>();
  /** Since when there is hope, the longest first. */
  readonly #hopefuls = new Map<Endpoint, number>();

  added(endpoints: readonly Endpoint[], now: number): void {
    for (const endpoint of endpoints) this.#hope(endpoint, now);
  }

  /**
   * Takes note of what a probe said that began at `askedAt`. False where that is the past: the endpoint
   * has served one that began later.
   */
  learn(endpoint: Endpoint, { cause }: ProbeResult, askedAt: number, now: number): boolean {
    if (cause === null) {
      this.#served.set(endpoint, Math.max(askedAt, this.#served.get(endpoint) ?? askedAt));
      this.#causes.delete(endpoint);
      return true;
    }
    if (askedAt < (this.#served.get(endpoint) ?? askedAt)) return false;
    const before = this.#causes.get(endpoint) ?? cause;
    this.#causes.set(endpoint, cause);
    // A machine that starts cannot be reached at first, refuses then, and serves at last.
    if (before !== cause) this.#hope(endpoint, now);
    return true;
  }

  /** Those that came or changed a short while ago, the latest first. */
  hopefuls(now: number): Endpoint[] {
    this.#forget(now);
    return [...this.#hopefuls.keys()].reverse();
  }

  #hope(endpoint: Endpoint, now: number): void {
    this.#forget(now);
    this.#hopefuls.delete(endpoint); // So that it comes to the end.
    this.#hopefuls.set(endpoint, now);
  }

  #forget(now: number): void {
    for (const [endpoint, since] of this.#hopefuls) {
      if (now - since < HOPE_MS) return;
      this.#hopefuls.delete(endpoint);
    }
  }
}
