const BUCKETS = 20;

/**
 * Counts events over a sliding span of time, in buckets, so that a count costs no allocation.
 *
 * The span is exact to one bucket (a twentieth). A clock that is set back empties the tally: what
 * was counted can no longer be placed in time.
 */
export class Tally {
  readonly #bucketMs: number;
  readonly #counts = new Uint32Array(BUCKETS);
  #bucket = 0;
  #slot = 0;
  #total = 0;

  constructor(spanMs: number) {
    this.#bucketMs = spanMs / BUCKETS;
  }

  /** Counts one event. */
  add(at: number): void {
    const bucket = Math.floor(at / this.#bucketMs);
    if (bucket !== this.#bucket) this.#turnTo(bucket);
    this.#counts[this.#slot] = (this.#counts[this.#slot] ?? 0) + 1;
    this.#total += 1;
  }

  /** How many events fell into the span that ends at `at`. */
  total(at: number): number {
    const bucket = Math.floor(at / this.#bucketMs);
    if (bucket !== this.#bucket) this.#turnTo(bucket);
    return this.#total;
  }

  clear(): void {
    this.#counts.fill(0);
    this.#total = 0;
  }

  #turnTo(bucket: number): void {
    const passed = bucket - this.#bucket;
    this.#bucket = bucket;
    if (passed < 0 || passed >= BUCKETS) {
      this.clear();
      return;
    }
    for (let turned = 0; turned < passed; turned += 1) {
      this.#slot = this.#slot + 1 === BUCKETS ? 0 : this.#slot + 1;
      this.#total -= this.#counts[this.#slot] ?? 0;
      this.#counts[this.#slot] = 0;
    }
  }
}
