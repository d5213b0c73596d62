import type { Cause } from '../outage/cause.ts';
import type { Endpoint } from '../upstream/endpoint.ts';
import type { BodyMemory } from './body-memory.ts';
import type { Failure } from './exchange-events.ts';
import { MOST_ATTEMPTS, mayBeStale, mayRepeat } from './retry.ts';
import type { Ticket, Traveller } from './traveller.ts';

/** What all attempts of a request have in common. */
export interface Errand {
  readonly traveller: Traveller;
  readonly ticket: Ticket;
  /** What has been read of the body, where the next attempt may have to send it again. */
  readonly memory: BodyMemory | null;
}

/** The place of an attempt among those of its request. */
interface Turn {
  /** The first is 1. */
  readonly number: number;
  /** Endpoints that have failed; null: none. */
  readonly tried: readonly Endpoint[] | null;
  /** On a connection that was never used before. */
  readonly isFresh: boolean;
}

const FIRST: Turn = { number: 1, tried: null, isFresh: false };

/**
 * One request to one endpoint, which counts it among those under way until it is told that it is over:
 * whoever has one calls `end`, whatever became of it.
 */
export class Attempt implements Errand {
  readonly traveller: Traveller;
  readonly ticket: Ticket;
  readonly memory: BodyMemory | null;
  readonly endpoint: Endpoint;
  hasReplied = false;
  isOver = false;
  readonly #turn: Turn;

  private constructor({ traveller, ticket, memory }: Errand, endpoint: Endpoint, turn: Turn) {
    this.traveller = traveller;
    this.ticket = ticket;
    this.memory = memory;
    this.endpoint = endpoint;
    this.#turn = turn;
  }

  /** Null where there is no endpoint. */
  static first(errand: Errand): Attempt | null {
    const endpoint = errand.ticket.route.upstream.pick(null);
    return endpoint === null ? null : new Attempt(errand, endpoint, FIRST);
  }

  get isFresh(): boolean {
    return this.#turn.isFresh;
  }

  /** The head of a reply came that tells of no outage. */
  replied(): void {
    this.hasReplied = true;
    this.ticket.route.upstream.replied(this.endpoint);
  }

  /** It has failed, which is told against its endpoint, unless it may be no more than a stale connection. */
  failed(failure: Failure): void {
    if (this.#isStale(failure)) return;
    this.ticket.route.upstream.attemptFailed(this.endpoint, failure.cause);
  }

  /** The request has failed with it: that is told against the upstream as well. */
  requestFailed(cause: Cause): void {
    const { upstream } = this.ticket.route;
    upstream.attemptFailed(this.endpoint, cause);
    upstream.requestFailed(cause);
  }

  /** The one after it when it has failed, if there may be one: on a fresh connection, or to another endpoint. */
  next(failure: Failure): Attempt | null {
    const { number, tried } = this.#turn;
    const { head } = this.traveller;
    if (this.ticket.isTrial || number >= MOST_ATTEMPTS) return null;
    if (this.memory?.canReplay === false || !mayRepeat(head, failure)) return null;
    const isFresh = this.#isStale(failure);
    const turn = {
      number: number + 1,
      tried: isFresh ? tried : [...(tried ?? []), this.endpoint],
      isFresh,
    };
    const { upstream } = this.ticket.route;
    const endpoint = upstream.pick(turn.tried);
    if (endpoint === null) return null;
    if (upstream.takeRetry()) return new Attempt(this, endpoint, turn);
    upstream.release(endpoint, false);
    return null;
  }

  /** Exactly once. */
  end(): void {
    const { upstream } = this.ticket.route;
    this.isOver = true;
    upstream.release(this.endpoint, this.hasReplied);
  }

  #isStale(failure: Failure): boolean {
    return mayBeStale(this.traveller.head, failure, this.#turn.number);
  }
}
