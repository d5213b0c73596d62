import type { Verdict } from './verdict.ts';

/** A verdict, and the evidence that is being gathered for the next one. */
export interface MachineState {
  readonly verdict: Verdict;
  /** Probe rounds that failed in a row. */
  readonly failedRounds: number;
  /** When the first of them failed. */
  readonly failedRoundsSince: number;
  /** The first of the discoveries in a row that left no endpoint; null while some are known. */
  readonly emptySince: number | null;
  /** `down` was confirmed by requests that failed on open connections: an accepted one proves little. */
  readonly hung: boolean;
  /** While `recovering`: the signals of the streak. */
  readonly successes: number;
  readonly failures: number;
}

/** What is believed before anything is known: an upstream is well until something says otherwise. */
export const INITIAL: MachineState = {
  verdict: { state: 'up' },
  failedRounds: 0,
  failedRoundsSince: 0,
  emptySince: null,
  hung: false,
  successes: 0,
  failures: 0,
};

/** A state whose verdict is known to be the one named. */
export type In<State extends Verdict['state']> = MachineState & {
  readonly verdict: Extract<Verdict, { state: State }>;
};
