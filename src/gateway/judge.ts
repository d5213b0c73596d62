import { decodeBody, type Room } from './decode-body.ts';
import { type Asked, type Evidence, evidenceFor } from './evidence.ts';
import { type Origin, originOf } from './generic-reply.ts';
import type { HeldReply } from './held-reply.ts';
import type { Rule } from './match-route.ts';
import { fieldValue } from './reply.ts';
import { ReplyText } from './reply-text.ts';
import { matchesIn } from './rule-match.ts';

/** What becomes of a reply that was held. */
export type Judgement =
  | { readonly kind: 'relay' }
  | Origin
  | { readonly kind: 'misleading'; readonly evidence: Evidence };

/** A request as the judgement of its reply needs it. */
export interface JudgedRequest extends Asked {
  readonly rules: readonly Rule[];
  /** How much of the reply is looked into. */
  readonly room: Room;
}

/** Tells what becomes of a reply that was held, by what its interest is. */
export function judge(held: HeldReply, request: JudgedRequest): Promise<Judgement> {
  return held.interest === 'outage'
    ? judgeOutageReply(held, request)
    : judgeMisleadingReply(held, request);
}

/** Tells whether an upstream's 502, 503 or 504 is generic, and so ours to replace, or its own word. */
async function judgeOutageReply(
  held: HeldReply,
  { method, room }: Pick<JudgedRequest, 'method' | 'room'>,
): Promise<Judgement> {
  if (!held.isWhole || method === 'HEAD') return originOf(held.head, null);
  const encoding = fieldValue(held.head.fields, 'content-encoding');
  return originOf(held.head, await decodeBody(held.body, encoding, room));
}

/**
 * Tells whether a reply that blames the user is what it looks like, or an outage.
 *
 * Only on evidence: an upstream that the rule depends on was not well when the request came, or is
 * not now, or was not a few seconds ago, or fails one check made at this moment. Without it the reply
 * is relayed.
 */
async function judgeMisleadingReply(held: HeldReply, request: JudgedRequest): Promise<Judgement> {
  const text = await ReplyText.of(held, request.room);
  const matches = matchesIn(held.head, text, request.rules);
  if (matches.length === 0) return { kind: 'relay' };
  const evidence = await evidenceFor(matches, request);
  return evidence === null ? { kind: 'relay' } : { kind: 'misleading', evidence };
}
