import type { Clock } from './clock.ts';

/** One that waits at a turnstile, perhaps for several turns. */
export interface Waiting {
  /** Takes one turn. Whether it waits for another. */
  takeTurn(): boolean;
}

/** A burst may be as large as what this long brings: a round of each upstream, where they begin together. */
const BURST_S = 0.3;
/** Turns are given together: what wakes the process once instead of twenty times costs half. */
const TICK_MS = 20;

/**
 * Lets through so many a second. Where more come they wait, and have their turns in rotation, one each;
 * those with precedence before the others.
 */
export class Turnstile {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #ahead = new Set<Waiting>();
  readonly #others = new Set<Waiting>();
  #left: number;
  #countedAt: number;
  #isTicking = false;

  constructor(perSecond: number, clock: Clock) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#left = perSecond * BURST_S;
    this.#countedAt = clock.monotonic();
  }

  /** Takes a turn of this moment; false where there is none, or others wait. */
  pass(): boolean {
    if (this.#isTicking) return false;
    this.#count();
    return this.#take();
  }

  /** Has `waiting` take turns as they come, until it waits for none. */
  join(waiting: Waiting, hasPrecedence: boolean): void {
    this.leave(waiting);
    (hasPrecedence ? this.#ahead : this.#others).add(waiting);
    this.#tickLater();
  }

  leave(waiting: Waiting): void {
    this.#ahead.delete(waiting);
    this.#others.delete(waiting);
  }

  #take(): boolean {
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }

  #count(): void {
    const now = this.#clock.monotonic();
    const come = ((now - this.#countedAt) / 1_000) * this.#perSecond;
    this.#left = Math.min(this.#perSecond * BURST_S, this.#left + come);
    this.#countedAt = now;
  }

  #tickLater(): void {
    if (this.#isTicking) return;
    this.#isTicking = true;
    this.#clock.after(TICK_MS, () => this.#tick());
  }

  #tick(): void {
    this.#count();
    this.#giveTurns(this.#ahead);
    this.#giveTurns(this.#others);
    this.#isTicking = false;
    if (this.#ahead.size + this.#others.size > 0) this.#tickLater();
  }

  /** A set is iterated in the order of insertion, and those that are added meanwhile come at its end. */
  #giveTurns(line: Set<Waiting>): void {
    for (const waiting of line) {
      if (!this.#take()) return;
      line.delete(waiting);
      if (waiting.takeTurn()) line.add(waiting);
    }
  }
}
