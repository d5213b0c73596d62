/**
 * How many probes a second all upstreams may make together while they are well.
 *
 * A probe costs some 60 µs of CPU time for a connect, and 100 µs for a page: this many take one per
 * cent of a core. Enough to ask a hundred endpoints each second, or each of two hundred upstreams at
 * one endpoint every two seconds.
 */
const PROBES_A_SECOND = 100;

/** One upstream's part in the pace. */
export interface Seat {
  /**
   * How many of so many endpoints a round asks that has no reason to ask them all: each of them while
   * the wishes of all upstreams can be met, fewer beyond that, and never none.
   */
  share(endpoints: number, everyMs: number): number;
  /** Wishes for nothing any more. */
  leave(): void;
}

/**
 * What all upstreams of a program share out among them: the probes that are made only to know that all
 * is still well. Those of an upstream in trouble, and of an endpoint that is set aside, are never put off.
 */
export class Pace {
  readonly #limit: number;
  #wished = 0;

  constructor(limit = PROBES_A_SECOND) {
    this.#limit = limit;
  }

  join(): Seat {
    let wish = 0;
    const wishFor = (probes: number) => {
      this.#wished += probes - wish;
      wish = probes;
    };
    return {
      share: (endpoints, everyMs) => {
        wishFor((endpoints * 1_000) / everyMs);
        if (this.#wished <= this.#limit) return endpoints;
        return Math.max(1, Math.floor((endpoints * this.#limit) / this.#wished));
      },
      leave: () => wishFor(0),
    };
  }
}
