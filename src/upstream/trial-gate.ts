/** A client whose request is the trial of a hung upstream waits no longer for the honest answer. */
export const MOST_TRIAL_MS = 3_000;

/**
 * Lets single requests through to an upstream that is `down`: never two at once, one in `pauseMs` at
 * most, and after one that took long a pause as long. News lets one more through, beside one that is
 * under way and in a pause, but no two of these within `pauseMs`. Time is the monotonic clock's.
 */
export class TrialGate {
  readonly #pauseMs: number;
  #running = 0;
  /** When the last one began. */
  #startedAt = 0;
  #nextAt = 0;
  /** Since when there is news that no trial has followed; null: there is none. */
  #newsAt: number | null = null;
  /** When the next one may be let through for news. */
  #nextForNewsAt = Number.NEGATIVE_INFINITY;

  constructor(pauseMs: number) {
    this.#pauseMs = pauseMs;
  }

  /** Takes the trial of this moment; false when there is none. */
  take(now: number): boolean {
    const isForNews = this.#newsAt !== null && now >= this.#nextForNewsAt;
    if (isForNews) this.#nextForNewsAt = now + this.#pauseMs;
    else if (this.#running > 0 || now < this.#nextAt) return false;
    this.#newsAt = null;
    this.#running += 1;
    this.#startedAt = now;
    return true;
  }

  /** A trial is over, however it ended. */
  end(now: number): void {
    if (this.#running === 0) return;
    this.#running -= 1;
    this.#nextAt = Math.max(this.#startedAt + this.#pauseMs, now + (now - this.#startedAt));
  }

  /**
   * There is news that a trial would tell more of: the next one need wait neither for the pause, nor for
   * one that began before the news and may hang for ever.
   */
  hurry(now: number): void {
    this.#newsAt = now;
  }

  /** Whether a trial runs, or one has not been due for long. */
  isToCome(now: number): boolean {
    const dueAt = Math.max(this.#nextAt, this.#newsAt ?? this.#nextAt);
    return this.#running > 0 || now < dueAt + this.#pauseMs;
  }
}
