import type { Fault, FaultKind, WorldPlan } from './world-plan.ts';

/** A minute of three endpoints at ten requests a second, in which nothing is wrong. */
export const CALM: WorldPlan = {
  seed: 1,
  lengthMs: 60_000,
  endpoints: 3,
  rate: 10,
  isEven: false,
  latencyMs: 20,
  postShare: 0.1,
  leaveMs: null,
  connectMs: 2_000,
  responseMs: 5_000,
  holdMs: 1_000,
  probe: { kind: 'connect', everyMs: 2_000, timeoutMs: 1_000 },
  discovery: { kind: 'static', everyMs: 1_000, answerMs: 5 },
  weather: { probeLoss: 0, slowPages: 0, errors: 0 },
  faults: [],
};

/** A fault of all endpoints. */
export function faultOf(
  kind: FaultKind,
  at: number,
  forMs: number,
  rest: Partial<Fault> = {},
): Fault {
  return { kind, at, forMs, first: 0, targets: 200, share: 1, ...rest };
}
