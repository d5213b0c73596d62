import type { Express } from 'express';
import { ROWS } from '../answer/client-table.ts';
import type { AnswerRecord } from '../outage/answer-facts.ts';
import type { OpsDeps } from './deps.ts';
import { isoOf, isoOrNull } from './iso-of.ts';
import { outcomeView } from './outcome-view.ts';
import { sendProblem } from './problem-reply.ts';

/** `GET /api/references/:reference`: what was answered to one request, and why. */
export function addReferences(app: Express, { answers }: Pick<OpsDeps, 'answers'>): void {
  app.get('/api/references/:reference', async (request, response) => {
    const { reference } = request.params;
    const found = await answers.find(reference);
    if (found.answers.length + found.unknownOutcomes.length === 0) {
      return sendProblem(response, 404, NOT_KEPT);
    }
    return void response.json({
      reference,
      answers: found.answers.map(answerView),
      unknownOutcomes: found.unknownOutcomes.map(outcomeView),
    });
  });
}

const NOT_KEPT =
  'No answer has this reference, or it is no longer kept: the log may have its line still.';

/** What operators see of an answer: whom the gateway took the client for, what it told it, and why. */
function answerView({ at, reference, facts }: AnswerRecord) {
  const { clientKind, since, evidence, isPayment, isUnknownWrite, ...rest } = facts;
  const row = ROWS.find(({ kind }) => kind === clientKind) ?? null;
  return {
    ...{ reference, at: isoOf(at), ...rest },
    client: { kind: clientKind, row: row?.row ?? null, name: row?.client ?? null },
    since: isoOrNull(since),
    payment: isPayment,
    unknownWrite: isUnknownWrite,
    evidence: evidence === null ? null : { ...evidence, at: isoOf(evidence.at) },
  };
}
