import type { Notice } from './notice.ts';

/** How the seconds of an answer are drawn: `least` to `least + spread`, from `endsAt` on if it is set. */
export interface RetryDraw {
  readonly least: number;
  readonly spread: number;
  /** End of a maintenance, or null; the seconds that are left are added. */
  readonly endsAt: number | null;
  readonly most: number;
}

const OUTAGE: RetryDraw = { least: 30, spread: 30, endsAt: null, most: 60 };
const OVERLOAD: RetryDraw = { least: 5, spread: 10, endsAt: null, most: 15 };
const LONGEST = 3600;

/** Spread, so that those who were sent away do not come back together: UX.md, section 2.3. */
export function retryDrawOf({
  reason,
  endsAt,
  now,
}: Pick<Notice, 'reason' | 'endsAt' | 'now'>): RetryDraw {
  if (reason === 'overload') return OVERLOAD;
  if (reason !== 'maintenance' || endsAt === null || endsAt <= now) return OUTAGE;
  return { least: 0, spread: 120, endsAt, most: LONGEST };
}

/** One answer's seconds; `random` is 0 to 1, `now` milliseconds. */
export function drawSeconds(draw: RetryDraw, random: number, now: number): number {
  const drawn = draw.least + Math.floor(random * (draw.spread + 1));
  if (draw.endsAt === null) return drawn;
  const left = Math.max(0, Math.ceil((draw.endsAt - now) / 1000));
  return Math.min(draw.most, left + drawn);
}

/** The seconds that an upstream's own `Retry-After` means: a number, or the time until its date. */
export function secondsOf(value: string, now: number): number | null {
  if (/^\d{1,9}$/.test(value)) return Number(value);
  // Each of the three forms of a date starts with its weekday (RFC 9110, section 5.6.7).
  const at = /^[A-Z][a-z]{2}/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - now) / 1000));
}
