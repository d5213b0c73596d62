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
  /** Misleading replies replaced and sign-ins held back, by rule. */
  readonly misleading: ReadonlyMap<string, number>;
  /** Requests refused as malformed or over a limit, by status. */
  readonly refused: ReadonlyMap<number, number>;
  /** Open right now, as the rest of these. */
  readonly connections: number;
  readonly inFlight: number;
  readonly tunnels: number;
  /** Waiting for an endpoint while the verdict is `suspect`. */
  readonly held: number;
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
