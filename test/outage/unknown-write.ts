import type { AnswerFacts } from '../../src/outage/answer-facts.ts';

/** When it was answered. */
export const AT: number = Date.parse('2023-07-19T15:24:00Z');

/** What is known of an answer to a write that nobody knows to be done. */
export const FACTS: AnswerFacts = {
  ...{ reason: 'outage', cause: 'response_timeout', disposition: 'unknown', retrySafe: false },
  ...{ signIn: false, isUnknownWrite: true, upstream: 'app', verdict: 'down', since: AT },
  ...{ route: '/r/pay', isPayment: false, method: 'POST', clientKind: 'person', status: 504 },
  ...{ receivedStatus: null, receivedFrom: null, evidence: null },
};
