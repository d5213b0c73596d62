import { type Cause, isUnreachable } from './cause.ts';
import type { In, MachineState } from './machine-state.ts';
import { failureOf, isEmpty, type Signal, type Traffic, type TrafficSignal } from './signal.ts';
import type { Thresholds } from './thresholds.ts';

/**
 * The cause of the outage that the signal makes of a suspicion; null where it makes none.
 *
 * It takes two empty discoveries, failed probe rounds in a row that no request contradicts, or requests
 * that mostly fail. Nothing confirms sooner than `confirmMs` after the suspicion arose, and after the
 * first of its own kind, but an emptiness that somebody decided: it is no observation that the next one
 * may contradict.
 */
export function confirmation(
  state: In<'suspect'>,
  signal: Signal,
  thresholds: Thresholds,
): Cause | null {
  const { confirmMs } = thresholds;
  const cause = failureOf(signal);
  if (signal.kind === 'discovered' && signal.isDecided && cause !== null) return cause;
  if (elapsed(state.verdict.since, signal.at) < confirmMs) return null;
  if (isEmpty(signal)) {
    return elapsed(state.emptySince ?? signal.at, signal.at) < confirmMs ? null : cause;
  }
  if (signal.kind === 'probe_failure' && isConfirmedByProbes(state, signal, thresholds)) {
    return signal.cause;
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
  return !isOutranked(state, signal, thresholds);
}

function confirmedByRequests(
  state: In<'suspect'>,
  signal: Signal,
  thresholds: Thresholds,
): Cause | null {
  if (!('traffic' in signal) || !isMostlyFailing(signal, thresholds)) return null;
  return requestCause(state, signal);
}

/**
 * The cause that failed requests have, where the signal lets them confirm. A probe may lend the
 * moment: the failures came all at once, and time had to pass. One that succeeds does so where it says
 * nothing against requests that failed on open connections.
 */
function requestCause(state: In<'suspect'>, signal: TrafficSignal): Cause | null {
  const { cause } = state.verdict;
  switch (signal.kind) {
    case 'request_success':
      return null;
    case 'request_failure':
      return signal.cause;
    case 'probe_failure':
      return cause;
    case 'probe_success':
      return state.hung && !isUnreachable(cause) ? cause : null;
  }
}

/**
 * Whether requests mostly fail, and enough of them: by their share of the window, or by a row of failures that is long
 * enough to tell before the window has turned over, and goes on.
 */
export function isMostlyFailing(signal: TrafficSignal, thresholds: Thresholds): boolean {
  const { succeeded, failed, row } = signal.traffic;
  const { windowRequests, failingShare } = thresholds;
  if (failed >= windowRequests && failed >= (succeeded + failed) * failingShare) return true;
  if (row === null || row.count < windowRequests) return false;
  if (elapsed(row.lastAt, signal.at) >= thresholds.windowMs) return false;
  const lasted = elapsed(row.since, row.lastAt);
  return lasted >= (row.count < thresholds.failedRow ? thresholds.windowMs : thresholds.confirmMs);
}

/**
 * Whether a failed probe round is outranked by real traffic: a slow health page never takes down an
 * application whose requests succeed.
 *
 * That holds for rounds that got as far as the application, while traffic speaks for it, and unless
 * requests have failed since the last success, and for some time. A round that reached no endpoint
 * raises a suspicion even so; there a request that succeeds breaks the row of failed rounds.
 */
export function isOutranked(state: MachineState, signal: Signal, thresholds: Thresholds): boolean {
  if (signal.kind !== 'probe_failure' || isUnreachable(signal.cause)) return false;
  const { row } = signal.traffic;
  if (row !== null && elapsed(row.since, signal.at) >= thresholds.quietMs) return false;
  return speaksForIt(state, signal, thresholds);
}

/** A wait that is this many times the longest of late is none of those, */
const PATIENCE = 2;
/** and none is waited out for more than this many times as long as a success speaks for the upstream. */
const MOST_PATIENCE = 4;

/**
 * Whether traffic speaks for the upstream: a request succeeded a short while ago, or others have been
 * waiting since, no longer than an application that is as slow as this one may take.
 *
 * Those that wait longer withdraw the word of the last success, if the probes fail only since then: a
 * health page that failed while requests succeeded has nothing to add to their silence.
 */
function speaksForIt(
  { unservedSince }: MachineState,
  { at, traffic }: { readonly at: number; readonly traffic: Traffic },
  { trafficMs, silenceMs }: Thresholds,
): boolean {
  const { lastSuccessAt, waitingSince, longestWaitMs } = traffic;
  if (lastSuccessAt === null) return false;
  const isRecent = elapsed(lastSuccessAt, at) <= trafficMs;
  if (waitingSince === null) return isRecent;
  const patienceMs = Math.min(PATIENCE * longestWaitMs, MOST_PATIENCE * trafficMs);
  const isPatient = elapsed(waitingSince, at) < Math.max(silenceMs, patienceMs);
  if (isPatient) return isRecent || elapsed(lastSuccessAt, waitingSince) <= trafficMs;
  return isRecent && unservedSince !== null && unservedSince < waitingSince;
}

/**
 * The time between two points. Where the clock was set back in between, the time that passed cannot
 * be known; it counts as long, because a verdict that waits for the clock to catch up may wait for hours.
 */
export function elapsed(from: number, to: number): number {
  return to < from ? Number.POSITIVE_INFINITY : to - from;
}
