import type { Reply } from './post.ts';

/** What became of one attempt to tell. */
export type Outcome =
  | { readonly kind: 'sent'; readonly status: number; readonly text: string }
  | {
      readonly kind: 'failed';
      /** One word or a status, and what the receiver said to it. */
      readonly problem: string;
      /** No other attempt can do better: the receiver refuses it. */
      readonly isFinal: boolean;
      /** How long the receiver asked to be left alone; null: it did not. */
      readonly pauseMs: number | null;
    };

/**
 * Statuses below 500 that a later attempt may well not get: a key or an address can be mended meanwhile,
 * and 420 is Statuspage's word for 429.
 */
const TEMPORARY = new Set([401, 403, 404, 408, 409, 420, 423, 425, 429]);
/** Where a receiver wants to be left alone and does not say for how long. */
const PAUSE_MS = 60_000;
const MOST_SAID = 200;

/** What a receiver's reply means. A redirect is a refusal: it is not followed, and repeating changes nothing. */
export function outcomeOf(reply: Reply): Outcome {
  if (reply.kind === 'no_reply') {
    return { kind: 'failed', problem: reply.problem, isFinal: false, pauseMs: null };
  }
  const { status, text } = reply;
  if (status >= 200 && status < 300) return { kind: 'sent', status, text };
  const isLimit = status === 420 || status === 429;
  const said = text
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, MOST_SAID);
  return {
    kind: 'failed',
    problem: said === '' ? `status ${status}` : `status ${status}: ${said}`,
    isFinal: status < 500 && !TEMPORARY.has(status),
    pauseMs: reply.retryAfterMs ?? (isLimit ? PAUSE_MS : null),
  };
}
