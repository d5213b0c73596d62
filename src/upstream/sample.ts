import type { Endpoint } from './endpoint.ts';

/** Each endpoint has its turn in so many samples. */
const PARTS = 3;
/** How many probes of one endpoint may be under way at once, where it lets them hang. */
const MOST_AT_ONCE = 4;
/** How many of those that are likely to be back are asked at once. */
const MOST_HOPEFULS = 2;

/** Chooses some of the endpoints to be asked once more, while a round that asks all is under way. */
export class Sample {
  readonly #underWay = new WeakMap<Endpoint, number>();
  #next = 0;

  /** A probe of the endpoint is under way. */
  began(endpoint: Endpoint): void {
    this.#underWay.set(endpoint, this.#count(endpoint) + 1);
  }

  ended(endpoint: Endpoint): void {
    this.#underWay.set(endpoint, this.#count(endpoint) - 1);
  }

  /** A few of the `hopefuls`, in their order, and, with `others`, a third of all in turn. */
  choose(all: readonly Endpoint[], hopefuls: readonly Endpoint[], others: boolean): Set<Endpoint> {
    const known = new Set(all);
    const first = hopefuls.filter((one) => known.has(one)).slice(0, MOST_HOPEFULS);
    const chosen = new Set(first);
    const size = others ? Math.ceil(all.length / PARTS) : 0;
    for (let step = 0; step < size; step += 1) {
      const endpoint = all[(this.#next + step) % all.length];
      if (endpoint !== undefined) chosen.add(endpoint);
    }
    this.#next += size;
    for (const one of chosen) if (this.#count(one) >= MOST_AT_ONCE) chosen.delete(one);
    return chosen;
  }

  #count(endpoint: Endpoint): number {
    return this.#underWay.get(endpoint) ?? 0;
  }
}
