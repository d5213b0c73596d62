import { type Cause, isUnreachable } from './cause.ts';
import type { In, MachineState } from './machine-state.ts';
import { failureOf, isEmpty, type Signal, type TrafficSignal } from './signal.ts';
import type { Thresholds } from './thresholds.ts';

/** What confirmed an outage. */
export interface Confirmation {
  readonly cause: Cause;
  /** Requests failed on open connections: an accepted connection proves nothing for a while. */
  readonly hung: boolean;
}

/**
 * Whether the signal turns a suspicion into an outage: two empty discoveries, failed probe rounds in
 * a row that no request contradicts, or requests that mostly fail. Nothing confirms sooner than
 * `confirmMs` after the suspicion arose, and after the first of its own kind.
 */
export function confirmation(
  state: In<'suspect'>,
  signal: Signal,
  thresholds: Thresholds,
): Confirmation | null {
  const { confirmMs } = thresholds;
  if (elapsed(state.verdict.since, signal.at) < confirmMs) return null;
  const cause = failureOf(signal);
  if (isEmpty(signal) && cause !== null) {
    if (elapsed(state.emptySince ?? signal.at, signal.at) < confirmMs) return null;
    return { cause, hung: false };
  }
  if (signal.kind === 'probe_failure' && isConfirmedByProbes(state, signal, thresholds)) {
    return { cause: signal.cause, hung: false };
  }
  return confirmedByRequests(state, signal, thresholds);
}

function isConfirmedByProbes(
  state: MachineState,
  signal: Signal & { kind: 'probe_failure' },
  thresholds: Thresholds,
): boolean {
  if (state.failedRounds < thresholds.failedRounds) return false;
  if (elapsed(state.failedRoundsSince, signal.at) < thresholds.confirmMs) return false;
  return !isOutranked(signal, thresholds);
}

function confirmedByRequests(
  state: In<'suspect'>,
  signal: Signal,
  thresholds: Thresholds,
): Confirmation | null {
  const cause = requestCause(state, signal);
  if (cause === null) return null;
  if (!('traffic' in signal) || !isMostlyFailing(signal, thresholds)) return null;
  return { cause, hung: !isUnreachable(cause) };
}

/**
 * The cause that failed requests have, where the signal lets them confirm. A probe may lend the
 * moment: the failures came all at once, and time had to pass. An accepted connection says nothing
 * against requests that failed on open ones.
 */
function requestCause(state: In<'suspect'>, signal: Signal): Cause | null {
  if (signal.kind === 'request_failure') return signal.cause;
  const { cause } = state.verdict;
  if (signal.kind === 'probe_failure') return cause;
  const isMereConnect = signal.kind === 'probe_success' && signal.depth === 'connect';
  return isMereConnect && !isUnreachable(cause) ? cause : null;
}

/**
 * Whether requests mostly fail: by their share of the window, or by a row of failures that is long
 * enough to tell before the window has turned over, and goes on.
 */
export function isMostlyFailing(signal: TrafficSignal, thresholds: Thresholds): boolean {
  const { succeeded, failed, row } = signal.traffic;
  const total = succeeded + failed;
  if (total >= thresholds.windowRequests && failed >= total * thresholds.failingShare) return true;
  if (row === null || row.count < thresholds.windowRequests) return false;
  if (elapsed(row.lastAt, signal.at) >= thresholds.windowMs) return false;
  const lasted = elapsed(row.since, row.lastAt);
  return lasted >= (row.count < thresholds.failedRow ? thresholds.windowMs : thresholds.confirmMs);
}

/**
 * Whether a failed probe round is outranked by real traffic: a slow health page never takes down an
 * application whose requests succeed.
 *
 * That holds for rounds that got as far as the application, unless requests have failed since the
 * last success, and for some time. A round that reached no endpoint raises a suspicion even so; there a
 * request that succeeds breaks the row of failed rounds.
 */
export function isOutranked(signal: Signal, thresholds: Thresholds): boolean {
  if (signal.kind !== 'probe_failure' || isUnreachable(signal.cause)) return false;
  const { lastSuccessAt, row } = signal.traffic;
  if (lastSuccessAt === null) return false;
  if (elapsed(lastSuccessAt, signal.at) > thresholds.trafficMs) return false;
  return row === null || elapsed(row.since, signal.at) < thresholds.quietMs;
}

/**
 * The time between two points. Where the clock was set back in between, the time that passed cannot
 * be known; it counts as long, because a verdict that waits for the clock to catch up may wait for hours.
 */
export function elapsed(from: number, to: number): number {
  return to < from ? Number.POSITIVE_INFINITY : to - from;
}
