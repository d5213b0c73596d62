import { setTimeout as delay } from 'node:timers/promises';
import type { Limit } from './limits.ts';
import { measure } from './measure.ts';
import { candor } from './peers/candor.ts';
import { median } from './results.ts';
import { findScenario, type Ground, OTHER_CORE, startPeer } from './stand.ts';
import { residentBytes } from './usage.ts';

/** The resident memory of Candor under one load, a sample a second. */
export interface MemoryCourse {
  readonly scenario: 'a' | 'b';
  readonly mebibytes: readonly number[];
  /** Medians of the second and of the last third; the first third is the warm-up. */
  readonly middle: number;
  readonly last: number;
  /** Slope of a straight line through all samples after the warm-up. */
  readonly mebibytesPerMinute: number;
}

/** A heap breathes with its collections: less than this between two medians is no growth. */
const TOLERATED = 1.05;

/** Loads Candor for the given time and watches its memory. */
export async function watchMemory(
  key: 'a' | 'b',
  seconds: number,
  ground: Ground,
): Promise<MemoryCourse> {
  const { running, port, scenario } = await startPeer(candor, findScenario(key), ground);
  const mebibytes: number[] = [];
  const ended = new AbortController();
  const sampling = sampleEachSecond(running.pid, mebibytes, ended.signal);
  const { folder } = ground.processes;
  await measure({ pid: running.pid, port, scenario, seconds, core: OTHER_CORE, folder });
  ended.abort();
  await sampling;
  await running.stop();
  return courseOf(key, mebibytes);
}

/** Whether the memory stayed where it was. */
export function memoryLimit(course: MemoryCourse): Limit {
  const { scenario, mebibytes, middle, last, mebibytesPerMinute } = course;
  const slope = `${mebibytesPerMinute >= 0 ? '+' : ''}${mebibytesPerMinute.toFixed(1)} MiB/min`;
  return {
    promise: `(${scenario}) no growth of memory over ${mebibytes.length} s`,
    measured: `${middle.toFixed(0)} MiB, then ${last.toFixed(0)} MiB (${slope})`,
    holds: last <= middle * TOLERATED,
  };
}

async function sampleEachSecond(pid: number, into: number[], end: AbortSignal): Promise<void> {
  while (!end.aborted) {
    await delay(1000, undefined, { signal: end }).catch(() => undefined); // Ended by `end`.
    if (!end.aborted) into.push(residentBytes(pid) / 1024 / 1024);
  }
}

function courseOf(scenario: 'a' | 'b', mebibytes: readonly number[]): MemoryCourse {
  const third = Math.floor(mebibytes.length / 3);
  return {
    scenario,
    mebibytes,
    middle: median(mebibytes.slice(third, 2 * third)),
    last: median(mebibytes.slice(2 * third)),
    mebibytesPerMinute: slopeOf(mebibytes.slice(third)) * 60,
  };
}

/** Least squares, per sample. */
function slopeOf(values: readonly number[]): number {
  const meanIndex = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let covariance = 0;
  let variance = 0;
  for (const [index, value] of values.entries()) {
    covariance += (index - meanIndex) * (value - mean);
    variance += (index - meanIndex) ** 2;
  }
  return covariance / variance;
}
