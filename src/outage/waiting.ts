/** How long a wait is remembered at least; twice as long at most. */
const MEMORY_MS = 60_000;

/**
 * For how long nobody has got a reply, of all those who wait for one.
 *
 * One number for all requests: each reply begins the wait of the others anew. At one request at a time
 * that is the time which the application takes; under load it is far less, and what matters is only
 * whether it is longer than it used to be. Nothing here allocates.
 */
export class Waiting {
  #count = 0;
  #since = 0;
  #longestMs = 0;
  #longestBeforeMs = 0;
  #rememberedAt = 0;

  /** Null while nobody waits. */
  get since(): number | null {
    return this.#count > 0 ? this.#since : null;
  }

  /** The longest wait of the last minute or two that a reply has ended. */
  longestMs(at: number): number {
    this.#forget(at);
    return Math.max(this.#longestMs, this.#longestBeforeMs);
  }

  /** A request was sent. */
  began(at: number): void {
    if (this.#count === 0) this.#since = at;
    this.#count += 1;
  }

  /** A reply came, to whomever. */
  replied(at: number): void {
    if (this.#count === 0) return;
    this.#forget(at);
    this.#longestMs = Math.max(this.#longestMs, at - this.#since);
    this.#since = at;
  }

  /** One of those who were sent waits no longer. */
  ended(): void {
    if (this.#count > 0) this.#count -= 1;
  }

  #forget(at: number): void {
    const ageMs = Math.abs(at - this.#rememberedAt);
    if (ageMs < MEMORY_MS) return;
    this.#longestBeforeMs = ageMs < 2 * MEMORY_MS ? this.#longestMs : 0;
    this.#longestMs = 0;
    this.#rememberedAt = at;
  }
}
