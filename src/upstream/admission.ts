import type { Verdict } from '../outage/verdict.ts';
import type { EndpointSet } from './endpoint-set.ts';
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
  /** By the monotonic clock. */
  readonly now: number;
}

/** Decides by the verdict, and by whom a request could be sent to. */
export function admissionOf(
  { state, mayBeTried, now }: Asking,
  endpoints: EndpointSet,
  trials: TrialGate,
): Admission {
  switch (state) {
    case 'up':
    case 'recovering':
      return 'forward';
    case 'suspect':
      return endpoints.hasReady ? 'forward' : 'wait';
    case 'down':
      if (endpoints.size === 0 || !mayBeTried) return 'answer';
      return trials.take(now) ? 'trial' : 'answer';
  }
}
