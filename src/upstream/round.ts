import type { Cause } from '../outage/cause.ts';
import { unforeseen } from '../unforeseen.ts';
import type { Endpoint } from './endpoint.ts';
import type { ProbeResult } from './probe.ts';

/** One probe of each endpoint, under way. */
export interface Round {
  /**
   * `served` as soon as one endpoint did; at the end of the round `failed` when all failed or there is
   * none, and `unknown` when a probe that said nothing might have been the one that served.
   */
  readonly outcome: Promise<Outcome>;
  /** Settles when all probes are over: the commonest cause when all failed, null otherwise. */
  readonly failed: Promise<Cause | null>;
}

type Outcome = 'served' | 'failed' | 'unknown';

/** How many endpoints of an upstream are probed at once. */
const CONCURRENCY = 20;

export interface RoundWork {
  /** Null says nothing, for or against; nor does what it rejects with. */
  readonly probe: (endpoint: Endpoint) => Promise<ProbeResult | null>;
  /** What a probe waits for before it begins; null: nothing. */
  readonly turn?: (endpoint: Endpoint) => Promise<void> | null;
}

/** Probes each endpoint once. One of them at a time waits for its turn: that costs nothing, however many there are. */
export function probeRound(endpoints: readonly Endpoint[], { probe, turn }: RoundWork): Round {
  const { promise: outcome, resolve: decide } = Promise.withResolvers<Outcome>();
  const { promise: failed, resolve: end } = Promise.withResolvers<Cause | null>();
  const causes: (Cause | null)[] = [];
  let underWay = 0;
  let makeRoom: () => void = () => undefined;
  const ask = async (endpoint: Endpoint) => {
    const result = await probe(endpoint).catch(unforeseen);
    if (result?.ok === true) decide('served');
    causes.push(result?.cause ?? null);
    underWay -= 1;
    makeRoom();
    endIfOver();
  };
  const endIfOver = () => {
    if (causes.length < endpoints.length) return;
    const cause = commonest(causes);
    decide(cause === null && endpoints.length > 0 ? 'unknown' : 'failed');
    end(cause);
  };
  const begin = async () => {
    for (const endpoint of endpoints) {
      const itsTurn = turn?.(endpoint) ?? null;
      if (itsTurn !== null) await itsTurn;
      if (underWay === CONCURRENCY) {
        const { promise: room, resolve } = Promise.withResolvers<void>();
        makeRoom = resolve;
        await room;
      }
      underWay += 1;
      void ask(endpoint); // Does not reject.
    }
  };
  void begin().then(endIfOver); // Where there is no endpoint, nobody else ends it.
  return { outcome, failed };
}

/** Null when there is none, or when one of them is not a failure. */
function commonest(causes: readonly (Cause | null)[]): Cause | null {
  const counts = new Map<Cause, number>();
  for (const cause of causes) {
    if (cause === null) return null;
    counts.set(cause, (counts.get(cause) ?? 0) + 1);
  }
  let best: Cause | null = null;
  for (const [cause, count] of counts) {
    if (best === null || count > (counts.get(best) ?? 0)) best = cause;
  }
  return best;
}
