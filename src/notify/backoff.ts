/** How long to wait between attempts, and how long to go on with them. */
export interface Backoff {
  readonly firstMs: number;
  readonly mostMs: number;
  readonly giveUpMs: number;
}

/** A receiver's outage of a day loses nothing; what is older than that wakes nobody for a good reason. */
export const BACKOFF: Backoff = {
  firstMs: 1_000,
  mostMs: 5 * 60_000,
  giveUpMs: 24 * 60 * 60_000,
};

/**
 * The wait after so many attempts that came to nothing: anything up to a limit that doubles each time,
 * so that gateways which lost the same receiver do not come back to it together.
 */
export function waitMs(attempts: number, chance: number, { firstMs, mostMs }: Backoff): number {
  return Math.ceil(chance * Math.min(mostMs, firstMs * 2 ** Math.min(attempts, 30)));
}
