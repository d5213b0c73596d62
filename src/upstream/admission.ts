import type { Verdict } from '../outage/verdict.ts';
import type { EndpointSet } from './endpoint-set.ts';
import type { Reopening } from './reopening.ts';
import type { TrialGate } from './trial-gate.ts';

/**
 * What may become of a request: forward it, forward it as the one trial of this moment, let it wait
 * for its turn, or answer it.
 */
export type Admission = 'forward' | 'trial' | 'wait' | 'answer';

/** A request that asks for admission, and what is believed at the moment. */
interface Asking {
  readonly state: Verdict['state'];
  readonly mayBeTried: boolean;
  /** How many requests are under way. */
  readonly outstanding: number;
  /** By the monotonic clock. */
  readonly now: number;
}

/** Who has a say in it. */
export interface Doors {
  readonly endpoints: Pick<EndpointSet, 'size' | 'hasReady'>;
  readonly trials: TrialGate;
  readonly reopening: Reopening;
}

/** Decides by the verdict, by whom a request could be sent to, and by how many are under way. */
export function admissionOf(
  { state, mayBeTried, outstanding, now }: Asking,
  { endpoints, trials, reopening }: Doors,
): Admission {
  switch (state) {
    case 'up':
    case 'recovering':
      return reopening.mayEnter(outstanding, now) ? 'forward' : 'wait';
    case 'suspect':
      return endpoints.hasReady ? 'forward' : 'wait';
    case 'down':
      if (endpoints.size === 0 || !mayBeTried) return 'answer';
      return trials.take(now) ? 'trial' : 'answer';
  }
}
