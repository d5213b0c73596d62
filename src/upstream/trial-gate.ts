/**
 * Lets single requests through to an upstream that is `down`: never two at once, one in `pauseMs` at
 * most, and after one that took long a pause as long. Time is the monotonic clock's.
 */
export class TrialGate {
  readonly #pauseMs: number;
  #isRunning = false;
  #startedAt = 0;
  #nextAt = 0;

  constructor(pauseMs: number) {
    this.#pauseMs = pauseMs;
  }

  /** Takes the trial of this moment; false when there is none. */
  take(now: number): boolean {
    if (this.#isRunning || now < this.#nextAt) return false;
    this.#isRunning = true;
    this.#startedAt = now;
    return true;
  }

  /** The trial is over, however it ended. */
  end(now: number): void {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.#nextAt = Math.max(this.#startedAt + this.#pauseMs, now + (now - this.#startedAt));
  }

  /** There is news that a trial would tell more of: the next one need not wait. */
  hurry(now: number): void {
    this.#nextAt = Math.min(this.#nextAt, now);
  }

  /** Whether a trial runs, or the pause after the last one has not been over for long. */
  isToCome(now: number): boolean {
    return this.#isRunning || now < this.#nextAt + this.#pauseMs;
  }
}
