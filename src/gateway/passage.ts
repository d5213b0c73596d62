import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Matter } from '../answer/answer.ts';
import type { UpstreamSettings } from '../config/settings.ts';
import type { Cause } from '../outage/cause.ts';
import type { Belief } from '../outage/verdict.ts';
import type { Endpoint } from '../upstream/endpoint.ts';
import type { ExchangeEvents, Failure } from './attempt.ts';
import type { Connections } from './connections.ts';
import type { Counts } from './counts.ts';
import { Exchange } from './exchange.ts';
import { originOf } from './generic-reply.ts';
import type { HeldReply } from './held-reply.ts';
import {
  type Evidence,
  type Judgement,
  judgeMisleadingReply,
  judgeOutageReply,
  unwellDependency,
} from './judge.ts';
import type { Route } from './match-route.ts';
import { genericReply, misleadingReply, noReply, OVERLOAD } from './matter.ts';
import type { RequestHead } from './request-head.ts';
import { mayBeStale, mayRepeat } from './retry.ts';
import { endpointOf } from './wait-for-endpoint.ts';

/** The request, and what can be done about it. */
export interface Traveller {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly head: RequestHead;
  readonly counts: Counts;
  readonly inspectBytes: number;
  /** How many requests may wait at once. */
  readonly maxHeld: number;
  connectionsTo(endpoint: Endpoint, timeouts: UpstreamSettings['timeouts']): Connections;
  /** Answers in the upstream's place; `evidence` where a misleading reply is replaced. */
  say(matter: Matter, evidence: Evidence | null): void;
  refuse(): void;
  tunnel(fields: readonly string[], upstreamSocket: Socket): void;
  /** False when it was answered in the upstream's place after all. */
  relayHeld(reply: HeldReply, isDeliberate: boolean): boolean;
}

/** Where the request goes, and as what. */
export interface Ticket {
  readonly route: Route;
  /** The request's fields as the upstream gets them. */
  readonly fields: string[];
  /** Let through while the verdict is `down`, to see whether it still is. */
  readonly isTrial: boolean;
}

/** More attempts than this help nobody who waits. */
const MOST_ATTEMPTS = 3;

/**
 * A request's way through its upstream: attempts, retries, the wait while the verdict is `suspect`,
 * and what is said when nothing came of it.
 */
export class Passage implements ExchangeEvents {
  readonly #traveller: Traveller;
  readonly #ticket: Ticket;
  #exchange: Exchange | null = null;
  #endpoint: Endpoint | null = null;
  #attempts = 0;
  #tried: readonly Endpoint[] | null = null;
  #isRetryFresh = false;
  /** When the wait for an endpoint ends, on the monotonic clock; null before it has begun. */
  #holdUntil: number | null = null;
  #isGone = false;
  /** Ends a wait when the client leaves; there is none before the request waits. */
  #gone: AbortController | null = null;
  #unwellAtRequest: Belief | null = null;

  constructor(traveller: Traveller, ticket: Ticket) {
    this.#traveller = traveller;
    this.#ticket = ticket;
  }

  start(): void {
    const { route } = this.#ticket;
    if (route.rules.length > 0) this.#unwellAtRequest = unwellDependency(route);
    this.#attempt();
  }

  /** The client has left. Nothing that follows counts against the upstream. */
  abandon(): void {
    this.#isGone = true;
    this.#gone?.abort();
    this.#exchange?.abandon();
  }

  over(): void {
    const { response, counts } = this.#traveller;
    const { route } = this.#ticket;
    this.#endTrial();
    if (response.headersSent) counts.relayedBy(route.index, response.statusCode);
  }

  unsendable(): void {
    this.#endTrial();
    this.#traveller.refuse();
  }

  overloaded(): void {
    this.#say(OVERLOAD);
  }

