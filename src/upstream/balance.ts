/** What is looked at when an endpoint is chosen for a request. */
interface Candidate {
  /** Requests that are under way. */
  readonly outstanding: number;
  /** From 0 to 1: the part of its share that it is to get. */
  weight(at: number): number;
}

/** After so many pairs that were turned down the next is taken as it is: then most of them are starting. */
const MOST_PAIRS = 4;

/**
 * One of a random pair: the one with fewer requests under way. This "power of two choices" is nearly as
 * even as looking at all of them, and does not send everybody to the one that looked best.
 *
 * `random` is from 0 to 1, 1 excluded. Allocates nothing.
 */
export function lighterOfPair<Item extends Candidate>(
  items: readonly Item[],
  random: () => number,
): Item | null {
  const count = items.length;
  if (count < 2) return items[0] ?? null;
  const roll = Math.floor(random() * count * (count - 1)); // One roll for both.
  const one = items[roll % count];
  const two = items[otherPlace(roll, count)];
  if (one === undefined || two === undefined) return null;
  return two.outstanding < one.outstanding ? two : one;
}

/**
 * The same while some of them start slowly: each is accepted with the probability of its weight, the
 * lighter one is asked first, and where neither is accepted another pair is drawn.
 */
export function lighterByWeight<Item extends Candidate>(
  items: readonly Item[],
  random: () => number,
  at: number,
): Item | null {
  const count = items.length;
  for (let pairs = 0; pairs < MOST_PAIRS && count > 1; pairs += 1) {
    const roll = Math.floor(random() * count * (count - 1));
    const one = items[roll % count];
    const two = items[otherPlace(roll, count)];
    if (one === undefined || two === undefined) return null;
    const lighter = two.outstanding < one.outstanding ? two : one;
    if (random() < lighter.weight(at)) return lighter;
    const heavier = lighter === one ? two : one;
    if (random() < heavier.weight(at)) return heavier;
  }
  return lighterOfPair(items, random);
}

/** 1 to count-1 places further on than the first of the pair, each as likely. */
function otherPlace(roll: number, count: number): number {
  return (roll + 1 + Math.floor(roll / count)) % count;
}
