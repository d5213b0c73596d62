import type { Sample } from './measure.ts';
import type { ScenarioKey } from './scenarios.ts';

/** What all rounds of one peer in one scenario come to. */
export interface Row {
  readonly peer: string;
  /** Medians over the rounds. */
  readonly cpuMicrosecondsPerRequest: number;
  readonly requestsPerSecond: number;
  /** Lowest and highest round. */
  readonly cpuRange: readonly [number, number];
  readonly requests: number;
  readonly errors: number;
}

/** One scenario's table. */
export interface Table {
  readonly scenario: ScenarioKey;
  readonly rows: readonly Row[];
}

/** Puts the rounds of one peer together. */
export function rowOf(peer: string, samples: readonly Sample[]): Row {
  const cpu = samples.map((sample) => sample.cpuMicrosecondsPerRequest);
  return {
    peer,
    cpuMicrosecondsPerRequest: median(cpu),
    requestsPerSecond: median(samples.map((sample) => sample.requestsPerSecond)),
    cpuRange: [Math.min(...cpu), Math.max(...cpu)],
    requests: samples.reduce((sum, { requests }) => sum + requests, 0),
    errors: samples.reduce((sum, { errors }) => sum + errors, 0),
  };
}

/** Candor's processor time over that of another; null where one of the two was not measured. */
export function ratioTo(table: Table | undefined, to: string): number | null {
  const ours = table?.rows.find(({ peer }) => peer === 'Candor');
  const theirs = table?.rows.find(({ peer }) => peer === to);
  if (!ours || !theirs) return null;
  return ours.cpuMicrosecondsPerRequest / theirs.cpuMicrosecondsPerRequest;
}

/** The middle value; of an even count, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? upper) + upper) / 2 : upper;
}
