/** The upper bounds of the buckets, in milliseconds: a fast page is told from a slow one, and a slow one from a hang. */
export const BOUNDS_MS = [
  1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000,
];

/** How long requests took, as plain numbers; one that takes longer than the last bound is in the last bucket. */
export interface Durations {
  /** How many there are between a bound and the one before it; one more than there are bounds. */
  readonly buckets: number[];
  totalMs: number;
}

/** Nothing took any time yet. */
export function newDurations(): Durations {
  return { buckets: Array.from({ length: BOUNDS_MS.length + 1 }, () => 0), totalMs: 0 };
}

/** Counts one more. */
export function addDuration(durations: Durations, ms: number): void {
  const { buckets } = durations;
  let bucket = 0;
  // From the front: most requests are fast.
  while (ms > (BOUNDS_MS[bucket] ?? Number.POSITIVE_INFINITY)) bucket += 1;
  buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  durations.totalMs += ms;
}
