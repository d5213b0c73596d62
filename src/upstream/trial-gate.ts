const PAUSE_MS = 1_000;

/**
 * Lets single requests through to an upstream that is `down`: never two at once, one a second at
 * most, and after one that took long a pause as long. Time is the monotonic clock's.
 */
export class TrialGate {
  #isRunning = false;
  #startedAt = 0;
  #nextAt = 0;

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
    this.#nextAt = Math.max(this.#startedAt + PAUSE_MS, now + (now - this.#startedAt));
  }

  /** Whether a trial runs, or the pause after the last one has not been over for long. */
  isToCome(now: number): boolean {
    return this.#isRunning || now < this.#nextAt + PAUSE_MS;
  }
}
