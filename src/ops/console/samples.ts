import type { Outcomes } from '../../outage/outcomes.ts';
import { isSameList } from '../../same-list.ts';
import { BOUNDS_MS } from '../../upstream/durations.ts';
import type { GatewayCounts } from '../gateway-counts.ts';
import type { UpstreamView } from '../views.ts';

/** Ten seconds of the chart. */
export interface Step extends Outcomes {
  /** When it began: a multiple of ten seconds since 1970. */
  readonly at: number;
}

/** An upstream's requests in the last ten seconds. */
export interface Pace {
  readonly perSecond: number;
  /** Of a hundred; null where there were no requests. */
  readonly failedPercent: number | null;
  /** Half of the replies that were passed on took no longer, about; null where there were none. */
  readonly p50Ms: number | null;
  /** Nineteen of twenty. */
  readonly p95Ms: number | null;
}

/** What is read, once a second. */
export interface SampleSources {
  readonly gatewayCounts: () => Pick<GatewayCounts, 'relayed' | 'answers'>;
  readonly upstreams: () => readonly Pick<UpstreamView, 'name' | 'counts'>[];
}

/** What the console asks of the samples. */
export interface SampleReader {
  /** Oldest first, the one that goes on last; gaps where nothing was recorded. */
  readonly steps: readonly Step[];
  /** When the first was read: nothing is known of before. */
  readonly since: number;
  /** Null while there is less than a second to look at. */
  paceOf(upstream: string): Pace | null;
}

const SECOND_MS = 1_000;
export const STEP_MS = 10_000;
/** An hour, and the step that goes on. */
const KEPT_STEPS = 361;
const WINDOW = 10;

interface Sums {
  readonly requests: number;
  readonly failed: number;
  readonly buckets: readonly number[];
}

/**
 * Reads the counters once a second and keeps an hour of what they say, so that requests pay for nothing
 * but the counting that metrics need as well. Kept over reloads; ends with its disposal.
 */
export class Samples implements SampleReader, Disposable {
  readonly #sources: SampleSources;
  readonly #timer: NodeJS.Timeout;
  readonly #steps: Step[] = [];
  readonly #upstreams = new Map<string, Sums[]>();
  #last: Outcomes;
  readonly since: number;

  constructor(sources: SampleSources, now = Date.now()) {
    this.#sources = sources;
    this.since = now;
    this.#last = outcomesOf(sources.gatewayCounts());
    this.#timer = setInterval(() => this.sample(Date.now()), SECOND_MS).unref();
  }

  get steps(): readonly Step[] {
    return this.#steps;
  }

  paceOf(upstream: string): Pace | null {
    const sums = this.#upstreams.get(upstream) ?? [];
    const first = sums[0];
    const last = sums.at(-1);
    if (first === undefined || last === undefined || sums.length < 2) return null;
    const requests = last.requests - first.requests;
    const failed = last.failed - first.failed;
    const buckets = last.buckets.map((count, index) => count - (first.buckets[index] ?? 0));
    return {
      perSecond: requests / (sums.length - 1),
      failedPercent: requests === 0 ? null : (failed / requests) * 100,
      p50Ms: quantile(buckets, 0.5),
      p95Ms: quantile(buckets, 0.95),
    };
  }

  /** Takes in what is known of the time before, in the order of time. */
  restore(steps: readonly Step[]): void {
    const [first] = this.#steps;
    const before = steps.filter(({ at }) => first === undefined || at < first.at);
    // A step that the program's start falls into goes on.
    const same = first === undefined ? undefined : steps.find(({ at }) => at === first.at);
    if (first !== undefined && same !== undefined) {
      this.#steps[0] = { at: first.at, ...sum(first, same) };
    }
    this.#steps.unshift(...before);
    this.#steps.splice(0, this.#steps.length - KEPT_STEPS);
  }

