import type { Turn } from './chronicle.ts';
import { type History, hasJumps } from './simulate.ts';

/** The turns at which an outage was found. */
export function alarmsOf({ chronicle }: History): Turn[] {
  const isFound = ({ state }: Turn['belief']['verdict']) => state === 'up' || state === 'suspect';
  return chronicle.turns.filter(
    ({ belief, previous }) => belief.verdict.state === 'down' && isFound(previous.verdict),
  );
}

/** The turns at which a recovery failed. */
export function relapsesOf({ chronicle }: History): Turn[] {
  return chronicle.turns.filter(
    ({ belief, previous }) =>
      belief.verdict.state === 'down' && previous.verdict.state === 'recovering',
  );
}

/** The world's time at which the trouble of an alarm began: its first failing signal; where the clock was set, the suspicion. */
export function beganAt(history: History, { at, wallAt, belief, previous }: Turn): number {
  const { verdict } = belief;
  if (verdict.state === 'up') return at;
  if (!hasJumps(history)) return at - (wallAt - verdict.since) - 1;
  if (previous.verdict.state !== 'suspect') return at;
  const isSuspicion = (turn: Turn) => turn.at <= at && turn.belief.verdict.state === 'suspect';
  return history.chronicle.turns.findLast(isSuspicion)?.at ?? at;
}
