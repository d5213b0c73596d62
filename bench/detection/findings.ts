import type { Fault } from './faults.ts';
import type { Outcome } from './load.ts';
import type { Seen } from './verdict-watch.ts';

/** When the fault came, and when all was mended; milliseconds since the epoch. */
export interface Times {
  readonly struckAt: number;
  readonly mendedAt: number;
}

/** What came of one rival in one fault. Times are milliseconds; null: it never came, or cannot be asked. */
export interface Findings {
  readonly requests: number;
  /** Clients that saw a broken connection, no answer, or an error that was made for nobody. */
  readonly raw: number;
  readonly answers: number;
  /** What was raw, and how often. */
  readonly rawKinds: Readonly<Record<string, number>>;
  /** From the fault to the end of the first answer. */
  readonly firstAnswerMs: number | null;
  readonly verdictMs: number | null;
  /** From the mend to the first reply, to a request that was sent after it. */
  readonly firstReplyMs: number | null;
  /** From the mend to the last request that did not get its reply. */
  readonly normalMs: number | null;
  /** Requests that did not get a reply though an endpoint could have given it. */
  readonly refusedWhileWell: number;
  /** The slowest of the replies, of a hundred. */
  readonly slowestMs: number;
  readonly postsTwice: number;
  readonly isAlive: boolean;
}

/** All that was seen of one rival in one fault. */
export interface Sighting {
  readonly fault: Fault;
  readonly times: Times;
  readonly outcomes: readonly Outcome[];
  readonly seen: readonly Seen[] | null;
  readonly postsTwice: number;
  readonly isAlive: boolean;
}

/** Counts what was seen. */
export function findingsOf({ fault, times, outcomes, seen, ...rest }: Sighting): Findings {
  const { struckAt, mendedAt } = times;
  const failed = outcomes.filter(({ got }) => got !== 'reply');
  const raw = failed.filter(({ got }) => got === 'raw');
  const answers = failed.filter(({ got }) => got === 'answer');
  const late = failed.filter(({ sentAt }) => sentAt > mendedAt);
  const replies = outcomes.filter(({ got }) => got === 'reply');
  const isWell = ({ sentAt, endedAt }: Outcome) =>
    fault.isPartial || endedAt < struckAt || sentAt > mendedAt;
  const down = seen?.find(({ at, isDown }) => isDown && at >= struckAt);
  return {
    requests: outcomes.length,
    raw: raw.length,
    answers: answers.length,
    rawKinds: Object.fromEntries(
      [...Map.groupBy(raw, ({ what }) => what)].map(([what, some]) => [what, some.length]),
    ),
    firstAnswerMs: earliest(answers.map(({ endedAt }) => endedAt - struckAt)),
    verdictMs: down === undefined ? null : down.at - struckAt,
    firstReplyMs: earliest(
      replies.filter(({ sentAt }) => sentAt >= mendedAt).map(({ endedAt }) => endedAt - mendedAt),
    ),
    normalMs: late.length === 0 ? 0 : Math.max(...late.map(({ endedAt }) => endedAt - mendedAt)),
    refusedWhileWell: failed.filter(isWell).length,
    slowestMs: percentile(
      replies.map(({ sentAt, endedAt }) => endedAt - sentAt),
      0.99,
    ),
    ...rest,
  };
}

function earliest(times: readonly number[]): number | null {
  const since = times.filter((time) => time >= 0);
  return since.length === 0 ? null : Math.min(...since);
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, two) => one - two);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
