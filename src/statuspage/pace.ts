const TROUBLED_MS = 15_000;
const MOST_MS = 10 * 60_000;
const MOST_WHILE_TROUBLED_MS = 60_000;

/** What the time until the next reading depends on. */
export interface Pace {
  readonly pollMs: number;
  /** Something is not well behind the gateway, so somebody reads along. */
  readonly isTroubled: boolean;
  /** Failed readings in a row. */
  readonly failures: number;
  /** How long the page asked us to stay away, or null. */
  readonly askedMs: number | null;
  /** 0 up to 1: where in the jitter's range this wait falls. */
  readonly chance: number;
}

/**
 * How long to wait for the next reading: the interval ±20 %, doubled with each failure in a row.
 *
 * While something is troubled the interval is 15 s and a failure is tried again within a minute. A
 * page that asks for a pause gets it, at most 10 minutes and never less than it asked for.
 */
export function nextWaitMs({ pollMs, isTroubled, failures, askedMs, chance }: Pace): number {
  const interval = isTroubled ? Math.min(pollMs, TROUBLED_MS) : pollMs;
  const most = isTroubled ? MOST_WHILE_TROUBLED_MS : MOST_MS;
  const doubled = interval * 2 ** Math.min(Math.max(failures - 1, 0), 10);
  const backedOff = Math.max(interval, Math.min(doubled, most));
  const wait = Math.round(backedOff * (0.8 + 0.4 * chance));
  if (askedMs === null) return wait;
  return Math.max(wait, Math.min(Math.round(askedMs * (1 + 0.2 * chance)), MOST_MS));
}

/**
 * The pause that a `Retry-After` asks for, in milliseconds from `now`; null when it is not one.
 *
 * Both forms of RFC 9110, section 10.2.3: seconds, and a date.
 */
export function retryAfterMs(value: string | null, now: number): number | null {
  if (value === null) return null;
  if (/^\d{1,9}$/.test(value)) return Math.min(Number(value) * 1_000, MOST_MS);
  // Every form of a date that HTTP has begins with a weekday; Date.parse would read much else.
  const at = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : Math.min(Math.max(at - now, 0), MOST_MS);
}
