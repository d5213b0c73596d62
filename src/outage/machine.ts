import type { Cause } from './cause.ts';
import { confirmation, elapsed, isMostlyFailing, isOutranked } from './evidence.ts';
import type { In, MachineState } from './machine-state.ts';
import { note } from './note.ts';
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

/** Whether trouble that starts then belongs to an outage that has ended, rather than being its own. */
export function isRelapse(endedAt: number, startedAt: number, flapMs: number): boolean {
  return Math.abs(startedAt - endedAt) < flapMs;
}

/**
 * How long the streak of a recovery has to last: from the second time on that the trouble came back,
 * twice as long each time.
 */
export function streakMsOf(
  { relapses }: Pick<MachineState, 'relapses'>,
  { streakMs, mostStreakMs }: Pick<Thresholds, 'streakMs' | 'mostStreakMs'>,
): number {
  return Math.max(streakMs, Math.min(mostStreakMs, streakMs * 2 ** Math.max(0, relapses - 1)));
}

function whileUp(state: MachineState, signal: Signal, thresholds: Thresholds): MachineState {
  const cause = failureOf(signal);
  if (cause === null || isOutranked(state, signal, thresholds)) return state;
  const verdict = { state: 'suspect', since: firstFailure(state, signal), cause } as const;
  return whileSuspect({ ...state, verdict }, signal, thresholds);
}

function whileSuspect(state: In<'suspect'>, signal: Signal, thresholds: Thresholds): MachineState {
  const cause = confirmation(state, signal, thresholds);
  if (cause !== null) return confirmed(state, cause, { at: signal.at, thresholds });
  if (!isContradicted(state, signal, thresholds)) return state;
  return { ...state, verdict: { state: 'up' } };
}

function confirmed(
  state: In<'suspect'>,
  cause: Cause,
  { at, thresholds }: { readonly at: number; readonly thresholds: Thresholds },
): MachineState {
  const { since } = state.verdict;
  const { endedAt } = state;
  const isSame = endedAt !== null && isRelapse(endedAt, since, thresholds.flapMs);
  const verdict = { state: 'down', since, cause, detectedAt: Math.max(at, since) } as const;
  return { ...state, verdict, relapses: isSame ? state.relapses + 1 : 0 };
}

function whileDown(state: In<'down'>, signal: Signal, thresholds: Thresholds): MachineState {
  const { since, detectedAt, cause } = state.verdict;
  if (provesRecovery(state, signal, thresholds)) {
    const recoveredAt = Math.max(signal.at, detectedAt);
    const verdict = { state: 'recovering', since, cause, detectedAt, recoveredAt } as const;
    const repliedTo = signal.kind === 'request_success' ? 1 : 0;
    // Probes that failed before the recovery are no evidence of a relapse.
    return { ...state, verdict, failedRounds: 0, successes: 1, repliedTo, failures: 0 };
  }
  const failure = failureOf(signal);
  // How those failed that are gone is the past, for as long as there are no others.
  const isPast = state.emptySince !== null && !isEmpty(signal);
  if (failure === null || isPast || !isSharper(failure, cause)) return state;
  return { ...state, verdict: { ...state.verdict, cause: failure } };
}

function whileRecovering(
  state: In<'recovering'>,
  signal: Signal,
  thresholds: Thresholds,
): MachineState {
  const cause = failureOf(signal);
  if (cause === null) return onRecoverySignal(state, signal, thresholds);
  if (isOutranked(state, signal, thresholds)) return state;
  if (signal.kind === 'probe_failure' && isAlone(state, signal, thresholds)) return state;
  if (signal.kind !== 'request_failure') return relapsed(state, cause, signal.at);
  const failures = state.failures + 1;
  // Of requests alone: probes that succeed beside them do not make their share any smaller.
  const share = failures / (state.repliedTo + failures);
  if (share <= thresholds.relapseShare) return { ...state, failures };
  return relapsed(state, cause, signal.at);
}

/** One round that reached no endpoint, where requests have succeeded since: it takes as many as for a suspicion. */
function isAlone(
  { failedRounds }: MachineState,
  { at, traffic }: Signal & { kind: 'probe_failure' },
  thresholds: Thresholds,
): boolean {
  const { lastSuccessAt, row } = traffic;
  if (failedRounds >= thresholds.failedRounds || row !== null) return false;
  return lastSuccessAt !== null && elapsed(lastSuccessAt, at) <= thresholds.trafficMs;
}

function relapsed(state: In<'recovering'>, cause: Cause, at: number): MachineState {
  const { since, detectedAt } = state.verdict;
  const verdict = { state: 'down', since, cause, detectedAt } as const;
  return { ...state, verdict, relapses: state.relapses + 1, relapsedAt: at };
}

function onRecoverySignal(
  state: In<'recovering'>,
  signal: Signal,
  thresholds: Thresholds,
): MachineState {
  if (!isSuccess(signal)) return state;
  const successes = state.successes + 1;
  const repliedTo = state.repliedTo + (signal.kind === 'request_success' ? 1 : 0);
  const { recoveredAt } = state.verdict;
  const lasted = elapsed(recoveredAt, signal.at) >= streakMsOf(state, thresholds);
  if (successes < thresholds.streakSuccesses || !lasted) return { ...state, successes, repliedTo };
  return {
    ...state,
    verdict: { state: 'up' },
    hung: false,
    relapsedAt: null,
    endedAt: recoveredAt,
  };
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

/**
 * Real traffic outranks probes here as well: where requests failed on open connections, a probe that
 * succeeds, be it a health page's, proves nothing until none has failed for a while.
 */
function provesRecovery(state: In<'down'>, signal: Signal, thresholds: Thresholds): boolean {
  // A reply that was on its way when the endpoints went is the past,
  if (!isSuccess(signal) || state.emptySince !== null) return false;
  // and so are those to the requests that were let in by the recovery that did not hold.
  const { relapsedAt } = state;
  if (relapsedAt !== null && elapsed(relapsedAt, signal.at) < thresholds.confirmMs) return false;
  if (signal.kind === 'request_success' || !state.hung) return true;
  const { row } = signal.traffic;
  return row === null || elapsed(row.lastAt, signal.at) >= thresholds.connectTrustMs;
}

/** Whether endpoints exist at all tells more than how the last ones failed. */
function isSharper(cause: Cause, than: Cause): boolean {
  return cause !== than && (cause === 'no_endpoints' || than === 'no_endpoints');
}
