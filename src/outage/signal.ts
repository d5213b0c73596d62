import type { Cause } from './cause.ts';

/**
 * What recent requests say: a summary of the window at the moment of a signal. Counts cover
 * `Thresholds.windowMs`; times are milliseconds since the epoch.
 */
export interface Traffic {
  readonly succeeded: number;
  readonly failed: number;
  readonly lastSuccessAt: number | null;
  /** Requests that failed in a row, with no success since: null when the last one succeeded. */
  readonly row: FailedRow | null;
  /** Since when requests have been waiting with no reply to any of them; null while none waits. */
  readonly waitingSince: number | null;
  /** The longest such wait of late that a reply has ended: how slow the application may be and be well. */
  readonly longestWaitMs: number;
}

/** Failed requests with no success between them. */
interface FailedRow {
  readonly count: number;
  readonly since: number;
  readonly lastAt: number;
}

/**
 * What a successful probe proves: `connect`, that connections are accepted, which a hung application
 * does as well; `reply`, that the application answered a request.
 */
export type ProbeDepth = 'connect' | 'reply';

/**
 * One fact from one source, and when it was learnt. `traffic` includes the signal's own request.
 *
 * A probe signal stands for a whole round over the endpoints: a success when any served, a failure
 * when none did. `discovered` with a count of 0 means that discovery said "there are none", and `isDecided`
 * that somebody wanted it so (a service removed, or scaled to none), which no second answer has to
 * confirm. A resolver that could not say is a `resolver_failure`, and `known` is what is left of
 * earlier answers.
 */
export type Signal =
  | { readonly kind: 'request_success'; readonly at: number; readonly traffic: Traffic }
  | {
      readonly kind: 'request_failure';
      readonly at: number;
      readonly cause: Cause;
      readonly traffic: Traffic;
    }
  | {
      readonly kind: 'probe_success';
      readonly at: number;
      readonly depth: ProbeDepth;
      readonly traffic: Traffic;
    }
  | {
      readonly kind: 'probe_failure';
      readonly at: number;
      readonly cause: Cause;
      readonly traffic: Traffic;
    }
  | {
      readonly kind: 'discovered';
      readonly at: number;
      readonly count: number;
      readonly isDecided: boolean;
    }
  | { readonly kind: 'resolver_failure'; readonly at: number; readonly known: number };

/** A signal that knows what requests say. */
export type TrafficSignal = Extract<Signal, { readonly traffic: Traffic }>;

/** Why the signal is a failing one; null when it is none. */
export function failureOf(signal: Signal): Cause | null {
  if (signal.kind === 'request_failure' || signal.kind === 'probe_failure') return signal.cause;
  if (!isEmpty(signal)) return null;
  return signal.kind === 'discovered' ? 'no_endpoints' : 'dns_error';
}

/** Whether the signal says that no endpoint is left to serve. */
export function isEmpty(signal: Signal): boolean {
  if (signal.kind === 'discovered') return signal.count === 0;
  return signal.kind === 'resolver_failure' && signal.known === 0;
}

/** Whether the signal shows that somebody serves. */
export function isSuccess(
  signal: Signal,
): signal is Extract<Signal, { kind: 'request_success' | 'probe_success' }> {
  return signal.kind === 'request_success' || signal.kind === 'probe_success';
}
