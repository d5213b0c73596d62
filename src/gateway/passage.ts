import type { Socket } from 'node:net';
import type { Matter } from '../answer/answer.ts';
import type { Cause } from '../outage/cause.ts';
import type { Belief } from '../outage/verdict.ts';
import { addDuration } from '../upstream/durations.ts';
import type { Endpoint } from '../upstream/endpoint.ts';
import type { ExchangeEvents, Failure } from './attempt.ts';
import { BodyMemory } from './body-memory.ts';
import { countUp } from './counts.ts';
import { type Evidence, unwellOf } from './evidence.ts';
import { Exchange } from './exchange.ts';
import { originOf } from './generic-reply.ts';
import type { HeldReply } from './held-reply.ts';
import { Hold } from './hold.ts';
import { type Judgement, judgeMisleadingReply, judgeOutageReply } from './judge.ts';
import { genericReply, misleadingReply, noReply, OVERLOAD } from './matter.ts';
import type { Upload } from './peer.ts';
import { BODY_TOO_LONG, type Refusal } from './refusal.ts';
import { MOST_ATTEMPTS, mayBeStale, mayRepeat } from './retry.ts';
import type { Ticket, Traveller } from './traveller.ts';
import { causeOfAbsence, causeOfWaiting } from './waiting-cause.ts';

/**
 * A request's way through its upstream: attempts, retries, the wait for an endpoint, and what is said
 * when nothing came of it.
 */
export class Passage implements ExchangeEvents {
  readonly #traveller: Traveller;
  readonly #ticket: Ticket;
  readonly #startedAt = performance.now();
  #exchange: Exchange | null = null;
  #endpoint: Endpoint | null = null;
  /** The endpoint counts the attempt among those under way until it is told that it is over. */
  #isUnderWay = false;
  #hasReplied = false;
  #attempts = 0;
  #tried: readonly Endpoint[] | null = null;
  #isRetryFresh = false;
  /** There is none before the request has to wait. */
  #hold: Hold | null = null;
  #isGone = false;
  readonly #unwellAtRequest: readonly Belief[];
  /** Null where nothing of a body is read before it is sure to be processed. */
  readonly #memory: BodyMemory | null;

  constructor(traveller: Traveller, ticket: Ticket) {
    this.#traveller = traveller;
    this.#ticket = ticket;
    this.#unwellAtRequest = unwellOf(ticket.route.dependsOn);
    const { protocol } = ticket.route.upstream.settings;
    this.#memory = traveller.head.hasBody && protocol === 'http2' ? new BodyMemory() : null;
  }

