/** TCP's initial window (RFC 6928): what may be sent to somebody of whom nothing is known yet. */
const FIRST = 10;
/** How often that doubles until the door is wide open: 2,560 under way at once are as good as no bound. */
const DOUBLINGS = 8;

/**
 * Bounds how many requests are under way at once while an upstream comes back from an outage, so that
 * all who have waited for it do not throw it down again.
 *
 * The bound doubles again and again over `reopenMs`, and each reply adds one more, as in TCP's slow
 * start: who answers fast is trusted fast. Time is the monotonic clock's.
 */
export class Reopening {
  readonly #reopenMs: number;
  #since: number | null = null;
  /** Streams and tunnels that have outlived the outage are no new load. */
  #carried = 0;
  #replies = 0;

  constructor(reopenMs: number) {
    this.#reopenMs = reopenMs;
  }

  /** Whether requests have to ask `mayEnter`. */
  get isOn(): boolean {
    return this.#since !== null;
  }

  /** The upstream has begun to come back, with so many requests under way. */
  begin(outstanding: number, now: number): void {
    if (this.#reopenMs === 0) return;
    this.#since = now;
    this.#carried = outstanding;
    this.#replies = 0;
  }

  /** It has gone again. */
  end(): void {
    this.#since = null;
  }

  /** A reply came that tells of no outage. */
  replied(): void {
    this.#replies += 1;
  }

  /** Whether one more may be sent beside those that are under way. */
  mayEnter(outstanding: number, now: number): boolean {
    if (this.#since === null) return true;
    const part = (now - this.#since) / this.#reopenMs;
    if (part >= 1) {
      this.#since = null;
      return true;
    }
    const bound = FIRST * 2 ** (DOUBLINGS * part) + this.#replies;
    return outstanding - this.#carried < Math.floor(bound);
  }
}