  /** Reads everything; called by its own timer. */
  sample(now: number): void {
    const outcomes = outcomesOf(this.#sources.gatewayCounts());
    this.#addToStep(since(this.#last, outcomes), now);
    this.#last = outcomes;
    const upstreams = this.#sources.upstreams();
    for (const { name, counts } of upstreams) this.#keep(name, counts);
    if (this.#upstreams.size === upstreams.length) return;
    const names = new Set(upstreams.map(({ name }) => name));
    for (const name of this.#upstreams.keys()) if (!names.has(name)) this.#upstreams.delete(name);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #addToStep(more: Outcomes, now: number): void {
    const at = now - (now % STEP_MS);
    const last = this.#steps.at(-1);
    // A clock that is set back makes no step in the past: the last one goes on.
    if (last !== undefined && at <= last.at) {
      this.#steps[this.#steps.length - 1] = { at: last.at, ...sum(last, more) };
      return;
    }
    this.#steps.push({ at, ...more });
    if (this.#steps.length > KEPT_STEPS) this.#steps.shift();
  }

  #keep(name: string, counts: UpstreamView['counts']): void {
    const known = this.#upstreams.get(name) ?? [];
    this.#upstreams.set(name, known);
    const last = known.at(-1);
    const sums = sumsOf(counts, last);
    // An upstream that a reload has made anew counts from nothing.
    if (last !== undefined && last.requests > sums.requests) known.length = 0;
    known.push(sums);
    if (known.length > WINDOW + 1) known.shift();
  }
}

/** The sum of both. */
export function sum(one: Outcomes, two: Outcomes): Outcomes {
  return {
    good: one.good + two.good,
    upstreamErrors: one.upstreamErrors + two.upstreamErrors,
    notProcessed: one.notProcessed + two.notProcessed,
    unknown: one.unknown + two.unknown,
  };
}

/** How many requests there were. */
export function total({ good, upstreamErrors, notProcessed, unknown }: Outcomes): number {
  return good + upstreamErrors + notProcessed + unknown;
}

function since(before: Outcomes, after: Outcomes): Outcomes {
  return {
    good: after.good - before.good,
    upstreamErrors: after.upstreamErrors - before.upstreamErrors,
    notProcessed: after.notProcessed - before.notProcessed,
    unknown: after.unknown - before.unknown,
  };
}

function outcomesOf({ relayed, answers }: Pick<GatewayCounts, 'relayed' | 'answers'>): Outcomes {
  const outcomes = { good: 0, upstreamErrors: 0, notProcessed: 0, unknown: 0 };
  for (const classes of relayed) {
    for (const [hundreds, count] of classes?.entries() ?? []) {
      if (hundreds === 5) outcomes.upstreamErrors += count;
      else outcomes.good += count;
    }
  }
  for (const { disposition, count } of answers.values()) {
    if (disposition === 'unknown') outcomes.unknown += count;
    else outcomes.notProcessed += count;
  }
  return outcomes;
}

/** The duration that a share of them did not exceed, taken to lie evenly in its bucket; null of none. */
function quantile(buckets: readonly number[], share: number): number | null {
  const wanted = buckets.reduce((sum, count) => sum + count, 0) * share;
  if (wanted === 0) return null;
  let passed = 0;
  for (const [index, count] of buckets.entries()) {
    const [low, high] = [BOUNDS_MS[index - 1] ?? 0, BOUNDS_MS[index]];
    // What is slower than all bounds has no end: the last bound is what is known of it.
    if (high === undefined) return low;
    if (passed + count >= wanted) return low + ((wanted - passed) / count) * (high - low);
    passed += count;
  }
  return null;
}

/** The last ones again where nothing was counted since. */
function sumsOf({ requests, failures, durations }: UpstreamView['counts'], last?: Sums): Sums {
  let failed = 0;
  for (const count of Object.values(failures)) failed += count;
  const { buckets } = durations;
  const isSame = last?.requests === requests && last.failed === failed;
  if (isSame && isSameList(last.buckets, buckets)) return last;
  return { requests, failed, buckets: [...buckets] };
}
