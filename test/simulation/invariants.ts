import { boundsOf } from './bounds.ts';
import type { RequestLog, Turn } from './chronicle.ts';
import { exactIncidents } from './exact-incidents.ts';
import { foundInTime, mendedInTime, nobodyRefusedWhileWell } from './in-time.ts';
import { type History, hasJumps } from './simulate.ts';

/** One way in which a history may break what is promised: says how, or nothing. */
type Invariant = (history: History) => readonly string[];

/** All that is promised of every world. */
const INVARIANTS: Readonly<Record<string, Invariant>> = {
  noFalseAlarm,
  nothingFasterThanItsEvidence,
  foundInTime,
  mendedInTime,
  nobodyRefusedWhileWell,
  exactIncidents,
  boundedRetries,
  boundedMemory,
};

/** What a history breaks, each with the name of the invariant. */
export function breachesOf(history: History): string[] {
  return Object.entries(INVARIANTS).flatMap(([name, invariant]) =>
    invariant(history).map((breach) => `${name}: ${breach}`),
  );
}

/** The turns at which an outage was found. */
function alarmsOf({ chronicle }: History): Turn[] {
  return chronicle.turns.filter(
    ({ belief, previous }) =>
      belief.verdict.state === 'down' &&
      (previous.verdict.state === 'suspect' || previous.verdict.state === 'up'),
  );
}

/** The world's time at which the trouble of a turn began: its first failing signal, or, where the clock was set, the suspicion. */
function beganAt(history: History, turn: Turn): number {
  const { at, wallAt, belief } = turn;
  const { verdict } = belief;
  if (verdict.state === 'up') return at;
  if (!hasJumps(history)) return at - (wallAt - verdict.since) - 1;
  const suspicion = history.chronicle.turns.findLast(
    (one) => one.at <= at && one.belief.verdict.state === 'suspect',
  );
  return suspicion?.at ?? at;
}

/**
 * No `down` while most requests succeed: where something serves, no majority was served of the requests
 * that were sent since the trouble began (three at least), or none of those that ended within the window.
 * And none at all while nothing was wrong.
 */
function noFalseAlarm(history: History): string[] {
  const { truth, chronicle, settings } = history;
  const { roundMs, tailMs } = boundsOf(history);
  const { windowMs, windowRequests } = settings.detection;
  const breaches: string[] = [];
  for (const turn of alarmsOf(history)) {
    const since = beganAt(history, turn);
    const began = sharesOf(chronicle.requests, { since, from: since, to: turn.at });
    const ended = sharesOf(chronicle.requests, { since: 0, from: turn.at - windowMs, to: turn.at });
    const isLoud = began.served + began.failed >= windowRequests;
    const isServed = began.served > began.failed && ended.served > ended.failed;
    if (isLoud && isServed && !isOut(history, turn)) {
      breaches.push(`down at ${turn.at} although most requests were served since ${since}`);
    }
    const from = Math.max(0, since - roundMs - Math.max(tailMs, settings.timeouts.responseMs));
    const seen = truth.filter((stretch) => stretch.to > from && stretch.from <= turn.at);
    if (seen.every(({ level, isClear }) => level === 'well' && isClear)) {
      breaches.push(`down at ${turn.at} although nothing was wrong since ${from}`);
    }
  }
  return breaches;
}

/** Whether nothing serves at that moment, and has not for as long as it takes to be sure. */
function isOut({ truth, settings, chronicle }: History, { at }: Turn): boolean {
  const { confirmMs } = settings.detection;
  const from = chronicle.decidedAt.includes(at) ? at : at - confirmMs;
  const seen = truth.filter((stretch) => stretch.to > from && stretch.from <= at);
  return seen.every(({ level }) => level === 'out');
}

/** Of the requests that were sent since then, and ended in that time. Who left, or was answered on the word of others, says nothing. */
function sharesOf(
  requests: RequestLog,
  { since, from, to }: { readonly since: number; readonly from: number; readonly to: number },
): { readonly served: number; readonly failed: number } {
  let served = 0;
  let failed = 0;
  for (const { beganAt, end } of requests.within(from, to)) {
    if (beganAt < since) continue;
    if (end === 'served') served += 1;
    if (end === 'failed') failed += 1;
  }
  return { served, failed };
}

/** No outage is confirmed sooner than `confirmMs`, or by fewer facts than its kind takes, but a decided emptiness. */
function nothingFasterThanItsEvidence(history: History): string[] {
  if (hasJumps(history)) return [];
  const { chronicle, settings } = history;
  const { confirmMs, failedRounds, windowMs, windowRequests, failingShare } = settings.detection;
  const fewest = Math.ceil(windowRequests * failingShare);
  // A round that failed while requests spoke for the upstream is evidence as well.
  const pastMs = 2 * settings.probe.everyMs;
  const breaches: string[] = [];
  for (const turn of alarmsOf(history)) {
    if (chronicle.decidedAt.includes(turn.at)) continue;
    const since = beganAt(history, turn);
    const tookMs = turn.at - since;
    if (tookMs < confirmMs) breaches.push(`down at ${turn.at} after ${tookMs} ms`);
    const hasEvidence =
      countOf(chronicle.emptyAt, since, turn.at) >= 2 ||
      countOf(chronicle.failedProbesAt, since - pastMs, turn.at) >= failedRounds ||
      countOf(chronicle.failedRequestsAt, turn.at - windowMs, turn.at) >= fewest;
    if (!hasEvidence) breaches.push(`down at ${turn.at} on too little evidence since ${since}`);
  }
  return breaches;
}

function countOf(times: readonly number[], from: number, to: number): number {
  return times.filter((time) => time >= from && time <= to).length;
}

/** No outage is amplified: retries of any window are at most a share of its requests, and a reserve. */
function boundedRetries({ chronicle, settings, truth }: History): string[] {
  const { windowMs, retryShare, retryReserve } = settings.detection;
  const { retriesAt, arrivedAt } = chronicle;
  const breaches: string[] = [];
  for (const { from, to, level } of truth) {
    if (level !== 'out') continue;
    const retries = countOf(retriesAt, from, to);
    const asked = countOf(arrivedAt, from - windowMs, to);
    if (retries <= retryShare * asked + retryReserve) continue;
    breaches.push(`${retries} retries of ${asked} requests within the outage of ${from}`);
  }
  return breaches;
}

/** Timers do not grow with the requests, nor incidents with the outages. */
function boundedMemory({ plan, pendingTimers, incidents }: History): string[] {
  const breaches: string[] = [];
  if (pendingTimers > plan.endpoints + 30) breaches.push(`${pendingTimers} timers are set`);
  if (incidents.length > 100) breaches.push(`${incidents.length} incidents are kept`);
  return breaches;
}
