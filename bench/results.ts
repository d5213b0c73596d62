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

/** One sentence of what must hold, and what was measured. */
export interface Limit {
  readonly promise: string;
  /** null: not measured in this run. */
  readonly measured: string | null;
  readonly holds: boolean;
}

interface RatioLimit {
  readonly scenario: ScenarioKey;
  readonly to: string;
  readonly atMost: number;
}

const RATIO_LIMITS: readonly RatioLimit[] = [
  { scenario: 'a', to: 'http-proxy', atMost: 0.5 },
  { scenario: 'a', to: 'Caddy', atMost: 0.6 },
  { scenario: 'a', to: 'nginx', atMost: 2 },
  { scenario: 'b', to: 'nginx', atMost: 0.6 },
  { scenario: 'b', to: 'bare server', atMost: 1.3 },
  { scenario: 'e', to: 'bare server', atMost: 1.3 },
  { scenario: 'f', to: 'bare server', atMost: 1.3 },
];

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

/** Every limit of the benchmark, with what was measured for it. */
export function ratioLimits(tables: readonly Table[]): Limit[] {
  return RATIO_LIMITS.map(({ scenario, to, atMost }) => {
    const table = tables.find((one) => one.scenario === scenario);
    const ratio = ratioTo(table, to);
    return {
      promise: `(${scenario}) at most ${atMost} × ${to}`,
      measured: ratio === null ? null : `${ratio.toFixed(2)} ×`,
      holds: ratio === null || ratio <= atMost,
    };
  });
}

/** Errors are part of the result: a proxy that fails fast is not a fast proxy. */
export function errorLimit(tables: readonly Table[]): Limit {
  const errors = tables
    .flatMap(({ rows }) => rows.filter(({ peer }) => peer === 'Candor'))
    .reduce((sum, row) => sum + row.errors, 0);
  return {
    promise: 'no reply of Candor but those that the scenario wants, no failed socket',
    measured: tables.length === 0 ? null : `${errors}`,
    holds: errors === 0,
  };
}

/** The middle value; of an even count, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? upper) + upper) / 2 : upper;
}
