import type { DetectionSettings } from '../config/upstream-settings.ts';
import { Tally } from '../outage/tally.ts';

/** What a budget is reckoned from at one moment. */
export interface Income {
  readonly at: number;
  /** How many requests ended within the span that the budget is made for. */
  readonly requests: number;
  /** The verdict is not `up`. */
  readonly isInTrouble: boolean;
}

/**
 * Bounds retries to a share of the requests of the same span, for the upstream as a whole: an outage is
 * never amplified by more than that. One that is not in trouble has a reserve beyond it, for there is no
 * share of a handful.
 */
export class RetryBudget {
  readonly #settings: Pick<DetectionSettings, 'retryShare' | 'retryReserve'>;
  readonly #taken: Tally;

  constructor(settings: Pick<DetectionSettings, 'windowMs' | 'retryShare' | 'retryReserve'>) {
    this.#settings = settings;
    this.#taken = new Tally(settings.windowMs);
  }

  /** Takes one retry, if there is one. */
  take(income: Income): boolean {
    if (this.left(income) === 0) return false;
    this.#taken.add(income.at);
    return true;
  }

  /** How many retries there are at this moment. */
  left({ at, requests, isInTrouble }: Income): number {
    const { retryShare, retryReserve } = this.#settings;
    const share = Math.floor(requests * retryShare);
    const allowed = isInTrouble ? share : Math.max(share, retryReserve);
    return Math.max(0, allowed - this.#taken.total(at));
  }
}
