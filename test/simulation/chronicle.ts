import type { Belief } from '../../src/outage/verdict.ts';

/** A change of what is believed. `at` is the world's time, `wallAt` the wall clock's. */
export interface Turn {
  readonly at: number;
  readonly wallAt: number;
  readonly belief: Belief;
  readonly previous: Belief;
  /** How long a recovery has to hold at this moment. */
  readonly streakMs: number;
}

/** How a request ended. `answered`: by the gateway, on the word of others; `left`: by its client. */
export type RequestEnd = 'served' | 'failed' | 'answered' | 'left';

/** What became of requests, in the order in which they ended; in columns, because there are many. */
class RequestLog {
  readonly #beganAt: number[] = [];
  readonly #endedAt: number[] = [];
  readonly #ends: RequestEnd[] = [];

  add(beganAt: number, endedAt: number, end: RequestEnd): void {
    this.#beganAt.push(beganAt);
    this.#endedAt.push(endedAt);
    this.#ends.push(end);
  }

  /** Each that ended from `from` to `to`. */
  *within(from: number, to: number): Generator<RequestRecord> {
    for (let index = this.#indexOf(from); index < this.#ends.length; index += 1) {
      const endedAt = this.#endedAt[index] ?? Number.POSITIVE_INFINITY;
      const end = this.#ends[index];
      if (endedAt > to || end === undefined) return;
      yield { beganAt: this.#beganAt[index] ?? 0, endedAt, end };
    }
  }

  /** The first that ended then or later. */
  #indexOf(at: number): number {
    let low = 0;
    let high = this.#endedAt.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#endedAt[middle] ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

interface RequestRecord {
  readonly beganAt: number;
  readonly endedAt: number;
  readonly end: RequestEnd;
}

/**
 * What happened in a world, as the world saw it: what became of requests, and what the core was told.
 * `isBrief` keeps the numbers alone.
 */
export class Chronicle {
  readonly turns: Turn[] = [];
  readonly requests = new RequestLog();
  readonly counts = {
    requests: 0,
    served: 0,
    /** Of those, with the application's own 500. */
    errors: 0,
    failed: 0,
    answered: 0,
    left: 0,
    attempts: 0,
    probes: 0,
    turns: 0,
  };
  /** When requests came, whatever became of them. */
  readonly arrivedAt: number[] = [];
  /** When the core was told of what fails, by source; in the world's time. */
  readonly failedRequestsAt: number[] = [];
  readonly failedProbesAt: number[] = [];
  readonly emptyAt: number[] = [];
  /** Of these, the answers that said somebody wanted it so. */
  readonly decidedAt: number[] = [];
  /** When requests were sent another time. */
  readonly retriesAt: number[] = [];
  /** The same by the wall clock, of all sources. */
  readonly failureWallTimes = new Set<number>();
  readonly successWallTimes = new Set<number>();
  readonly #clock: { monotonic(): number; now(): number };
  readonly #isBrief: boolean;
  #lastSuccessAt = 0;

  constructor(clock: { monotonic(): number; now(): number }, isBrief: boolean) {
    this.#clock = clock;
    this.#isBrief = isBrief;
  }

  turned(belief: Belief, previous: Belief, streakMs: number): void {
    this.counts.turns += 1;
    if (this.#isBrief) return;
    const [at, wallAt] = [this.#clock.monotonic(), this.#clock.now()];
    this.turns.push({ at, wallAt, belief, previous, streakMs });
  }

  /** A client asks. */
  arrived(): void {
    if (!this.#isBrief) this.arrivedAt.push(this.#clock.monotonic());
  }

  /** The client has its end. */
  ended(beganAt: number, end: RequestEnd): void {
    this.counts.requests += 1;
    this.counts[end] += 1;
    if (this.#isBrief) return;
    this.requests.add(beganAt, this.#clock.monotonic(), end);
    if (end === 'served') this.#noteSuccess();
  }

  /** The core is told that a request failed. */
  requestFailed(): void {
    if (this.#isBrief) return;
    this.failedRequestsAt.push(this.#clock.monotonic());
    this.failureWallTimes.add(this.#clock.now());
  }

  retried(): void {
    if (!this.#isBrief) this.retriesAt.push(this.#clock.monotonic());
  }

  probed(isServed: boolean): void {
    this.counts.probes += 1;
    if (this.#isBrief) return;
    if (isServed) this.#noteSuccess();
    else {
      this.failedProbesAt.push(this.#clock.monotonic());
      this.failureWallTimes.add(this.#clock.now());
    }
  }

  /** Discovery listed nothing, or failed and knows nothing from before. */
  discoveryFailed(isDecided: boolean): void {
    if (this.#isBrief) return;
    if (isDecided) this.decidedAt.push(this.#clock.monotonic());
    this.emptyAt.push(this.#clock.monotonic());
    this.failureWallTimes.add(this.#clock.now());
  }

  #noteSuccess(): void {
    const now = this.#clock.now();
    if (now === this.#lastSuccessAt) return;
    this.#lastSuccessAt = now;
    this.successWallTimes.add(now);
  }
}
