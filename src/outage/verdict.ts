import type { Cause } from './cause.ts';
import type { Maintenance } from './maintenance.ts';

/**
 * What is believed of one upstream. Times are milliseconds since the epoch.
 *
 * `since` is always the first failing signal of the trouble, not the moment of the transition:
 * an incident is back-dated to it. `suspect` still forwards: one failed probe is more often a slow
 * probe than an outage. Maintenance is no state of this machine. It is declared by people, not
 * observed, so it is laid over the verdict when a request is handled.
 */
export type Verdict =
  | { readonly state: 'up' }
  | { readonly state: 'suspect'; readonly since: number; readonly cause: Cause }
  | {
      readonly state: 'down';
      readonly since: number;
      readonly cause: Cause;
      readonly detectedAt: number;
    }
  | {
      readonly state: 'recovering';
      readonly since: number;
      readonly cause: Cause;
      readonly detectedAt: number;
      /** The first success of the current streak: where the incident will be said to have ended. */
      readonly recoveredAt: number;
    };

/**
 * What the rest of the program may know of an upstream, whole and immutable: a change makes a new
 * object, so that what was prepared from one (a page) can be kept by identity.
 */
export interface Belief {
  readonly upstream: string;
  /** The status page's name for it, or null. */
  readonly component: string | null;
  readonly verdict: Verdict;
  /** The planned work that it is closed for: laid over what is observed, and absent where there is none. */
  readonly maintenance?: Maintenance;
}
