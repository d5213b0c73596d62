import type { Answer, Matter } from '../answer/answer.ts';
import { routeLabel } from '../config/route-label.ts';
import type { AnswerEvidence, AnswerFacts } from '../outage/answer-facts.ts';
import type { Evidence } from './evidence.ts';
import type { Route } from './match-route.ts';

/** What is known of an answer when it is made. */
export interface AnswerGiven {
  readonly matter: Matter;
  readonly answer: Answer;
  readonly evidence: Evidence | null;
  readonly method: string;
  readonly route: Route | null;
}

/** What is kept of an answer: by what it can be explained when somebody asks by its reference. */
export function answerFacts(given: AnswerGiven): AnswerFacts {
  const { matter, answer, evidence, method, route } = given;
  const { belief } = matter;
  const verdict = belief?.verdict ?? null;
  return {
    reason: answer.reason,
    cause: matter.cause,
    disposition: matter.disposition,
    retrySafe: answer.retrySafe,
    signIn: matter.signIn,
    isUnknownWrite: isUnknownWrite(given),
    upstream: belief?.upstream ?? null,
    verdict: verdict?.state ?? null,
    since: verdict === null || verdict.state === 'up' ? null : verdict.since,
    route: route === null ? null : routeLabel(route.settings),
    isPayment: route?.settings.payment ?? false,
    method,
    clientKind: answer.kind,
    status: answer.status,
    receivedStatus: matter.receivedStatus,
    receivedFrom: matter.receivedFrom,
    evidence: evidence === null ? null : evidenceOf(evidence),
  };
}

/** By their definition they change nothing (RFC 9110, section 9.2.1). */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/**
 * Whether nobody knows if a write was done. A GraphQL request is one unless it is plainly a query,
 * whatever its method; a sign-in that was answered changes nothing that has to be looked for.
 */
function isUnknownWrite({ matter, answer, method }: AnswerGiven): boolean {
  if (matter.disposition !== 'unknown' || matter.signIn) return false;
  return !SAFE.has(method) || (answer.kind === 'graphql' && !answer.retrySafe);
}

function evidenceOf({ rule, matched, source, at, checkMs }: Evidence): AnswerEvidence {
  return { rule, matched, source, at, checkMs };
}
