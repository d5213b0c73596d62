import { knownReply } from './known-replies.ts';
import type { KnownReply } from './known-reply.ts';
import { fieldValue, type ReplyHead } from './reply.ts';

/** Whether an outage status was sent by the application on purpose, or by whatever stands before it. */
export type Origin =
  | { readonly kind: 'deliberate' }
  | {
      readonly kind: 'generic';
      /** The row of the table that it fits, where it is a known load balancer's or platform's. */
      readonly known: KnownReply | null;
    };

/** Where load balancers say what they have to say. */
const LOOKED_AT_BYTES = 4096;

/**
 * Tells a generic 502, 503 or 504 (empty, HTML or text, or a known load balancer's) from one that
 * the application wrote itself for programs to read. Where the body is not known (`null`: it is too
 * long, unreadable, or a reply to HEAD), its type tells.
 */
export function originOf(head: ReplyHead, body: Buffer | null): Origin {
  const isEmpty = body?.length === 0 || head.contentLength === 0;
  const text = isEmpty ? '' : (body?.subarray(0, LOOKED_AT_BYTES).toString('latin1') ?? null);
  const known = knownReply(head, text);
  if (known !== null) return { kind: 'generic', known };
  const type = fieldValue(head.fields, 'content-type');
  const isPlain = type === null || /^text\/(?:html|plain)\b|^application\/xhtml/i.test(type);
  return isEmpty || (isPlain && !looksLikeJson(text ?? ''))
    ? { kind: 'generic', known: null }
    : { kind: 'deliberate' };
}

/** JSON that was sent without its type is still the application's own word. */
function looksLikeJson(text: string): boolean {
  return /^\s*[{[]/.test(text) && /[}\]]\s*$/.test(text);
}
