import type { Cause, Disposition } from './cause.ts';

/** Why an answer stands in the place of a reply that would have blamed the user. Times in milliseconds since 1970. */
export interface AnswerEvidence {
  readonly rule: string;
  /** By what the reply was known; null where the request was held back. */
  readonly matched: string | null;
  /** How the trouble was known. */
  readonly source: string;
  readonly at: number;
  /** How long the reply waited for a check; null where there was none. */
  readonly checkMs: number | null;
}

/**
 * What was answered and why, as answers of one kind have it in common. Holds nothing of a request but its
 * method: no path, query, field or body.
 */
export interface AnswerFacts {
  /** `outage`, `maintenance`, `overload` or `unknown_route`. */
  readonly reason: string;
  readonly cause: Cause | null;
  readonly disposition: Disposition;
  readonly retrySafe: boolean;
  readonly signIn: boolean;
  /** The client was told that it cannot be known whether its write was done. */
  readonly isUnknownWrite: boolean;
  readonly upstream: string | null;
  readonly verdict: string | null;
  /** When the trouble began; null where the upstream was believed well. */
  readonly since: number | null;
  /** Methods, host and path as the settings say them; null where no route matched. */
  readonly route: string | null;
  readonly isPayment: boolean;
  readonly method: string;
  readonly clientKind: string;
  readonly status: number;
  /** Of the upstream's own reply that was replaced, and who wrote that, where it says so. */
  readonly receivedStatus: number | null;
  readonly receivedFrom: string | null;
  readonly evidence: AnswerEvidence | null;
}

/** One answer of the gateway's. */
export interface AnswerRecord {
  readonly at: number;
  readonly reference: string;
  readonly facts: AnswerFacts;
}
