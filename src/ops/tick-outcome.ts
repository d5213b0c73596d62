import type { Actor } from '../outage/acts.ts';
import type { UnknownOutcome } from '../outage/unknown-outcomes.ts';
import type { OpsDeps } from './deps.ts';

/** That somebody has looked what became of a write, or takes that back. */
export interface TickWish {
  readonly id: number;
  readonly isTicked: boolean;
  /** What was found. */
  readonly note: string | null;
  readonly who: Actor;
}

/** Of a note. */
export const LONGEST_NOTE = 300;

/** Ticks a write off, or takes the tick back, and records who did it; null where there is no such write. */
export async function tickOutcome(
  { answers, acts }: Pick<OpsDeps, 'answers' | 'acts'>,
  { id, isTicked, note, who }: TickWish,
): Promise<UnknownOutcome | null> {
  const tick = isTicked ? { at: Date.now(), by: who.name ?? who.through, note } : null;
  const outcome = await answers.unknownOutcomes.tick(id, tick);
  if (outcome === null) return null;
  const what = isTicked ? 'outcome_ticked' : 'outcome_unticked';
  const why = note === null ? outcome.reference : `${outcome.reference}: ${note}`;
  acts.record({ who, what, upstream: outcome.upstream, why });
  return outcome;
}
