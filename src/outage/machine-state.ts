import type { Verdict } from './verdict.ts';

/** A verdict, and the evidence that is being gathered for the next one. */
export interface MachineState {
  readonly verdict: Verdict;
  /** Probe rounds that failed in a row. */
  readonly failedRounds: number;
  /** When the first of them failed. */
  readonly failedRoundsSince: number;
  /** The first failed round since one that served, whatever requests said meanwhile; null after one that served. */
  readonly unservedSince: number | null;
  /** The first of the discoveries in a row that left no endpoint; null while some are known. */
  readonly emptySince: number | null;
  /** The last request that failed did so on an open connection, and nothing was gone since: probes prove little. */
  readonly hung: boolean;
  /** While `recovering`: successes of any kind, and what became of requests. */
  readonly successes: number;
  readonly repliedTo: number;
  readonly failures: number;
  /** How often the trouble has come back within `flapMs` of its end. */
  readonly relapses: number;
  /** When it did so last; null where it has not. */
  readonly relapsedAt: number | null;
  /** When the last outage ended; null before there was one. */
  readonly endedAt: number | null;
}

/** What is believed before anything is known: an upstream is well until something says otherwise. */
export const INITIAL: MachineState = {
  verdict: { state: 'up' },
  failedRounds: 0,
  failedRoundsSince: 0,
  unservedSince: null,
  emptySince: null,
  hung: false,
  successes: 0,
  repliedTo: 0,
  failures: 0,
  relapses: 0,
  relapsedAt: null,
  endedAt: null,
};

/** A state whose verdict is known to be the one named. */
export type In<State extends Verdict['state']> = MachineState & {
  readonly verdict: Extract<Verdict, { state: State }>;
};
