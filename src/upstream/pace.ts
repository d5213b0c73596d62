import { type Clock, SYSTEM_CLOCK } from './clock.ts';
import { Turnstile } from './turnstile.ts';

/**
 * How many probes a second all upstreams may make together.
 *
 * A probe costs some 60 µs of CPU time for a connect, and 100 µs for a page or a connect that fails: what
 * is asked while all is `well` takes less than one per cent of a core. That is enough to ask fifty endpoints each
 * second, or each of two hundred upstreams at one endpoint every four seconds. Those that are known
 * to be `down` take a tenth of a core at most, in order to be noticed when they are back. `trouble` is
 * short, and ends in a verdict: it may take nearly half of one for that.
 */
const LIMITS = { well: 50, down: 1_000, trouble: 4_000 };

/**
 * What a probe is made for: `verdict`, because somebody waits for what it says; `trouble`, to follow up
 * on what has been asked once; `return`, to notice when what is down is back.
 */
export type Purpose = 'verdict' | 'trouble' | 'return';

/**
 * What all upstreams of a program share out among them: probes. While an upstream is well, fewer of its
 * endpoints are asked; while it is in trouble all of them are, but later where too many are at once.
 */
export class Pace {
  readonly #limits: typeof LIMITS;
  readonly #down: Turnstile;
  readonly #trouble: Turnstile;
  /** Probes a second that the seats wish for, and the least that they can do with: one endpoint a round. */
  #wished = 0;
  #rounds = 0;

  constructor(clock: Clock = SYSTEM_CLOCK, limits: Partial<typeof LIMITS> = {}) {
    this.#limits = { ...LIMITS, ...limits };
    this.#down = new Turnstile(this.#limits.down, clock);
    this.#trouble = new Turnstile(this.#limits.trouble, clock);
  }

  join(): Seat {
    return new Seat({
      limit: this.#limits.well,
      wish: (probes, rounds) => {
        this.#wished += probes;
        this.#rounds += rounds;
      },
      wished: () => this.#wished,
      rounds: () => this.#rounds,
      turnstileFor: (purpose) => (purpose === 'return' ? this.#down : this.#trouble),
    });
  }
}

interface SeatDeps {
  readonly limit: number;
  /** Adds to what all seats wish for: probes and rounds a second. */
  readonly wish: (probes: number, rounds: number) => void;
  readonly wished: () => number;
  readonly rounds: () => number;
  readonly turnstileFor: (purpose: Purpose) => Turnstile;
}

/** One upstream's part in the pace. */
export class Seat {
  readonly #deps: SeatDeps;
  #wish = 0;
  #roundWish = 0;
  #purpose: Purpose = 'trouble';
  /** Each calls one probe that waits for its turn. */
  readonly #waiting: (() => void)[] = [];

  constructor(deps: SeatDeps) {
    this.#deps = deps;
  }

  /** Whether a probe waits for its turn. */
  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /**
   * How many of so many endpoints a round asks that has no reason to ask them all: each of them while
   * the wishes of all upstreams can be met, fewer beyond that, and never none.
   */
  share(endpoints: number, everyMs: number): number {
    const { limit } = this.#deps;
    this.#wishFor((endpoints * 1_000) / everyMs, 1_000 / everyMs);
    const wished = this.#deps.wished();
    return wished <= limit ? endpoints : Math.max(1, Math.floor((endpoints * limit) / wished));
  }

  /** How often a quiet round is due: each `everyMs`, or later where one endpoint of each upstream is too many. */
  quietMs(everyMs: number): number {
    return everyMs * Math.max(1, this.#deps.rounds() / this.#deps.limit);
  }

  /**
   * Waits for the turn of one probe, before all others of this upstream where it is `urgent`. Null: it is
   * now. What the last one is made for counts for all that wait.
   */
  turn(purpose: Purpose, isUrgent = false): Promise<void> | null {
    this.hasten(purpose);
    const turnstile = this.#deps.turnstileFor(purpose);
    if (!this.isWaiting && turnstile.pass()) return null;
    const { promise, resolve } = Promise.withResolvers<void>();
    if (isUrgent) this.#waiting.unshift(resolve);
    else this.#waiting.push(resolve);
    if (this.#waiting.length === 1) turnstile.join(this, purpose === 'verdict');
    return promise;
  }

  /** What those are made for that wait has changed. */
  hasten(purpose: Purpose): void {
    if (purpose === this.#purpose) return;
    const { turnstileFor } = this.#deps;
    turnstileFor(this.#purpose).leave(this);
    this.#purpose = purpose;
    if (this.isWaiting) turnstileFor(purpose).join(this, purpose === 'verdict');
  }

  /** For the turnstile. */
  takeTurn(): boolean {
    this.#waiting.shift()?.();
    return this.isWaiting;
  }

  /** Wishes for nothing any more. Nobody is left waiting. */
  leave(): void {
    this.#wishFor(0, 0);
    this.#deps.turnstileFor(this.#purpose).leave(this);
    for (const call of this.#waiting.splice(0)) call();
  }

  #wishFor(probes: number, rounds: number): void {
    this.#deps.wish(probes - this.#wish, rounds - this.#roundWish);
    this.#wish = probes;
    this.#roundWish = rounds;
  }
}
