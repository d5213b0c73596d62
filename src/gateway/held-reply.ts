import type { Route, Rule } from './match-route.ts';
import { fieldValue, type ReplyHead } from './reply.ts';

/**
 * Why a reply is not relayed as it comes: its status says outage, or a rule has to look at it.
 */
export type Interest = 'outage' | 'misleading';

/** As much of an error page as tells whether it is generic. */
const OUTAGE_PAGE_BYTES = 16 * 1024;

/** A reply that is kept back, with its body so far, until it is known whether the client may see it. */
export class HeldReply {
  readonly head: ReplyHead;
  readonly interest: Interest;
  readonly chunks: Buffer[] = [];
  /** False when more of the body came than is looked into. */
  isWhole = true;
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(head: ReplyHead, interest: Interest, limits: { readonly inspectBytes: number }) {
    this.head = head;
    this.interest = interest;
    this.#maxBytes =
      interest === 'outage'
        ? Math.min(OUTAGE_PAGE_BYTES, limits.inspectBytes)
        : limits.inspectBytes;
  }

  /** Keeps a chunk of the body; false when it is more than is looked into. */
  take(chunk: Buffer): boolean {
    if (this.#bytes + chunk.length > this.#maxBytes) {
      this.isWhole = false;
      return false;
    }
    this.chunks.push(chunk);
    this.#bytes += chunk.length;
    return true;
  }

  get body(): Buffer {
    const [only] = this.chunks;
    return this.chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.chunks);
  }

  /** What a reply's head alone says about whether it has to be held; null for nearly every reply. */
  static interestIn(head: ReplyHead, route: Route): Interest | null {
    if (head.status >= 500 && route.upstream.settings.outageStatuses.includes(head.status)) {
      return 'outage';
    }
    if (route.rules.length === 0) return null;
    return route.rules.some((rule) => mayMislead(head, rule)) ? 'misleading' : null;
  }
}

/** Whether a rule's redirect matches, or its status does and there is text to look into. */
function mayMislead(head: ReplyHead, rule: Rule): boolean {
  if (redirectMatches(head, rule)) return true;
  return (
    rule.settings.body !== null &&
    statusMatches(head, rule) &&
    isText(fieldValue(head.fields, 'content-type'))
  );
}

/** Whether a reply's status is one of a rule's; a rule that names none is about any status. */
export function statusMatches({ status }: ReplyHead, { settings: { statuses } }: Rule): boolean {
  return statuses.length === 0 || statuses.includes(status);
}

/** Whether a reply is a redirect to a place that means the same as the rule's sentence. */
export function redirectMatches(head: ReplyHead, rule: Rule): boolean {
  if (rule.redirect === null || head.status < 300 || head.status > 399) return false;
  const location = fieldValue(head.fields, 'location');
  return location !== null && rule.redirect.test(location);
}

/** A type that can hold the sentence; an event stream never ends, so it is never held. */
function isText(contentType: string | null): boolean {
  if (contentType === null) return true;
  return (
    /^(?:text\/|application\/(?:[^;]*\+)?(?:json|xml|javascript|xhtml))/i.test(contentType) &&
    !/^text\/event-stream/i.test(contentType)
  );
}
