import type { Cause } from '../outage/cause.ts';
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

/** Probes each endpoint once. `probeOne` must not reject; its null says nothing, for or against. */
export function probeRound(
  endpoints: readonly Endpoint[],
  probeOne: (endpoint: Endpoint) => Promise<ProbeResult | null>,
): Round {
  const { promise: outcome, resolve: decide } = Promise.withResolvers<Outcome>();
  const causes: (Cause | null)[] = [];
  const queue = endpoints.values();
  const work = async () => {
    for (const endpoint of queue) {
      const result = await probeOne(endpoint);
      if (result?.ok === true) decide('served');
      causes.push(result?.cause ?? null);
    }
  };
  const workers = Array.from({ length: Math.min(CONCURRENCY, endpoints.length) }, work);
  const failed = Promise.all(workers).then(() => {
    const cause = commonest(causes);
    decide(cause === null && endpoints.length > 0 ? 'unknown' : 'failed');
    return cause;
  });
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
