/** A slot is as long as the second in which so many pages reload. */
const SLOT_MS = 1_000;
/** No page is told to reload sooner than this. */
export const LEAST_MS = 1_000;
/** The first slots are small: an upstream that is just back is tried before it is trusted. */
const FIRST = { slots: 10, pages: 5 };
const PAGES = 20;
/** Nobody waits longer: a queue that would is let out faster. */
const MOST_MS = 120_000;

/**
 * The places in which the pages that wait reload when their upstream is back: one-second slots of a few
 * pages each, the first a second from the beginning. Times are the monotonic clock's, in milliseconds.
 */
export class ReleaseSlots {
  readonly #beganAt: number;
  readonly #random: () => number;
  /** How many pages have a place in each slot that is not over. */
  readonly #taken = new Map<number, number>();
  #pages = PAGES;
  /** Every earlier slot is over or full. */
  #next = 0;
  #lastAt: number | null = null;

  constructor(now: number, random: () => number) {
    this.#beganAt = now + LEAST_MS;
    this.#random = random;
  }

  /**
   * When the last of those that have waited for the release reloads; null while nobody has a place. Who comes
   * two minutes later has not waited for it.
   */
  get lastAt(): number | null {
    return this.#lastAt === null ? null : Math.min(this.#lastAt, this.#beganAt + MOST_MS);
  }

  /** Takes the next place; the time at which that page is to reload. */
  take(now: number): number {
    const slot = this.#find(now);
    this.#taken.set(slot, (this.#taken.get(slot) ?? 0) + 1);
    const at = this.#within(slot, now);
    this.#lastAt = Math.max(this.#lastAt ?? at, at);
    return at;
  }

  /** When a page would reload that took the next place. */
  look(now: number): number {
    return this.#within(this.#find(now), now);
  }

  #find(now: number): number {
    const current = this.#slotAt(now + LEAST_MS);
    if (current > this.#next) this.#forget(current);
    const last = this.#slotAt(now + MOST_MS) - 1;
    for (;;) {
      while (this.#next <= last && this.#isFull(this.#next)) this.#next += 1;
      if (this.#next <= last) return this.#next;
      this.#pages += 1;
      this.#next = Math.max(current, FIRST.slots);
    }
  }

  #isFull(slot: number): boolean {
    return (this.#taken.get(slot) ?? 0) >= (slot < FIRST.slots ? FIRST.pages : this.#pages);
  }

  /** Slots that are over; with them goes the queue that raised the number. */
  #forget(current: number): void {
    for (const slot of this.#taken.keys()) if (slot < current) this.#taken.delete(slot);
    if (this.#taken.size === 0) this.#pages = PAGES;
    this.#next = current;
  }

  #slotAt(at: number): number {
    return Math.floor((at - this.#beganAt) / SLOT_MS);
  }

  /** Some moment of a slot that is not too soon. */
  #within(slot: number, now: number): number {
    const from = Math.max(this.#beganAt + slot * SLOT_MS, now + LEAST_MS);
    const until = this.#beganAt + (slot + 1) * SLOT_MS;
    return from + this.#random() * (until - from);
  }
}
