import type { PublicAsk } from '../answer/answerer.ts';
import type { PublicState } from '../answer/status-json.ts';
import type { Belief } from '../outage/verdict.ts';
import type { Plan, Shown } from './plan.ts';
import type { Release } from './release.ts';

/** What somebody is told who asks how things are, and by what release that page would come back. */
export interface Told {
  readonly state: PublicState;
  /** Of the upstream that is told in full; null where no route leads to any. */
  readonly release: Release | null;
}

/** A request for the public state, with the place in the release that its page wants or has. */
export interface ReaderAsk extends PublicAsk {
  /**
   * `wanted`: it waits, and has none. A number: it has one, and so many milliseconds left. `none`: it
   * reloads nothing, so it takes no place.
   */
  readonly place: 'none' | 'wanted' | number;
}

/** No page has been given more. */
const MOST_PLACE_MS = 600_000;

/** Reads the parameters of a public path. */
export function readerAsk(rawHeaders: readonly string[], query: URLSearchParams): ReaderAsk {
  return {
    rawHeaders,
    upstream: query.get('upstream'),
    language: query.get('lang'),
    place: placeOf(query.get('wait')),
  };
}

/**
 * Has each release follow what is believed of its upstream. One that is closed for planned work is as
 * far from back as one that is down, and its pages come back in the same way.
 */
export function followAll({ shown, maintenances }: Plan, now: number): void {
  for (const { upstream, release } of shown) {
    const isClosed = maintenances.of(upstream.settings.name) !== null;
    release.follow(isClosed ? 'down' : upstream.belief.verdict.state, now);
  }
}

/** Puts together what is to be told at this moment. */
export function toldTo({ answerer, shown, maintenances }: Plan, ask: PublicAsk): Told {
  const beliefs = shown.map((each) => maintenances.over(beliefOf(each)));
  const state = answerer.publicState(beliefs, ask);
  const told = shown.find(({ upstream }) => upstream.settings.name === state.upstream);
  return { state, release: told?.release ?? null };
}

/** In how many milliseconds a page is to reload that asks once; null while it has nothing to come back to. */
export function reloadAfter(
  release: Release | null,
  place: ReaderAsk['place'],
  now: number,
): number | null {
  if (release === null) return null;
  if (place === 'none') return release.look(now);
  return place === 'wanted' ? release.take(now) : release.keep(place);
}

/** An upstream that fails those who are let out is not back, whatever was believed a moment ago. */
function beliefOf({ upstream, release }: Shown): Belief {
  const { belief, lastTrouble } = upstream;
  return release.isStopped && belief.verdict.state === 'up' && lastTrouble !== null
    ? lastTrouble.belief
    : belief;
}

function placeOf(wait: string | null): ReaderAsk['place'] {
  if (wait === 'no') return 'none';
  return wait !== null && /^\d{1,9}$/.test(wait) ? Math.min(Number(wait), MOST_PLACE_MS) : 'wanted';
}
