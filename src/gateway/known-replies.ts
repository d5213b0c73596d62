import { BALANCER_REPLIES } from './balancer-replies.ts';
import type { KnownReply } from './known-reply.ts';
import { PLATFORM_REPLIES } from './platform-replies.ts';
import { fieldValue, type ReplyHead } from './reply.ts';

/** The whole table. The first row that fits is taken, so what proves more stands first. */
export const KNOWN_REPLIES: readonly KnownReply[] = [...BALANCER_REPLIES, ...PLATFORM_REPLIES];

const BY_STATUS: ReadonlyMap<number, readonly KnownReply[]> = new Map(
  KNOWN_REPLIES.flatMap(({ statuses }) => statuses).map((status) => [
    status,
    KNOWN_REPLIES.filter(({ statuses }) => statuses.includes(status)),
  ]),
);

/**
 * The row of the table that a reply fits, or null. `text` is the beginning of its body, decoded; null
 * where nothing is known of the body, so that only what a field alone tells can be found.
 */
export function knownReply(head: ReplyHead, text: string | null): KnownReply | null {
  const body = text?.trim() ?? null;
  const rows = BY_STATUS.get(head.status) ?? [];
  return rows.find((row) => hasField(head, row) && hasBody(body, row)) ?? null;
}

function hasField({ fields }: ReplyHead, { field }: KnownReply): boolean {
  if (field === undefined) return true;
  const value = fieldValue(fields, field.name);
  return value !== null && field.value.test(value);
}

function hasBody(text: string | null, { body }: KnownReply): boolean {
  return body === undefined || (text !== null && body.test(text));
}
