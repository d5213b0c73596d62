import type { Socket } from 'node:net';
import type { Cause, Disposition } from '../outage/cause.ts';
import type { HeldReply } from './held-reply.ts';

/** What became of one attempt to get a reply, when it was not relayed. */
export type Failure = {
  readonly cause: Cause;
  readonly disposition: Disposition;
  /** The endpoint said that it did not look at the request; another connection may be another matter. */
  readonly isRefused: boolean;
};

/** What an exchange tells the one that started it. Each ends with exactly one of these, the first two aside. */
export interface ExchangeEvents {
  /** The head of a reply came that tells of no outage, and is relayed. */
  replied(): void;
  /** No reply came, and nothing has been sent to the client. */
  failed(failure: Failure): void;
  /** A reply came that the gateway has to look into before the client may see it. */
  held(reply: HeldReply): void;
  /**
   * Asked, and no end: whether a reply that is longer than what is looked into goes on as it comes;
   * else it is handed over as far as it has been read.
   */
  mayPass(reply: HeldReply): boolean;
  /** The body turned out to be longer than is taken: no end, for what follows ends it. */
  bodyTooLong(): void;
  /** The endpoint switched protocols (RFC 9110, section 7.8). */
  switched(fields: readonly string[], upstreamSocket: Socket): void;
  /** The request itself is one that cannot be sent: the client's fault. */
  unsendable(): void;
  /** The gateway itself has no means left to send it: no descriptor, no port. */
  overloaded(): void;
  /** An error of ours, wherever it was. */
  broke(error: unknown): void;
  /** All is relayed, or the client has left, or the reply broke off and the client's connection with it. */
  over(): void;
}
