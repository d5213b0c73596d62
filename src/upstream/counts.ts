import { CAUSES, type Cause } from '../outage/cause.ts';
import { type Durations, newDurations } from './durations.ts';

/** What one upstream has counted since the start, for metrics. */
export interface Counts {
  /** Attempts under way at this moment. */
  outstanding: number;
  /** Requests that ended: replied to, or failed. */
  requests: number;
  /** Requests that failed as a whole. */
  readonly failures: Record<Cause, number>;
  /** Attempts that failed, whether another endpoint then served the request or not. */
  readonly attemptFailures: Record<Cause, number>;
  /** Retries that the budget allowed, and that it refused. */
  retries: number;
  retriesRefused: number;
  probesOk: number;
  probesFailed: number;
  /** Probes that rounds could do without: the endpoint had just served, or has its turn in a later one. */
  readonly probesSpared: { fresh: number; putOff: number };
  discoveries: number;
  discoveryFailures: number;
  /** How often an endpoint was set aside. */
  setAside: number;
  /** Of requests whose reply was passed on: from their beginning to the reply's end, waits and retries with it. */
  readonly durations: Durations;
}

/** Nothing counted yet. */
export function newCounts(): Counts {
  return {
    outstanding: 0,
    requests: 0,
    failures: perCause(),
    attemptFailures: perCause(),
    retries: 0,
    retriesRefused: 0,
    probesOk: 0,
    probesFailed: 0,
    probesSpared: { fresh: 0, putOff: 0 },
    discoveries: 0,
    discoveryFailures: 0,
    setAside: 0,
    durations: newDurations(),
  };
}

function perCause(): Record<Cause, number> {
  // Complete by construction: one entry for each cause, which `fromEntries` cannot say.
  return Object.fromEntries(CAUSES.map((cause) => [cause, 0])) as Record<Cause, number>;
}
