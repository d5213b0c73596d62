import type { Incident } from '../../src/outage/incident.ts';
import { boundsOf } from './bounds.ts';
import { type History, hasJumps } from './simulate.ts';

/**
 * An incident starts with a failing signal and ends with a success, each within its bound of the truth;
 * one outage is one incident, and what comes back soon is the same one.
 */
export function exactIncidents(history: History): string[] {
  const breaches = history.incidents.flatMap((incident) => inexact(history, incident));
  if (hasJumps(history)) return breaches;
  return [...breaches, ...torn(history), ...farFromTruth(history)];
}

function inexact(history: History, incident: Incident): string[] {
  const { failureWallTimes, successWallTimes } = history.chronicle;
  const { startedAt, resolvedAt, interruptions } = incident;
  const breaches: string[] = [];
  if (!failureWallTimes.has(startedAt)) {
    breaches.push(`nothing failed at ${startedAt}, where the incident starts`);
  }
  // Where the clock is set back meanwhile, an incident ends no sooner than it was found.
  const isExact = resolvedAt === null || successWallTimes.has(resolvedAt) || hasJumps(history);
  if (!isExact) breaches.push(`nothing succeeded at ${resolvedAt}, where the incident ends`);
  if (interruptions.some(({ from, to }) => from > to))
    breaches.push('an interruption ends too soon');
  return breaches;
}

/** Two incidents that should be one. */
function torn({ incidents, settings }: History): string[] {
  const inOrder = incidents.toReversed();
  return inOrder.flatMap(({ startedAt }, index) => {
    const before = inOrder[index - 1];
    if (before === undefined) return [];
    const gapMs = startedAt - (before.resolvedAt ?? Number.POSITIVE_INFINITY);
    if (gapMs >= settings.detection.flapMs) return [];
    return [`two incidents for what came back after ${gapMs} ms`];
  });
}

/** Starts outside of trouble, and ends where nothing had been mended. */
function farFromTruth(history: History): string[] {
  const { incidents, truth, chronicle, settings } = history;
  const { roundMs, tailMs } = boundsOf(history);
  const [first] = chronicle.turns;
  if (first === undefined) return [];
  const epoch = first.wallAt - Math.floor(first.at);
  const lateMs = roundMs + Math.max(tailMs, settings.timeouts.responseMs);
  const breaches: string[] = [];
  for (const { startedAt, resolvedAt } of incidents) {
    const from = startedAt - epoch;
    const isTrouble = truth.some(
      (stretch) =>
        (stretch.level !== 'well' || !stretch.isClear) &&
        stretch.from <= from + 1 &&
        stretch.to >= from - lateMs,
    );
    if (!isTrouble) breaches.push(`starts at ${from}, where nothing was wrong`);
    if (resolvedAt === null) continue;
    const to = resolvedAt - epoch;
    const isOut = truth.some(
      ({ level, sign, from: outFrom, to: outTo }) =>
        level === 'out' && sign !== 'requests' && outFrom + lateMs < to && to < Math.floor(outTo),
    );
    if (isOut) breaches.push(`ends at ${to}, in the middle of an outage`);
  }
  return breaches;
}
