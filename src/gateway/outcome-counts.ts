import type { Upstream } from '../upstream/upstream.ts';
import type { Counts } from './counts.ts';

/** What became of an upstream's requests since the start, for the record of its incidents. */
interface OutcomeCounts {
  good: number;
  upstreamErrors: number;
  notProcessed: number;
  unknown: number;
}

/** Adds up what is counted anyway. `routes` are those of the settings, in their order. */
export function outcomesOf(
  { settings: { name }, counts: { requests, failures } }: Upstream,
  counts: Counts,
  routes: readonly { readonly upstream: string }[],
): OutcomeCounts {
  const outcomes = { good: requests, upstreamErrors: 0, notProcessed: 0, unknown: 0 };
  for (const failed of Object.values(failures)) outcomes.good -= failed;
  routes.forEach((route, index) => {
    if (route.upstream === name) outcomes.upstreamErrors += counts.relayed[index]?.[5] ?? 0;
  });
  outcomes.good = Math.max(0, outcomes.good - outcomes.upstreamErrors);
  for (const { upstream, disposition, count } of counts.answers.values()) {
    if (upstream !== name) continue;
    if (disposition === 'unknown') outcomes.unknown += count;
    else outcomes.notProcessed += count;
  }
  return outcomes;
}
