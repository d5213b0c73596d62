import type { Store } from './store.ts';

/** What became of the requests of one upstream, since the start or in a step. */
export interface Outcomes {
  /** Replies of the upstream, but for its 5xx. */
  readonly good: number;
  readonly upstreamErrors: number;
  /** Answers of ours: no byte of the request reached an endpoint. */
  readonly notProcessed: number;
  /** Answers of ours: the request was sent, and no whole reply came. */
  readonly unknown: number;
}

/** What became of requests from `at` on, for so long. */
export interface OutcomeStep extends Outcomes {
  readonly at: number;
  readonly spanMs: number;
}

interface StepRow extends Pick<Outcomes, 'good' | 'unknown'> {
  readonly at: number;
  readonly span: number;
  readonly upstream_errors: number;
  readonly not_processed: number;
}

const STEP_MS = 10_000;
/** So much is told of the time before an incident, and after it. */
export const AROUND_MS = 300_000;
const KEPT_STEPS = AROUND_MS / STEP_MS;

/** Writes down what became of an upstream's requests, in steps of ten seconds, in and around its incidents. */
export class OutcomeSteps {
  readonly #store: Store;
  readonly #upstream: string;
  #last: Outcomes | null = null;
  #lastAt = 0;
  #writesUntil = 0;
  /** Those that belong to no incident, as long as one may yet begin. */
  #early: OutcomeStep[] = [];

  constructor(store: Store, upstream: string) {
    this.#store = store;
    this.#upstream = upstream;
  }

  /** Takes a step when its ten seconds are over; only then it asks for the counts, which are to be added up. */
  look(countsOf: (upstream: string) => Outcomes, isOpen: boolean, now: number): void {
    if (isOpen) this.#writesUntil = now + AROUND_MS;
    const [until, at] = [now - (now % STEP_MS), this.#lastAt];
    // A clock that was set back begins anew.
    const before = until < at ? null : this.#last;
    if (before !== null && until === at) return;
    const counts = countsOf(this.#upstream);
    this.#last = counts;
    this.#lastAt = until;
    if (before === null) return;
    this.#early.push(stepOf(before, counts, { at, until }));
    if (now < this.#writesUntil) this.#write();
    if (this.#early.length > KEPT_STEPS) this.#early.shift();
  }

  #write(): void {
    for (const { at, spanMs, good, upstreamErrors, notProcessed, unknown } of this.#early) {
      const row = [this.#upstream, at, spanMs, good, upstreamErrors, notProcessed, unknown];
      this.#store.write('outcomes.put', row);
    }
    this.#early = [];
  }
}

/** The steps of an upstream between two times, in their order. Rejects as `Store.read`. */
export async function outcomesBetween(
  store: Store,
  upstream: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<OutcomeStep[]> {
  return (await store.read<StepRow>('outcomes.of', [upstream, from, to])).map(stepIn);
}

/** The steps of all upstreams together, from a time on, in their order. Rejects as `Store.read`. */
export async function outcomesSince(store: Store, from: number): Promise<OutcomeStep[]> {
  return (await store.read<StepRow>('outcomes.since', [from])).map(stepIn);
}

function stepIn(row: StepRow): OutcomeStep {
  const { at, span: spanMs, good, unknown } = row;
  return {
    ...{ at, spanMs, good, unknown },
    upstreamErrors: row.upstream_errors,
    notProcessed: row.not_processed,
  };
}

function stepOf(
  before: Outcomes,
  after: Outcomes,
  { at, until }: { readonly at: number; readonly until: number },
): OutcomeStep {
  // What counts less than before has begun anew, with other settings.
  const added = (name: keyof Outcomes): number =>
    after[name] < before[name] ? after[name] : after[name] - before[name];
  return {
    at,
    spanMs: until - at,
    good: added('good'),
    upstreamErrors: added('upstreamErrors'),
    notProcessed: added('notProcessed'),
    unknown: added('unknown'),
  };
}
