import type { Endpoint } from './endpoint.ts';

/** What is asked about one endpoint before a round. */
interface Standing {
  readonly isAside: (endpoint: Endpoint) => boolean;
  /** Whether it has just replied to a request: it does not need asking. */
  readonly isFresh: (endpoint: Endpoint) => boolean;
}

/** Whom a round asks, and how many it does not. */
export interface Asked {
  readonly endpoints: readonly Endpoint[];
  /** Left out because they serve. */
  readonly fresh: number;
  /** Left out until it is their turn. */
  readonly putOff: number;
}

/** Chooses whom to ask while all is well, in turn, so that each has its turn however few are asked. */
export class QuietRounds {
  #next = 0;

  /** All that are set aside, and at most `share` of those that are not fresh. */
  choose(endpoints: readonly Endpoint[], share: number, { isAside, isFresh }: Standing): Asked {
    const chosen: Endpoint[] = [];
    const start = this.#next;
    let fresh = 0;
    let left = share;
    for (let step = 0; step < endpoints.length; step += 1) {
      const index = (start + step) % endpoints.length;
      const endpoint = endpoints[index];
      if (endpoint === undefined) continue;
      if (isAside(endpoint)) chosen.push(endpoint);
      else if (isFresh(endpoint)) fresh += 1;
      else if (left > 0) {
        left -= 1;
        chosen.push(endpoint);
        this.#next = index + 1;
      }
    }
    return { endpoints: chosen, fresh, putOff: endpoints.length - chosen.length - fresh };
  }
}
