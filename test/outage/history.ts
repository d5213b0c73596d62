import type { Cause } from '../../src/outage/cause.ts';
import { step } from '../../src/outage/machine.ts';
import { INITIAL, type MachineState } from '../../src/outage/machine-state.ts';
import type { ProbeDepth, Signal } from '../../src/outage/signal.ts';
import { Window } from '../../src/outage/window.ts';
import { DETECTION } from '../support/detection.ts';

/** Something that happened to an upstream; `at` in milliseconds of the story's own clock. */
export type Event =
  | { readonly kind: 'sent'; readonly at: number }
  | { readonly kind: 'request_ok'; readonly at: number }
  | { readonly kind: 'request_bad'; readonly at: number; readonly cause: Cause }
  | { readonly kind: 'probe_ok'; readonly at: number; readonly depth: ProbeDepth }
  | { readonly kind: 'probe_bad'; readonly at: number; readonly cause: Cause }
  | {
      readonly kind: 'found';
      readonly at: number;
      readonly count: number;
      readonly isDecided: boolean;
    }
  | { readonly kind: 'resolver_bad'; readonly at: number; readonly known: number };

/** A request was sent, and waits for the reply that a later `requestOk` or `requestBad` is. */
export const sent = (at: number): Event => ({ kind: 'sent', at });
export const requestOk = (at: number): Event => ({ kind: 'request_ok', at });
export const requestBad = (at: number, cause: Cause = 'connection_reset'): Event => ({
  kind: 'request_bad',
  at,
  cause,
});
export const connectOk = (at: number): Event => ({ kind: 'probe_ok', at, depth: 'connect' });
export const pageOk = (at: number): Event => ({ kind: 'probe_ok', at, depth: 'reply' });
export const probeBad = (at: number, cause: Cause = 'connection_refused'): Event => ({
  kind: 'probe_bad',
  at,
  cause,
});
export const found = (at: number, count: number): Event => ({
  kind: 'found',
  at,
  count,
  isDecided: false,
});
/** The service was removed, or scaled to none: somebody wanted it so. */
export const decidedEmpty = (at: number): Event => ({
  kind: 'found',
  at,
  count: 0,
  isDecided: true,
});
export const resolverBad = (at: number, known: number): Event => ({
  kind: 'resolver_bad',
  at,
  known,
});

/** Stories begin here, so that they are times of this century. */
export const START = 1_700_000_000_000;

/** The states after each event, as an upstream's window and the machine reach them together. */
export function statesOf(events: readonly Event[]): MachineState[] {
  const window = new Window(DETECTION.windowMs);
  let state = INITIAL;
  return events.map((event) => {
    const signal = signalOf(event, window);
    const next = signal === null ? state : step(state, signal, DETECTION);
    if (next.verdict.state === 'up' && state.verdict.state === 'recovering') window.clearFailures();
    state = next;
    return state;
  });
}

/** The state after all of them. */
export function stateAfter(...events: readonly Event[]): MachineState {
  return statesOf(events).at(-1) ?? INITIAL;
}

function signalOf(event: Event, window: Window): Signal | null {
  const at = START + event.at;
  if (event.kind === 'request_ok') window.succeeded(at);
  if (event.kind === 'request_bad') window.failed(at);
  if (event.kind === 'request_ok' || event.kind === 'request_bad') window.released();
  const traffic = window.traffic(at);
  switch (event.kind) {
    case 'sent':
      window.forwarded(at);
      return null;
    case 'request_ok':
      return { kind: 'request_success', at, traffic };
    case 'request_bad':
      return { kind: 'request_failure', at, cause: event.cause, traffic };
    case 'probe_ok':
      return { kind: 'probe_success', at, depth: event.depth, traffic };
    case 'probe_bad':
      return { kind: 'probe_failure', at, cause: event.cause, traffic };
    case 'found':
      return { kind: 'discovered', at, count: event.count, isDecided: event.isDecided };
    case 'resolver_bad':
      return { kind: 'resolver_failure', at, known: event.known };
  }
}
