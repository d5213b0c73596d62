import type { Finding } from './chronicle.ts';
import type { Spell } from './faults.ts';
import type { Outcome } from './soak.ts';
import { isFlat, type Trend, trendOf } from './trend.ts';

/** One thing that must hold, and what was found. */
interface Check {
  readonly promise: string;
  readonly found: string;
  readonly holds: boolean;
}

/** What a soak came to. */
export interface Report {
  readonly seed: number;
  readonly seconds: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly incidents: number;
  /** Milliseconds, of small replies of an upstream without a fault. */
  readonly healthy: { readonly requests: number; readonly p50: number; readonly p99: number };
  /** How late the soak's own timers were, at the 99th percentile: above some ten the machine is too busy for times. */
  readonly latenessMs: number;
  /** TCP segments that the kernel dropped for want of memory: each may hold a request up for half a minute. */
  readonly droppedSegments: number;
  /** The medians of each minute. */
  readonly course: {
    readonly mebibytes: readonly number[];
    readonly descriptors: readonly number[];
  };
  readonly checks: readonly Check[];
  readonly findings: readonly Finding[];
}

const MEBIBYTE = 1024 * 1024;
const HOUR_SECONDS = 3_600;
/** What a fault leaves behind for a while is no healthy request's time. */
const AFTERMATH_MS = 3_000;

/** Each kind of finding is a promise that has to have none. */
const PROMISES: readonly (readonly [promise: string, ...kinds: string[]])[] = [
  ['no raw error', 'raw error'],
  ['no lost write', 'lost write'],
  ['no doubled write', 'doubled write'],
  ['no processed write of which the client is told that it was not', 'denied write'],
  ['no damaged body, up or down', 'damaged reply', 'damaged write'],
  [
    'no answer, and no reply that breaks off, without a fault',
    'answer without a fault',
    'broken off without a fault',
  ],
  ['one process from the start to exit code 0', 'process'],
  ['no error of its own in the log', 'error in the log'],
  ['every act has its effect', 'act without its effect'],
  ['every verdict is up at the end', 'verdict'],
  ['incidents are those of the faults, and over', 'incident'],
];

/** Puts together what a soak came to. */
export function reportOf(outcome: Outcome): Report {
  const { plan, seconds, chronicle, incidents, residentBytes, descriptors } = outcome;
  return {
    seed: plan.seed,
    seconds: Math.round(seconds),
    counts: Object.fromEntries([...chronicle.counts].toSorted()),
    incidents,
    healthy: healthyOf(outcome),
    latenessMs: outcome.latenessMs,
    droppedSegments: outcome.droppedSegments,
    course: {
      mebibytes: eachMinute(residentBytes.map((bytes) => bytes / MEBIBYTE)),
      descriptors: eachMinute(descriptors),
    },
    checks: [
      ...PROMISES.map((promise) => checkOf(promise, chronicle.findings)),
      flatness(
        'memory does',
        residentBytes.map((bytes) => bytes / MEBIBYTE),
        'MiB',
      ),
      flatness('descriptors do', descriptors, 'descriptors'),
    ],
    findings: chronicle.findings,
  };
}

/** The report for people. */
export function textOf({
  seed,
  seconds,
  counts,
  incidents,
  healthy,
  latenessMs,
  droppedSegments,
  course,
  checks,
  findings,
}: Report): string {
  const { requests, p50, p99 } = healthy;
  const { mebibytes, descriptors } = course;
  return [
    `seed ${seed}, ${seconds} s`,
    ...Object.entries(counts).map(([what, count]) => `  ${what.padEnd(44)} ${count}`),
    `  ${'incidents on record'.padEnd(44)} ${incidents}`,
    `healthy small replies: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms of ${requests}`,
    `the soak's own timers are late by ${latenessMs.toFixed(0)} ms at the 99th percentile; the kernel dropped ${droppedSegments} segments`,
    `memory by the minute, MiB: ${mebibytes.join(' ')}`,
    `descriptors by the minute: ${descriptors.join(' ')}`,
    ...checks.map(
      ({ promise, found, holds }) => `${holds ? 'pass' : 'FAIL'}  ${promise}: ${found}`,
    ),
    ...findings.slice(0, MOST_FINDINGS).map(({ kind, detail, at }) => `  ${at} ${kind}: ${detail}`),
    ...(findings.length > MOST_FINDINGS ? [`  and ${findings.length - MOST_FINDINGS} more`] : []),
  ].join('\n');
}

const MOST_FINDINGS = 40;

function checkOf(
  [promise, ...kinds]: (typeof PROMISES)[number],
  findings: readonly Finding[],
): Check {
  const count = findings.filter(({ kind }) => kinds.includes(kind)).length;
  return { promise, found: String(count), holds: count === 0 };
}

/** Over the second half: what is bounded fills up in the first. */
function flatness(what: string, samples: readonly number[], unit: string): Check {
  const promise = `${what} not grow over the second half`;
  const trend = trendOf(samples.slice(Math.floor(samples.length / 2)));
  if (trend === null) return { promise, found: `too short to tell`, holds: true };
  return { promise, found: wordsOf(trend, unit), holds: isFlat(trend) };
}

function wordsOf({ slope, low, high, mean }: Trend, unit: string): string {
  const hourly = (value: number) => `${value < 0 ? '' : '+'}${(value * HOUR_SECONDS).toFixed(1)}`;
  return `${mean.toFixed(0)} ${unit}, ${hourly(slope)} an hour, 95 % between ${hourly(low)} and ${hourly(high)}`;
}

function healthyOf({ chronicle, spells }: Outcome): Report['healthy'] {
  const times = chronicle.timings
    .filter(({ upstream, at, ms }) => !spells.some((spell) => touches(spell, { upstream, at, ms })))
    .map(({ ms }) => ms)
    .toSorted((one, other) => one - other);
  const quantile = (share: number) => times[Math.floor(times.length * share)] ?? 0;
  return { requests: times.length, p50: quantile(0.5), p99: quantile(0.99) };
}

function eachMinute(samples: readonly number[]): number[] {
  const minutes = Math.ceil(samples.length / 60);
  return Array.from({ length: minutes }, (_, minute) => {
    const own = samples.slice(minute * 60, (minute + 1) * 60).toSorted((one, other) => one - other);
    return Math.round(own[own.length >> 1] ?? 0);
  });
}

function touches(
  spell: Spell,
  { upstream, at, ms }: { upstream: string; at: number; ms: number },
): boolean {
  return spell.upstream === upstream && spell.from <= at + ms && at <= spell.to + AFTERMATH_MS;
}
