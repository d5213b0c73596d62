import type { Route } from './match-route.ts';
import type { ReplyHead } from './reply.ts';
import { mayMislead } from './rule-match.ts';

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
    return route.rules.length > 0 && mayMislead(head, route.rules) ? 'misleading' : null;
  }
}
