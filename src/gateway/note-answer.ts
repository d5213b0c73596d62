import type { Answer, Matter } from '../answer/answer.ts';
import type { Log } from '../log.ts';
import type { AnswerFacts } from '../outage/answer-facts.ts';
import { type AnswerGiven, answerFacts } from './answer-facts.ts';
import type { AnswerNote, AnswerNotes, AnswerTraits } from './answer-notes.ts';
import type { Counts } from './counts.ts';
import type { Evidence } from './evidence.ts';
import type { Sender } from './forwarded-fields.ts';
import type { Route } from './match-route.ts';
import { clientAddress, isOfPeople, userAgent } from './person.ts';
import type { RequestHead } from './request-head.ts';
import { traceIdOf } from './trace-id.ts';

/** Where answers are noted, and who is told of them. */
export interface AnswerListeners {
  readonly counts: Counts;
  readonly answerNotes: AnswerNotes;
  readonly log: Log;
  /** Told of each reply or request that was answered because a rule for misleading replies says so. */
  onMisleading(evidence: Evidence): void;
  /** Told of each answer, by its reference. */
  onAnswer(reference: string, facts: AnswerFacts): void;
  /** Told of each answer to a person. */
  onPerson(upstream: string, address: string, userAgent: string): void;
}

/** A request that was answered in its upstream's place. */
export interface Answered {
  readonly head: RequestHead;
  readonly sender: Sender;
  readonly route: Route | null;
  readonly gateway: AnswerListeners;
}

/**
 * Counts an answer, logs it in one line that holds nothing private, and tells those who listen. In an
 * outage each request pays for this, so what all answers of a kind have in common is made once.
 */
export function noteAnswer(answered: Answered, matter: Matter, answer: Answer): void {
  const { head, sender, route, gateway } = answered;
  const traits = {
    route: route?.index ?? null,
    method: head.method,
    kind: answer.kind,
    receivedFrom: matter.receivedFrom,
  };
  const note =
    gateway.answerNotes.of(answer.source, traits) ??
    addNote(gateway, traits, { matter, answer, evidence: null, method: head.method, route });
  const { reference } = sender;
  note.count.count += 1;
  note.log(reference, traceIdOf(head.rawHeaders));
  tell(answered, note.facts);
}

/** The same of an answer in place of a misleading reply: it is logged with its evidence, which no two have in common. */
export function noteMisled(
  answered: Answered,
  told: Pick<AnswerGiven, 'matter' | 'answer'> & { readonly evidence: Evidence },
): void {
  const { head, sender, route, gateway } = answered;
  const { matter, answer, evidence } = told;
  const given = { ...told, method: head.method, route };
  gateway.counts.answersLike(matter, answer).count += 1;
  gateway.counts.misled(evidence);
  gateway.onMisleading(evidence);
  const traceId = traceIdOf(head.rawHeaders);
  gateway.log.info(
    {
      ...fieldsOf(given),
      reference: sender.reference,
      ...(traceId === null ? undefined : { trace_id: traceId }),
      evidence_at: new Date(evidence.at).toISOString(),
      check_ms: evidence.checkMs,
    },
    'answered',
  );
  tell(answered, answerFacts(given));
}

function addNote(
  { answerNotes, counts }: AnswerListeners,
  traits: AnswerTraits,
  given: AnswerGiven,
): AnswerNote {
  const { matter, answer } = given;
  const noted = { count: counts.answersLike(matter, answer), facts: answerFacts(given) };
  return answerNotes.add({ source: answer.source, traits }, noted, fieldsOf(given));
}

function tell({ head, sender, gateway }: Answered, facts: AnswerFacts): void {
  gateway.onAnswer(sender.reference, facts);
  const { upstream, reason, clientKind } = facts;
  if (upstream === null || reason !== 'outage' || !isOfPeople(clientKind)) return;
  const { rawHeaders } = head;
  gateway.onPerson(upstream, clientAddress(rawHeaders, sender), userAgent(rawHeaders));
}

function fieldsOf({ matter, answer, evidence, method, route }: AnswerGiven) {
  const { belief } = matter;
  return {
    reason: answer.reason,
    cause: matter.cause,
    disposition: matter.disposition,
    retry_safe: answer.retrySafe,
    sign_in: matter.signIn,
    ...(evidence === null ? undefined : evidenceFields(evidence)),
    upstream: belief?.upstream ?? null,
    verdict: belief?.verdict.state ?? null,
    route: route?.index ?? null,
    method,
    client: answer.kind,
    status: answer.status,
    received: matter.receivedStatus,
    received_from: matter.receivedFrom,
  };
}

function evidenceFields({ rule, matched, source }: Evidence) {
  return { rule, matched, evidence: source };
}