  mayPass({ interest, head }: HeldReply): boolean {
    const { upstream, settings } = this.#ticket.route;
    if (interest === 'misleading') {
      if (this.#endpoint !== null) upstream.replied(this.#endpoint);
      return true;
    }
    if (originOf(head, null).kind === 'deliberate') return true;
    if (settings.answers === 'all') return false;
    this.#countOutage();
    return true;
  }

  switched(fields: readonly string[], upstreamSocket: Socket): void {
    this.#endTrial();
    this.#traveller.counts.relayedBy(this.#ticket.route.index, 101);
    this.#traveller.tunnel(fields, upstreamSocket);
  }

  failed(failure: Failure): void {
    if (this.#isGone) return this.over();
    const { upstream } = this.#ticket.route;
    const { cause, disposition, endpoint } = failure;
    const isStale = mayBeStale(this.#traveller.head, cause, this.#attempts);
    if (endpoint !== null && !isStale) upstream.attemptFailed(endpoint, cause);
    if (this.#mayRetry(failure, isStale)) return this.#attempt();
    if (disposition === 'not_processed' && !this.#ticket.isTrial) {
      void this.#hold(cause); // Never rejects: the wait ends in an attempt or in an answer.
      return;
    }
    upstream.requestFailed(cause);
    this.#say(noReply(cause, disposition, upstream.belief));
  }

  held(reply: HeldReply): void {
    const { route } = this.#ticket;
    const { inspectBytes } = this.#traveller;
    const judgement =
      reply.interest === 'outage'
        ? judgeOutageReply(reply, this.#traveller)
        : judgeMisleadingReply(reply, { route, inspectBytes }, this.#unwellAtRequest);
    // Never rejects: a body that cannot be read is judged by its head.
    void judgement.then((found) => this.#settle(reply, found));
  }

  #attempt(): void {
    if (this.#isGone) return this.over();
    const { route } = this.#ticket;
    this.#endpoint = route.upstream.pick(this.#tried);
    if (this.#endpoint === null) {
      const { verdict } = route.upstream.belief;
      const isUnresolved = verdict.state !== 'up' && verdict.cause === 'dns_error';
      const cause = isUnresolved ? 'dns_error' : 'no_endpoints';
      return this.failed({ cause, disposition: 'not_processed', endpoint: null });
    }
    this.#attempts += 1;
    const { timeouts } = route.upstream.settings;
    this.#exchange = new Exchange(
      {
        traveller: this.#traveller,
        ticket: this.#ticket,
        endpoint: this.#endpoint,
        connections: this.#traveller.connectionsTo(this.#endpoint, timeouts),
        isFresh: this.#isRetryFresh,
      },
      this,
    );
    this.#exchange.start();
  }

  /** Prepares the next attempt, if there may be one: on a fresh connection, or on another endpoint. */
  #mayRetry(failure: Failure, isStale: boolean): boolean {
    const { head } = this.#traveller;
    const { route, isTrial } = this.#ticket;
    if (failure.endpoint === null || isTrial || this.#attempts >= MOST_ATTEMPTS) return false;
    if (!mayRepeat(head, failure)) return false;
    this.#isRetryFresh = isStale;
    if (!isStale) this.#tried = [...(this.#tried ?? []), failure.endpoint];
    return route.upstream.pick(this.#tried) !== null && route.upstream.takeRetry();
  }

  /** Waits for an endpoint while the verdict is `suspect`; nothing of the request has been sent. */
  async #hold(cause: Cause): Promise<void> {
    const { upstream } = this.#ticket.route;
    const { counts, maxHeld } = this.#traveller;
    if (this.#holdUntil === null) {
      upstream.requestFailed(cause);
      this.#holdUntil = performance.now() + upstream.settings.holdMs;
    }
    if (counts.held < maxHeld) {
      counts.held += 1;
      this.#gone ??= new AbortController();
      const hasEndpoint = await endpointOf(upstream, this.#holdUntil, this.#gone.signal);
      counts.held -= 1;
      if (hasEndpoint) {
        this.#tried = null;
        this.#attempts = 0;
        return this.#attempt();
      }
    }
    if (this.#isGone) return this.over();
    this.#say(noReply(cause, 'not_processed', upstream.belief));
  }

  /** Lets a held reply pass, or answers in its place, by what was found in it. */
  #settle(reply: HeldReply, found: Judgement): void {
    const { upstream, settings } = this.#ticket.route;
    if (found.kind === 'generic') this.#countOutage();
    else if (reply.interest === 'misleading' && this.#endpoint !== null) {
      upstream.replied(this.#endpoint);
    }
    if (this.#isGone) return this.over();

    if (found.kind === 'misleading') {
      return this.#say(misleadingReply(reply.head, found.evidence), found.evidence);
    }
    if (found.kind === 'generic' && settings.answers === 'all') {
      return this.#say(genericReply(reply.head, found.isFromLoadBalancer, upstream.belief));
    }
    if (this.#traveller.relayHeld(reply, found.kind === 'deliberate')) this.over();
    else this.#endTrial();
  }

  /** The upstream's own status says outage, whether the client gets to see it or not. */
  #countOutage(): void {
    const { upstream } = this.#ticket.route;
    if (this.#endpoint !== null) upstream.attemptFailed(this.#endpoint, 'upstream_status');
    upstream.requestFailed('upstream_status');
  }

  #say(matter: Matter, evidence: Evidence | null = null): void {
    this.#endTrial();
    this.#traveller.say(matter, evidence);
  }

  #endTrial(): void {
    if (this.#ticket.isTrial) this.#ticket.route.upstream.trialEnded();
  }
}
