import type { ClientKind, Reason } from '../answer/answer.ts';
import type { Disposition } from '../outage/cause.ts';

/**
 * What the gateway has done since it started, as plain numbers.
 *
 * The gateway adds to them on its way, and metrics read them when they are asked for: a request
 * pays for an addition and not for a metrics library.
 */
export interface GatewayCounts {
  /** By the route's place in the settings, then by the hundreds of the status: `relayed[0][2]`. */
  readonly relayed: readonly (readonly number[] | undefined)[];
  readonly answers: ReadonlyMap<string, AnswerCount>;
  /** Misleading replies replaced, and sign-ins held back. */
  readonly misleading: ReadonlyMap<string, MisleadingCount>;
  /** Requests of clients, whatever became of them, by protocol. */
  readonly requests: Readonly<Record<'http1' | 'http2', number>>;
  /** Requests refused as malformed or over a limit, by status. */
  readonly refused: ReadonlyMap<number, number>;
  /** How often each limit was reached, by its name. */
  readonly limited: ReadonlyMap<string, number>;
  /** Open right now, as the rest of these. */
  readonly connections: number;
  readonly inFlight: number;
  readonly tunnels: number;
  /** Pages and others that are told of changes as they come. */
  readonly eventStreams: number;
  /** Waiting for an endpoint while the verdict is `suspect`. */
  readonly held: number;
  /** What became of those that waited, and of those that found no place to wait. */
  readonly holds: Readonly<Record<HoldEvent, number>>;
}

type HoldEvent =
  | 'begun'
  | 'came_back'
  | 'let_out'
  | 'expired'
  | 'down'
  | 'left'
  | 'too_many'
  | 'too_large';

/** How often a rule for misleading replies was followed, on what evidence about which upstream. */
interface MisleadingCount {
  readonly rule: string;
  readonly evidence: string;
  readonly upstream: string;
  readonly count: number;
}

/** How often one kind of answer was given. `upstream` and `cause` are empty where there is none. */
interface AnswerCount {
  readonly upstream: string;
  readonly reason: Reason;
  readonly cause: string;
  readonly kind: ClientKind;
  readonly disposition: Disposition;
  readonly count: number;
}
