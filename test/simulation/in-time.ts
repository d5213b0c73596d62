import { boundsOf } from './bounds.ts';
import type { Turn } from './chronicle.ts';
import { type History, hasJumps } from './simulate.ts';
import type { Stretch } from './truth.ts';

type State = Turn['belief']['verdict']['state'];

/**
 * Whatever nothing serves and nothing changes for as long as the bound of its sign says, is `down` by
 * then. What only requests can tell is `down` as soon as enough of them have failed in a row.
 */
export function foundInTime(history: History): string[] {
  const { detectMs } = boundsOf(history);
  const { mostStreakMs } = history.settings.detection;
  const breaches: string[] = [];
  for (const stretch of history.truth) {
    const { from, to, level, sign, isClear } = stretch;
    if (level !== 'out' || sign === null || !isClear) continue;
    const shownMs = detectMs(sign) ?? evidenceMs(history, stretch);
    if (shownMs === null) continue;
    // A recovery relapses when a share of all its requests has failed, and it may be long.
    const isRecovering = stateAt(history, from + shownMs) === 'recovering';
    const boundMs = isRecovering ? shownMs + mostStreakMs : shownMs;
    if (from + boundMs > to) continue;
    if (!wasEver(history, 'down', from, from + boundMs)) {
      breaches.push(`${sign} from ${from} on, and not down by ${from + boundMs}`);
    }
  }
  return breaches;
}

/** How long it took until requests had shown the outage; null: they did not. */
function evidenceMs(history: History, { from, to }: Stretch): number | null {
  if (hasJumps(history)) return null; // How long a row has lasted, nobody knows then.
  const { chronicle, settings } = history;
  const { failedRow, confirmMs, windowRequests, windowMs } = settings.detection;
  let count = 0;
  let since = 0;
  for (const { beganAt, endedAt, end } of chronicle.requests.within(from, to)) {
    if (end === 'served') count = 0;
    if (end !== 'failed' || beganAt < from) continue;
    if (count === 0) since = endedAt;
    count += 1;
    const lastsLong = endedAt - since > windowMs;
    if (lastsLong && count > windowRequests) return endedAt - from + 1;
    if (count > failedRow && endedAt - since > confirmMs) return endedAt - from + 1;
  }
  return null;
}

/** Once all is well and nothing changes, the end of the trouble is noticed, and then it is `up` and stays so. */
export function mendedInTime(history: History): string[] {
  const { noticeMs } = boundsOf(history);
  const breaches: string[] = [];
  for (const stretch of wellStretchesOf(history)) {
    const { from, to } = stretch;
    const noticedBy = from + noticeMs;
    if (noticedBy <= to && !wasOther(history, 'down', from, noticedBy)) {
      breaches.push(`well from ${from} on, and still down at ${noticedBy}`);
    }
    const upBy = upByOf(history, stretch);
    if (upBy > to) continue;
    const state = stateAt(history, upBy);
    if (state !== 'up') breaches.push(`well from ${from} on, and ${state} at ${upBy}`);
    const relapse = history.chronicle.turns.find(({ at }) => at > upBy && at < to);
    if (relapse !== undefined) {
      const { at, belief } = relapse;
      breaches.push(`${belief.verdict.state} at ${at} although all was well since ${from}`);
    }
  }
  return breaches;
}

/** Once all is well, and is known to be, whoever asks is served. */
export function nobodyRefusedWhileWell(history: History): string[] {
  const breaches: string[] = [];
  const { settings, chronicle } = history;
  for (const stretch of wellStretchesOf(history)) {
    const from = upByOf(history, stretch) + settings.detection.reopenMs;
    for (const { beganAt, endedAt, end } of chronicle.requests.within(from, stretch.to)) {
      const isServed = end === 'served' || end === 'left';
      if (beganAt < from || endedAt === stretch.to || isServed) continue;
      breaches.push(`a request of ${beganAt} was ${end} although all was well`);
      break;
    }
  }
  return breaches;
}

function wellStretchesOf({ truth }: History): Stretch[] {
  return truth.filter(({ level, isClear }) => level === 'well' && isClear);
}

/** By when it has to be `up` in a stretch in which all is well. */
function upByOf(history: History, { from, to }: Stretch): number {
  const { noticeMs, settleMs } = boundsOf(history);
  const streaks = history.chronicle.turns
    .filter(({ at }) => at <= to)
    .map(({ streakMs }) => streakMs);
  const streakMs = streaks.at(-1) ?? history.settings.detection.streakMs;
  return from + noticeMs + settleMs(streakMs);
}

function stateAt({ chronicle }: History, at: number): State {
  return chronicle.turns.findLast((turn) => turn.at <= at)?.belief.verdict.state ?? 'up';
}

function wasEver(history: History, state: State, from: number, to: number): boolean {
  if (stateAt(history, from) === state) return true;
  return history.chronicle.turns.some(
    ({ at, belief }) => at >= from && at <= to && belief.verdict.state === state,
  );
}

function wasOther(history: History, state: State, from: number, to: number): boolean {
  if (stateAt(history, from) !== state) return true;
  return history.chronicle.turns.some(
    ({ at, belief }) => at >= from && at <= to && belief.verdict.state !== state,
  );
}
