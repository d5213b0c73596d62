import { Tally } from '../outage/tally.ts';

const SHARE = 0.2;
const FLOOR = 10;

/**
 * Bounds retries to a share of the recent requests, so that an upstream in trouble is not asked twice
 * by everybody; a few are always allowed, for there is no share of a handful.
 */
export class RetryBudget {
  readonly #taken: Tally;

  constructor(spanMs: number) {
    this.#taken = new Tally(spanMs);
  }

  /** Takes one retry, if the requests of the same span allow it. */
  take(at: number, requests: number): boolean {
    if (this.#taken.total(at) >= Math.max(FLOOR, requests * SHARE)) return false;
    this.#taken.add(at);
    return true;
  }
}
