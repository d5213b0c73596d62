import type { DetectionSettings } from '../config/upstream-settings.ts';
import { Tally } from '../outage/tally.ts';

/** How the recent attempts at one endpoint ended, counted from its first failure on. */
export class Attempts {
  readonly #succeeded: Tally;
  readonly #failed: Tally;

  constructor(spanMs: number) {
    this.#succeeded = new Tally(spanMs);
    this.#failed = new Tally(spanMs);
  }

  /** Whether there is nothing left to count: no failure within the span. */
  succeeded(at: number): boolean {
    this.#succeeded.add(at);
    return this.#failed.total(at) === 0;
  }

  failed(at: number): void {
    this.#failed.add(at);
  }

  /** Whether enough were made, and too large a share of them failed. */
  isMostlyFailing(
    at: number,
    { requests, share }: Pick<DetectionSettings['setAside'], 'requests' | 'share'>,
  ): boolean {
    const failed = this.#failed.total(at);
    const total = failed + this.#succeeded.total(at);
    return total >= requests && failed >= total * share;
  }
}
