import { isUnreachable } from './cause.ts';
import type { MachineState } from './machine-state.ts';
import { isEmpty, type Signal } from './signal.ts';

/**
 * The state with what a signal adds to the evidence, whatever the verdict: rows of discoveries that left
 * nothing and of probe rounds that failed, and whether requests fail on open connections.
 */
export function note(state: MachineState, signal: Signal): MachineState {
  switch (signal.kind) {
    case 'request_success':
      return state;
    case 'request_failure':
      return { ...state, hung: !isUnreachable(signal.cause) };
    case 'probe_success':
      return { ...state, failedRounds: 0, unservedSince: null };
    case 'probe_failure':
      return withFailedRound(state, signal);
    case 'discovered':
    case 'resolver_failure':
      if (!isEmpty(signal)) return { ...state, emptySince: null };
      // What hung has ended with the endpoints, and a connect to those that come means something.
      return { ...state, emptySince: state.emptySince ?? signal.at, hung: false };
  }
}

/** A request that succeeds breaks the row as a round that serves does. */
function withFailedRound(
  state: MachineState,
  { at, cause, traffic }: Signal & { kind: 'probe_failure' },
): MachineState {
  const lastSuccessAt = traffic.lastSuccessAt ?? Number.NEGATIVE_INFINITY;
  const goesOn = state.failedRounds > 0 && lastSuccessAt < state.failedRoundsSince;
  return {
    ...state,
    failedRounds: goesOn ? state.failedRounds + 1 : 1,
    failedRoundsSince: goesOn ? state.failedRoundsSince : at,
    unservedSince: state.unservedSince ?? at,
    hung: state.hung && !isUnreachable(cause),
  };
}
