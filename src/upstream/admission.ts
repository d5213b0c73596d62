import type { Verdict } from '../outage/verdict.ts';
import type { Clock } from './clock.ts';
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
  /** Asked only where it matters: a glance at it is a fiftieth of an answer. */
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** Who has a say in it. */
export interface Doors {
  readonly endpoints: Pick<EndpointSet, 'size' | 'hasReady'>;
  readonly trials: TrialGate;
  readonly reopening: Reopening;
}

/** Decides by the verdict, by whom a request could be sent to, and by how many are under way. */
export function admissionOf(
  { state, mayBeTried, outstanding, clock }: Asking,
  { endpoints, trials, reopening }: Doors,
): Admission {
  switch (state) {
    case 'up':
    case 'recovering':
      return reopening.mayEnter(outstanding, clock.monotonic()) ? 'forward' : 'wait';
    case 'suspect':
      return endpoints.hasReady ? 'forward' : 'wait';
    case 'down':
      if (endpoints.size === 0 || !mayBeTried) return 'answer';
      return trials.take(clock.monotonic()) ? 'trial' : 'answer';
  }
}
