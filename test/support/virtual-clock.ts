import type { Clock } from '../../src/upstream/clock.ts';

interface Timer {
  readonly dueAt: number;
  readonly call: () => void;
  isCancelled: boolean;
}

/** Any moment will do; a round one is easy to read in a failing test. */
const EPOCH = Date.UTC(2030, 0, 1);

/**
 * A clock that stands still until it is told to go on. Timers fire in the order of their times, and
 * those of one time in the order in which they were set; between two of them all promises that can
 * settle do.
 */
export class VirtualClock implements Clock {
  #elapsed = 0;
  #wallOffset = EPOCH;
  /** The next to fire first. */
  readonly #timers: Timer[] = [];

  now(): number {
    return this.#wallOffset + Math.floor(this.#elapsed);
  }

  monotonic(): number {
    return this.#elapsed;
  }

  /** As `setTimeout` counts: whole milliseconds, one at least. */
  after(delayMs: number, call: () => void): () => void {
    const dueAt = this.#elapsed + Math.max(1, Math.trunc(delayMs));
    const timer = { dueAt, call, isCancelled: false };
    this.#timers.splice(this.#placeOf(dueAt), 0, timer);
    return () => {
      timer.isCancelled = true;
    };
  }

  /** How many timers are set. */
  get pending(): number {
    return this.#timers.filter(({ isCancelled }) => !isCancelled).length;
  }

  /** Sets the wall clock forth or back. No timer notices. */
  jump(ms: number): void {
    this.#wallOffset += ms;
  }

  /** Lets time pass, with all that happens meanwhile. */
  async advance(ms: number): Promise<void> {
    const until = this.#elapsed + ms;
    await settle();
    for (let timer = this.#next(until); timer !== null; timer = this.#next(until)) {
      this.#elapsed = timer.dueAt;
      timer.call();
      await settle();
    }
    this.#elapsed = until;
  }

  #next(until: number): Timer | null {
    let [first] = this.#timers;
    while (first?.isCancelled === true) {
      this.#timers.shift();
      [first] = this.#timers;
    }
    if (first === undefined || first.dueAt > until) return null;
    this.#timers.shift();
    return first;
  }

  /** Behind all that are due no later. */
  #placeOf(dueAt: number): number {
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#timers[middle]?.dueAt ?? dueAt) <= dueAt) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** An immediate runs when no microtask is left, however long the chains of promises are. */
function settle(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setImmediate(resolve);
  return promise;
}
