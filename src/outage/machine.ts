import { type Cause, isUnreachable } from './cause.ts';
import { confirmation, elapsed, isMostlyFailing, isOutranked } from './evidence.ts';
import type { In, MachineState } from './machine-state.ts';
import { failureOf, isEmpty, isSuccess, type Signal } from './signal.ts';
import type { Thresholds } from './thresholds.ts';

/**
 * The next state after one signal. Pure: time comes in with the signal, never from a clock, and the
 * verdict is the same object for as long as nothing about it changes.
 *
 * A clock that is set back never blocks it: where the time that passed cannot be known, it counts as
 * long enough, and only the other evidence decides.
 */
export function step(state: MachineState, signal: Signal, thresholds: Thresholds): MachineState {
  const noted = note(state, signal);
  const { verdict } = noted;
  switch (verdict.state) {
    case 'up':
      return whileUp(noted, signal, thresholds);
    case 'suspect':
      return whileSuspect({ ...noted, verdict }, signal, thresholds);
    case 'down':
      return whileDown({ ...noted, verdict }, signal, thresholds);
    case 'recovering':
      return whileRecovering({ ...noted, verdict }, signal, thresholds);
  }
}

/**
 * Keeps count of rows: discoveries that left nothing, and probe rounds that failed. A request that
 * succeeds breaks the latter as a probe does.
 */
function note(state: MachineState, signal: Signal): MachineState {
  switch (signal.kind) {
    case 'request_success':
    case 'request_failure':
      return state;
    case 'probe_success':
      return { ...state, failedRounds: 0 };
    case 'probe_failure': {
      const lastSuccessAt = signal.traffic.lastSuccessAt ?? Number.NEGATIVE_INFINITY;
      const goesOn = state.failedRounds > 0 && lastSuccessAt < state.failedRoundsSince;
      if (!goesOn) return { ...state, failedRounds: 1, failedRoundsSince: signal.at };
      return { ...state, failedRounds: state.failedRounds + 1 };
    }
    case 'discovered':
    case 'resolver_failure':
      return { ...state, emptySince: isEmpty(signal) ? (state.emptySince ?? signal.at) : null };
  }
}

function whileUp(state: MachineState, signal: Signal, thresholds: Thresholds): MachineState {
  const cause = failureOf(signal);
  if (cause === null || isOutranked(signal, thresholds)) return state;
  const verdict = { state: 'suspect', since: firstFailure(state, signal), cause } as const;
  return whileSuspect({ ...state, verdict }, signal, thresholds);
}

function whileSuspect(state: In<'suspect'>, signal: Signal, thresholds: Thresholds): MachineState {
  const confirmed = confirmation(state, signal, thresholds);
  if (confirmed !== null) {
    const { since } = state.verdict;
    const detectedAt = Math.max(signal.at, since);
    const verdict = { state: 'down', since, cause: confirmed.cause, detectedAt } as const;
    return { ...state, verdict, hung: confirmed.hung };
  }
  if (!isContradicted(state, signal, thresholds)) return state;
  return { ...state, verdict: { state: 'up' } };
}

function whileDown(state: In<'down'>, signal: Signal, thresholds: Thresholds): MachineState {
  const { since, detectedAt, cause } = state.verdict;
  if (provesRecovery(state, signal, thresholds)) {
    const recoveredAt = Math.max(signal.at, detectedAt);
    const verdict = { state: 'recovering', since, cause, detectedAt, recoveredAt } as const;
    // Probes that failed before the recovery are no evidence of a relapse.
    return { ...state, verdict, failedRounds: 0, successes: 1, failures: 0 };
  }
  const failure = failureOf(signal);
  const hung = state.hung && !isGone(signal);
  if (failure === null || !isSharper(failure, cause)) return { ...state, hung };
  return { ...state, hung, verdict: { ...state.verdict, cause: failure } };
}

function whileRecovering(
  state: In<'recovering'>,
  signal: Signal,
  thresholds: Thresholds,
): MachineState {
  const cause = failureOf(signal);
  if (cause === null) return onRecoverySignal(state, signal, thresholds);
  if (signal.kind === 'probe_failure' && isOutranked(signal, thresholds)) return state;

  const failures = state.failures + 1;
  const total = state.successes + failures;
  if (signal.kind === 'request_failure' && failures <= total * thresholds.relapseShare) {
    return { ...state, failures };
  }
  const { since, detectedAt } = state.verdict;
  const hung = signal.kind === 'request_failure' && !isUnreachable(cause);
  return { ...state, hung, verdict: { state: 'down', since, cause, detectedAt } };
}

function onRecoverySignal(
  state: In<'recovering'>,
  signal: Signal,
  thresholds: Thresholds,
): MachineState {
  if (!isSuccess(signal)) return state;
  const successes = state.successes + 1;
  const lasted = elapsed(state.verdict.recoveredAt, signal.at) >= thresholds.streakMs;
  if (successes < thresholds.streakSuccesses || !lasted) return { ...state, successes };
  return { ...state, verdict: { state: 'up' }, hung: false, successes: 0, failures: 0 };
}

/** The first failing signal of the trouble: the start of the row that the signal belongs to. */
function firstFailure(state: MachineState, signal: Signal): number {
  if (signal.kind === 'probe_failure') return Math.min(state.failedRoundsSince, signal.at);
  if (signal.kind === 'request_failure')
    return Math.min(signal.traffic.row?.since ?? signal.at, signal.at);
  return signal.at;
}

/** A success withdraws a suspicion, unless the requests mostly fail or discovery knows no endpoint. */
function isContradicted(state: In<'suspect'>, signal: Signal, thresholds: Thresholds): boolean {
  if (!isSuccess(signal) || state.emptySince !== null) return false;
  if (elapsed(state.verdict.since, signal.at) < thresholds.settleMs) return false;
  if (isMostlyFailing(signal, thresholds)) return false;
  const { row } = signal.traffic;
  return row === null || row.count === 1 || elapsed(row.lastAt, signal.at) >= thresholds.quietMs;
}

function provesRecovery(state: In<'down'>, signal: Signal, thresholds: Thresholds): boolean {
  // A reply that was on its way when the endpoints went is the past.
  if (!isSuccess(signal) || state.emptySince !== null) return false;
  if (signal.kind === 'request_success' || signal.depth === 'reply' || !state.hung) return true;
  const { row } = signal.traffic;
  return row === null || elapsed(row.lastAt, signal.at) >= thresholds.connectTrustMs;
}

/** Whether nothing accepts connections any more: what hung has ended, and a connect means something. */
function isGone(signal: Signal): boolean {
  return isEmpty(signal) || (signal.kind === 'probe_failure' && isUnreachable(signal.cause));
}

/** Whether endpoints exist at all tells more than how the last ones failed. */
function isSharper(cause: Cause, than: Cause): boolean {
  return cause !== than && (cause === 'no_endpoints' || than === 'no_endpoints');
}
