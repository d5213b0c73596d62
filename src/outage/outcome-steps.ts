import type { Store } from './store.ts';

/** What became of the requests to one upstream in a span of time. */
export interface OutcomeStep {
  /** When it began, in milliseconds since 1970, and how long it is. */
  readonly at: number;
  readonly spanMs: number;
  /** Replies of the upstream, but for its 5xx; and those. */
  readonly good: number;
  readonly upstreamErrors: number;
  /** Answers of the gateway's, by what became of the request. */
  readonly notProcessed: number;
  readonly unknown: number;
}

interface OutcomeRow {
  readonly at: number;
  readonly span: number;
  readonly good: number;
  readonly upstream_errors: number;
  readonly not_processed: number;
  readonly unknown: number;
}

/** The steps of an upstream in a time, oldest first. Rejects as `Store.read`. */
export async function outcomeSteps(
  store: Pick<Store, 'read'>,
  upstream: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly OutcomeStep[]> {
  const rows = await store.read<OutcomeRow>('outcomes.of', [upstream, from, to]);
  return rows.map((row) => ({
    at: row.at,
    spanMs: row.span,
    good: row.good,
    upstreamErrors: row.upstream_errors,
    notProcessed: row.not_processed,
    unknown: row.unknown,
  }));
}