  get upload(): Upload | null {
    const { head, response } = this.#traveller;
    // Once the reply has begun the two talk to each other: its upstream has a time-out for that.
    return head.mayBeSilent || response.headersSent ? null : (this.#exchange?.body ?? null);
  }

  start(): void {
    const { upstream } = this.#ticket.route;
    const endpoint = upstream.pick(this.#tried);
    if (endpoint !== null) return this.#send(endpoint);
    const cause = causeOfAbsence(upstream);
    this.failed({ cause, disposition: 'not_processed', endpoint: null, isRefused: false });
  }

  /** Goes behind those who wait already, before anything is tried; answers at once where no more may wait. */
  wait(): void {
    this.#waitOrGiveUp(causeOfWaiting(this.#ticket.route.upstream));
  }

  /** The client has left. Nothing that follows counts against the upstream. */
  abandon(): void {
    this.#isGone = true;
    if (this.#hold?.leave()) this.over();
    else this.#exchange?.abandon();
  }

  broke(error: unknown): void {
    this.#traveller.fail(error);
  }

  /** An error of ours has ended the request's way, wherever it was. */
  breakDown(): void {
    this.abandon();
    this.#end();
  }

  /** Ends the request's way for what the client does: nothing of it counts against the upstream. */
  cutShort(refusal: Refusal): void {
    const { response } = this.#traveller;
    this.abandon();
    if (response.headersSent) response.destroy();
    else this.#traveller.refuse(refusal);
  }

  bodyTooLong(): void {
    this.cutShort(BODY_TOO_LONG);
  }

  over(): void {
    const { response, counts } = this.#traveller;
    const { route } = this.#ticket;
    this.#end();
    if (!response.headersSent) return;
    counts.relayedBy(route.index, response.statusCode);
    addDuration(route.upstream.counts.durations, performance.now() - this.#startedAt);
  }

  unsendable(): void {
    this.#end();
    this.#traveller.refuse(UNSENDABLE);
  }

  overloaded(): void {
    this.#say(OVERLOAD);
  }

  replied(): void {
    if (this.#endpoint === null) return;
    this.#hasReplied = true;
    this.#ticket.route.upstream.replied(this.#endpoint);
  }

  mayPass({ interest, head }: HeldReply): boolean {
    if (interest === 'misleading') {
      countUp(this.#traveller.counts.limited, 'inspect_bytes');
      this.replied();
      return true;
    }
    if (originOf(head, null).kind === 'deliberate') return true;
    if (this.#ticket.route.settings.answers === 'all') return false;
    this.#countOutage();
    return true;
  }

  switched(fields: readonly string[], upstreamSocket: Socket): void {
    this.#endTrial();
    this.#traveller.counts.relayedBy(this.#ticket.route.index, 101);
    // Others listen for the same: what is thrown here would keep them from hearing it.
    upstreamSocket.once('close', () => this.#guarded(() => this.#release()));
    this.#traveller.tunnel(fields, upstreamSocket);
  }

  failed(failure: Failure): void {
    if (this.#isGone) return this.over();
    const { upstream } = this.#ticket.route;
    const { cause, disposition, endpoint } = failure;
    const isStale = mayBeStale(this.#traveller.head, failure, this.#attempts);
    if (endpoint !== null && !isStale) upstream.attemptFailed(endpoint, cause);
    this.#release();
    const next = this.#nextAfter(failure, isStale);
    if (next !== null) return this.#send(next);
    if (disposition === 'not_processed') {
      return this.#isBodySpent ? this.#giveUp(cause) : this.#waitOrGiveUp(cause);
    }
    upstream.requestFailed(cause);
    this.#say(noReply(cause, disposition, upstream.belief));
  }

  held(reply: HeldReply): void {
    const { rules } = this.#ticket.route;
    const { inspectBytes, head, counts } = this.#traveller;
    const unwellAtRequest = this.#unwellAtRequest;
    const onTooLong = () => countUp(counts.limited, 'inspect_bytes');
    const room = { mostBytes: inspectBytes, onTooLong };
    const asked = { rules, room, method: head.method, unwellAtRequest };
    const judgement =
      reply.interest === 'outage'
        ? judgeOutageReply(reply, asked)
        : judgeMisleadingReply(reply, asked);
    void judgement
      .then((found) => this.#settle(reply, found))
      .catch((error: unknown) => this.#traveller.fail(error));
  }

  #send(endpoint: Endpoint): void {
    // First of all: whatever goes wrong from here on, the endpoint is given back.
    this.#endpoint = endpoint;
    this.#isUnderWay = true;
    this.#hasReplied = false;
    this.#attempts += 1;
    const traveller = this.#traveller;
    const { upstream } = this.#ticket.route;
    this.#exchange = new Exchange(
      {
        traveller,
        ticket: this.#ticket,
        endpoint,
        connections: traveller.connectionsTo(endpoint, upstream),
        isFresh: this.#isRetryFresh,
        memory: this.#memory,
      },
      this,
    );
    this.#exchange.start();
  }

  /** The endpoint of the next attempt, if there may be one: on a fresh connection, or another endpoint. */
  #nextAfter(failure: Failure, isStale: boolean): Endpoint | null {
    const { route, isTrial } = this.#ticket;
    if (failure.endpoint === null || isTrial || this.#attempts >= MOST_ATTEMPTS) return null;
    if (this.#isBodySpent || !mayRepeat(this.#traveller.head, failure)) return null;
    this.#isRetryFresh = isStale;
    if (!isStale) this.#tried = [...(this.#tried ?? []), failure.endpoint];
    const { upstream } = route;
    const next = upstream.pick(this.#tried);
    if (next === null || upstream.takeRetry()) return next;
    upstream.release(next, false);
    return null;
  }

  /** Waits for an endpoint, where that may help: nothing of the request has been sent. */
  #waitOrGiveUp(cause: Cause): void {
    const { route, isTrial } = this.#ticket;
    const { counts, head, lineLimits } = this.#traveller;
    if (isTrial) return this.#giveUp(cause);
    this.#hold ??= new Hold(route, counts, {
      go: () => this.#guarded(() => this.#goOn()),
      giveUp: () => this.#guarded(() => this.#giveUp(causeOfWaiting(route.upstream))),
    });
    const hasTried = this.#attempts > 0;
    if (!this.#hold.begin({ cause, head, hasTried }, lineLimits)) this.#giveUp(cause);
  }

  /** The wait is over: everything is tried anew. */
  #goOn(): void {
    this.#attempts = 0;
    this.#tried = null;
    this.#isRetryFresh = false;
    this.start();
  }

  /** For what the request's turn, a line or a connection calls: an error of ours in one way is no matter of others. */
  #guarded(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.broke(error);
    }
  }

  /** Answers a request of which nothing was sent. */
  #giveUp(cause: Cause): void {
    const { upstream } = this.#ticket.route;
    if (this.#attempts === 0 || this.#hold?.isReported) upstream.requestUnserved(cause);
    else upstream.requestFailed(cause);
    this.#say(noReply(cause, 'not_processed', upstream.belief));
  }

  /** Lets a held reply pass, or answers in its place, by what was found in it. */
  #settle(reply: HeldReply, found: Judgement): void {
    const { upstream, settings } = this.#ticket.route;
    if (found.kind === 'generic') this.#countOutage();
    else if (reply.interest === 'misleading') this.replied();
    if (this.#isGone) return this.over();
    if (found.kind === 'misleading') {
      return this.#say(misleadingReply(reply.head, found.evidence), found.evidence);
    }
    if (found.kind === 'generic' && settings.answers === 'all') {
      return this.#say(genericReply(reply.head, found.known, upstream.belief));
    }
    if (this.#traveller.relayHeld(reply, found.kind === 'deliberate')) return this.over();
    this.#end();
  }

  /** The upstream's own status says outage, whether the client gets to see it or not. */
  #countOutage(): void {
    const { upstream } = this.#ticket.route;
    if (this.#endpoint !== null) upstream.attemptFailed(this.#endpoint, 'upstream_status');
    upstream.requestFailed('upstream_status');
  }

  #say(matter: Matter, evidence: Evidence | null = null): void {
    this.#end();
    this.#traveller.say(matter, evidence);
  }

  /** Something of the body was sent that cannot be sent again. */
  get #isBodySpent(): boolean {
    return this.#memory?.canReplay === false;
  }

  #end(): void {
    this.#endTrial();
    this.#memory?.forget();
    if (this.#memory?.isBegun === true) this.#traveller.request.resume();
    this.#release();
  }

  #endTrial(): void {
    if (this.#ticket.isTrial) this.#ticket.route.upstream.trialEnded();
  }

  /** The attempt is over, if one was under way: exactly once for each endpoint that was picked. */
  #release(): void {
    if (!this.#isUnderWay || this.#endpoint === null) return;
    const { upstream, line } = this.#ticket.route;
    this.#isUnderWay = false;
    upstream.release(this.#endpoint, this.#hasReplied);
    if (this.#hold !== null) this.#hold.attemptOver(this.#hasReplied);
    else if (!line.isEmpty) line.moved(null, this.#hasReplied);
  }
}

const UNSENDABLE: Refusal = { status: 400, detail: 'The request cannot be forwarded.' };
