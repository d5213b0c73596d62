import { alarmsOf, beganAt } from './alarms.ts';
import { exactIncidents } from './exact-incidents.ts';
import {
  noDownWhileMostSucceed,
  noDownWithoutFault,
  noRelapseWhileAllServe,
} from './false-alarms.ts';
import { foundInTime, mendedInTime, nobodyRefusedWhileWell } from './in-time.ts';
import { type History, hasJumps } from './simulate.ts';

/** One way in which a history may break what is promised: says how, or nothing. */
type Invariant = (history: History) => readonly string[];

/** All that is promised of every world. */
const INVARIANTS: Readonly<Record<string, Invariant>> = {
  noDownWhileMostSucceed,
  noRelapseWhileAllServe,
  noDownWithoutFault,
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
      countOf(chronicle.failedRequestsAt, turn.at - windowMs, turn.at) >= fewest ||
      countOf(chronicle.failedRequestsAt, since, turn.at) >= windowRequests;
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
    const asked = countOf(arrivedAt, from - windowMs - settings.timeouts.responseMs, to);
    // The reserve is there again in each window in which the upstream is not yet in trouble.
    const reserve = retryReserve * (1 + Math.ceil((to - from) / windowMs));
    if (retries <= retryShare * asked + reserve) continue;
    breaches.push(`${retries} retries of ${asked} requests within the outage of ${from}`);
  }
  return breaches;
}

/** Timers do not grow with the requests, nor incidents with the outages. */
function boundedMemory({ plan, pendingTimers, incidents }: History): string[] {
  const breaches: string[] = [];
  if (pendingTimers > 4 * plan.endpoints + 50) breaches.push(`${pendingTimers} timers are set`);
  if (incidents.length > 100) breaches.push(`${incidents.length} incidents are kept`);
  return breaches;
}
