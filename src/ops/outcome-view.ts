import type { OutcomeTotals, UnknownOutcome } from '../outage/unknown-outcomes.ts';
import { isoOf } from './iso-of.ts';

/** What operators see of a write with unknown outcome. */
export function outcomeView({ at, isPayment, ticked, ...rest }: UnknownOutcome) {
  return {
    ...rest,
    at: isoOf(at),
    payment: isPayment,
    ticked: ticked === null ? null : { ...ticked, at: isoOf(ticked.at) },
  };
}

/** What operators see of a list of them: `GET /api/unknown-outcomes`. */
export function outcomesView(outcomes: readonly UnknownOutcome[], totals: OutcomeTotals) {
  return { ...totals, unknownOutcomes: outcomes.map(outcomeView) };
}
