import { alarmsOf, beganAt, relapsesOf } from './alarms.ts';
import { boundsOf } from './bounds.ts';
import type { History } from './simulate.ts';

/**
 * No `down` while most requests succeed. An alarm is false where most of the requests would have been
 * served from the first failing signal on, and where most of those were that have been sent since (three
 * at least, one of them within the last `confirmMs`; some may still wait), and most of those that ended
 * within the window.
 */
export function noDownWhileMostSucceed(history: History): string[] {
  const { chronicle, settings } = history;
  const { confirmMs, windowMs, windowRequests } = settings.detection;
  return alarmsOf(history).flatMap((turn) => {
    if (chronicle.decidedAt.includes(turn.at)) return [];
    const since = beganAt(history, turn);
    if (wasSet(history, since, turn.at)) return [];
    const sent = outcomesOf(history, { since, from: since, to: turn.at });
    const ended = outcomesOf(history, { since: 0, from: turn.at - windowMs, to: turn.at });
    const came = chronicle.arrivedAt.filter((at) => at >= since && at <= turn.at).length;
    const isServed = 2 * sent.served > came - sent.answered && ended.served > ended.failed;
    const isRecent = turn.at - sent.lastServedAt <= confirmMs;
    const isFalse = isServed && isRecent && sent.served + sent.failed >= windowRequests;
    if (!isFalse || trueShare(history, since, turn.at) <= 0.5) return [];
    return [`down at ${turn.at} although most requests were served since ${since}`];
  });
}

/** Nor is a recovery given up in whose last `settleMs` every request would have been served, and most of three were. */
export function noRelapseWhileAllServe(history: History): string[] {
  const { settleMs, windowRequests } = history.settings.detection;
  return relapsesOf(history).flatMap(({ at }) => {
    const since = at - settleMs;
    const { served, failed } = outcomesOf(history, { since, from: since, to: at });
    const isServed = served > failed && served + failed >= windowRequests;
    // To the end of this moment: a fault may have begun in it.
    if (!isServed || trueShare(history, since, at + 1) < 1) return [];
    return [`down again at ${at} although all requests were served since ${since}`];
  });
}

/** No `down` where nothing was wrong since anything could have failed. That a resolver does not answer is nothing. */
export function noDownWithoutFault(history: History): string[] {
  const { truth, settings, chronicle } = history;
  const { roundMs, tailMs } = boundsOf(history);
  const longestMs = roundMs + Math.max(tailMs, settings.timeouts.responseMs);
  return [...alarmsOf(history), ...relapsesOf(history)].flatMap((turn) => {
    const from = Math.max(0, beganAt(history, turn) - longestMs);
    const wasEmpty = chronicle.emptyAt.some((at) => at >= from && at <= turn.at);
    const seen = truth.filter((stretch) => stretch.to > from && stretch.from <= turn.at);
    const wasWell = seen.every(({ level, areProbesTrue }) => level === 'well' && areProbesTrue);
    return wasWell && !wasEmpty
      ? [`down at ${turn.at} although nothing was wrong since ${from}`]
      : [];
  });
}

/** Where the wall clock is set while the upstream is suspected, nobody knows for how long it has been. */
function wasSet({ plan }: History, from: number, to: number): boolean {
  const isJump = (kind: string) => kind === 'jump_back' || kind === 'jump_forth';
  return plan.faults.some(({ kind, at }) => isJump(kind) && at >= from && at <= to);
}

interface Outcomes {
  readonly served: number;
  readonly failed: number;
  /** On the word of others: that says nothing. */
  readonly answered: number;
  readonly lastServedAt: number;
}

/** The share of requests that would have been served from one time to another, on the average. */
function trueShare({ truth }: History, from: number, to: number): number {
  let served = 0;
  for (const stretch of truth) {
    const lastedMs = Math.min(to, stretch.to) - Math.max(from, stretch.from);
    if (lastedMs > 0) served += lastedMs * stretch.share;
  }
  return served / (to - from);
}

/** Of the requests that were sent since then, and ended in that time. */
function outcomesOf(
  { chronicle }: History,
  { since, from, to }: { readonly since: number; readonly from: number; readonly to: number },
): Outcomes {
  let served = 0;
  let failed = 0;
  let answered = 0;
  let lastServedAt = Number.NEGATIVE_INFINITY;
  for (const { beganAt: sentAt, endedAt, end } of chronicle.requests.within(from, to)) {
    if (sentAt < since) continue;
    if (end === 'served') {
      served += 1;
      lastServedAt = endedAt;
    }
    if (end === 'failed') failed += 1;
    if (end === 'answered') answered += 1;
  }
  return { served, failed, answered, lastServedAt };
}
