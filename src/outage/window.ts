import type { Traffic } from './signal.ts';
import { Tally } from './tally.ts';
import { Waiting } from './waiting.ts';

/** A row of failed requests ends when none was sent for this long: two faults a night apart are two. */
const ROW_GAP_MS = 120_000;

/**
 * The recent outcomes of one upstream's requests: counts over a sliding span, the last success, the
 * row of failures since, and for how long nobody has got a reply.
 *
 * All but `traffic` allocate nothing; they are on every request's way. `traffic` makes a summary, for a
 * signal.
 */
export class Window {
  readonly #succeeded: Tally;
  readonly #failed: Tally;
  readonly #waiting = new Waiting();
  #lastSuccessAt = 0;
  #rowCount = 0;
  #rowSince = 0;
  #rowLastAt = 0;

  constructor(spanMs: number) {
    this.#succeeded = new Tally(spanMs);
    this.#failed = new Tally(spanMs);
  }

  /** A request was sent. What becomes of it is told by `succeeded`, or by `failed`, or not at all. */
  forwarded(at: number): void {
    this.#waiting.began(at);
  }

  /** A request that was sent waits no longer, for whatever reason. Called once for each. */
  released(): void {
    this.#waiting.ended();
  }

  /** A request got its reply. */
  succeeded(at: number): void {
    this.#waiting.replied(at);
    this.#succeeded.add(at);
    this.#lastSuccessAt = at;
    this.#rowCount = 0;
  }

  /** A request failed. */
  failed(at: number): void {
    this.#failed.add(at);
    const goesOn = this.#rowCount > 0 && Math.abs(at - this.#rowLastAt) <= ROW_GAP_MS;
    if (!goesOn) this.#rowSince = at;
    this.#rowCount = goesOn ? this.#rowCount + 1 : 1;
    this.#rowLastAt = at;
  }

  /** How many requests ended within the span. */
  requests(at: number): number {
    return this.#succeeded.total(at) + this.#failed.total(at);
  }

  traffic(at: number): Traffic {
    const hasRow = this.#rowCount > 0 && Math.abs(at - this.#rowLastAt) <= ROW_GAP_MS;
    const hasSucceeded = this.#lastSuccessAt > 0 && this.#lastSuccessAt <= at;
    return {
      succeeded: this.#succeeded.total(at),
      failed: this.#failed.total(at),
      // A success in the future was before the clock was set back: how long ago, nobody knows.
      lastSuccessAt: hasSucceeded ? this.#lastSuccessAt : null,
      row: hasRow
        ? { count: this.#rowCount, since: this.#rowSince, lastAt: this.#rowLastAt }
        : null,
      waitingSince: this.#waiting.since,
      longestWaitMs: this.#waiting.longestMs(at),
    };
  }

  /** Forgets the failures: after a recovery, those of the outage are no evidence of the next one. */
  clearFailures(): void {
    this.#failed.clear();
    this.#rowCount = 0;
  }
}
