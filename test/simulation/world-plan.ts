/** What goes wrong in a world. Times are milliseconds; `at` from the beginning of the world. */
export interface Fault {
  readonly kind: FaultKind;
  readonly at: number;
  readonly forMs: number;
  /** Which endpoints, of those that there are: from this one on, */
  readonly first: number;
  /** so many. */
  readonly targets: number;
  /** Of the requests or probes that it concerns, this share. */
  readonly share: number;
}

/**
 * `killed`: connections are refused; `vanished`: nobody is there; `unlisted`: killed, and discovery says
 * so; `removed`: the whole service is taken away; `hung`, `reset`, `unavailable`: what becomes of requests;
 * `restart`: killed, then unavailable for as long; `rolling`: one after the other is unlisted and
 * restarted; `flapping`: killed and back again and again; `slow`: the application takes longer;
 * `lossy`: probes are lost; `slow_pages`, `sick_page`: the health page alone; `resolver`: discovery
 * fails; `jump_forth`, `jump_back`: the wall clock is set, by `forMs`.
 */
export const FAULT_KINDS = [
  'killed',
  'vanished',
  'unlisted',
  'removed',
  'hung',
  'reset',
  'unavailable',
  'restart',
  'rolling',
  'flapping',
  'slow',
  'lossy',
  'slow_pages',
  'sick_page',
  'resolver',
  'jump_forth',
  'jump_back',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** One world, whole and printable: the same plan makes the same history. */
export interface WorldPlan {
  readonly seed: number;
  readonly lengthMs: number;
  readonly endpoints: number;
  /** Requests a second. */
  readonly rate: number;
  /** They come at even intervals, or as they like. */
  readonly isEven: boolean;
  /** How long the application takes at least; the mean is half as much again. */
  readonly latencyMs: number;
  /** Of the requests, those that must not be sent twice. */
  readonly postShare: number;
  /** After how long clients leave; null: they wait. */
  readonly leaveMs: number | null;
  readonly connectMs: number;
  readonly responseMs: number;
  readonly holdMs: number;
  readonly probe: {
    readonly kind: 'connect' | 'page';
    readonly everyMs: number;
    readonly timeoutMs: number;
  };
  readonly discovery: {
    /** `swarm` says whether an emptiness was decided, and `swarm_events` tells of changes. */
    readonly kind: 'static' | 'dns' | 'swarm' | 'swarm_events';
    readonly everyMs: number;
    readonly answerMs: number;
  };
  /** Shares of probes that are lost, of health pages that are slow, and of requests that get a 500, at all times. */
  readonly weather: {
    readonly probeLoss: number;
    readonly slowPages: number;
    readonly errors: number;
  };
  readonly faults: readonly Fault[];
}
