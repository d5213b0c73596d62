import express, { type Express, type Request, type Response } from 'express';
import type { OpsSettings } from '../config/settings.ts';
import type { Actor } from '../outage/acts.ts';
import { unknownOutcomesCsv } from '../outage/unknown-outcomes-csv.ts';
import { actorOf } from './actor.ts';
import type { OpsDeps } from './deps.ts';
import { refuseCrossSite } from './guards.ts';
import { readOutcomeAsk } from './outcome-ask.ts';
import { outcomesView, outcomeView } from './outcome-view.ts';
import { sendProblem } from './problem-reply.ts';
import { LONGEST_NOTE, tickOutcome } from './tick-outcome.ts';

/** Of a CSV. */
const MOST_LINES = 100_000;

/** What the list is shown and ticked off with. */
type OutcomeDeps = Pick<OpsDeps, 'answers' | 'incidents' | 'acts'>;

/** `/api/unknown-outcomes`: the list, the list as CSV, and the tick that somebody has looked. */
export function addUnknownOutcomes(
  app: Express,
  settings: Pick<OpsSettings, 'token'>,
  deps: OutcomeDeps,
): void {
  const { incidents } = deps;
  const { unknownOutcomes } = deps.answers;
  app.get('/api/unknown-outcomes', async (request, response) => {
    const asked = readOutcomeAsk(request, incidents);
    if ('fault' in asked) return sendProblem(response, asked.status, asked.fault);
    const { wish, ...options } = asked;
    const totals = await unknownOutcomes.totals(wish);
    const outcomes = await unknownOutcomes.list(wish, options);
    return void response.json(outcomesView(outcomes, totals));
  });
  app.get('/api/unknown-outcomes.csv', async (request, response) => {
    const asked = readOutcomeAsk(request, incidents);
    if ('fault' in asked) return sendProblem(response, asked.status, asked.fault);
    const { wish, isUnticked } = asked;
    const { notListed } = await unknownOutcomes.totals(wish);
    const outcomes = await unknownOutcomes.list(wish, { isUnticked, limit: MOST_LINES });
    response.setHeader('Content-Type', 'text/csv; charset=utf-8; header=present');
    response.setHeader('Content-Disposition', 'attachment; filename="unknown-outcomes.csv"');
    return void response.end(unknownOutcomesCsv(outcomes, notListed));
  });
  const body = express.json({ limit: '4kb' });
  app.put('/api/unknown-outcomes/:id/tick', refuseCrossSite, body, (request, response) =>
    tick(request, response, { ...deps, who: actorOf(request, settings) }),
  );
  app.delete('/api/unknown-outcomes/:id/tick', refuseCrossSite, (request, response) =>
    tick(request, response, { ...deps, who: actorOf(request, settings) }),
  );
}

async function tick(
  request: Request,
  response: Response,
  { answers, acts, who }: OutcomeDeps & { readonly who: Actor },
): Promise<void> {
  const isTicked = request.method === 'PUT';
  const note = noteOf(request.body);
  if (note === undefined) {
    return sendProblem(response, 400, `note is a text of at most ${LONGEST_NOTE} characters.`);
  }
  const named = String(request.params.id);
  const id = /^\d{1,15}$/.test(named) ? Number(named) : 0;
  const outcome = await tickOutcome({ answers, acts }, { id, isTicked, note, who });
  if (outcome === null) return sendProblem(response, 404, NOT_KEPT);
  return void response.json(outcomeView(outcome));
}

const NOT_KEPT = 'There is no write of this id, or it is no longer kept.';

/** Null where there is none, undefined where it is none. */
function noteOf(body: unknown): string | null | undefined {
  if (body === undefined || body === null) return null;
  const note = typeof body === 'object' && 'note' in body ? body.note : null;
  if (note === null) return null;
  return typeof note === 'string' && note.length <= LONGEST_NOTE ? note : undefined;
}

/** The addresses of this file, and what they answer. */
export const OUTCOME_METHODS: readonly (readonly [address: string, methods: string])[] = [
  ['/api/unknown-outcomes', 'GET, HEAD'],
  ['/api/unknown-outcomes.csv', 'GET, HEAD'],
  ['/api/unknown-outcomes/:id/tick', 'PUT, DELETE'],
];
