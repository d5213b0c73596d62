import type { Socket } from 'node:net';
import type { Matter } from '../answer/answer.ts';
import type { Cause } from '../outage/cause.ts';
import type { Belief } from '../outage/verdict.ts';
import { addDuration } from '../upstream/durations.ts';
import { Attempt, type Errand } from './attempt.ts';
import { BodyMemory } from './body-memory.ts';
import { countUp } from './counts.ts';
import { type Evidence, unwellOf } from './evidence.ts';
import { Exchange } from './exchange.ts';
import type { ExchangeEvents, Failure } from './exchange-events.ts';
import { originOf } from './generic-reply.ts';
import type { HeldReply } from './held-reply.ts';
import { Hold } from './hold.ts';
import { type Judgement, judge } from './judge.ts';
import { genericReply, misleadingReply, noReply, OVERLOAD } from './matter.ts';
import type { Upload } from './peer.ts';
import { BODY_TOO_LONG, type Refusal, UNSENDABLE } from './refusal.ts';
import type { Ticket, Traveller } from './traveller.ts';
import { causeOfAbsence, causeOfWaiting } from './waiting-cause.ts';

/**
 * A request's way through its upstream: attempts, retries, the wait for an endpoint, and what is said
 * when nothing came of it.
 */
export class Passage implements ExchangeEvents, Errand {
  readonly traveller: Traveller;
  readonly ticket: Ticket;
  /** Null where nothing of a body is read before it is sure to be processed. */
  readonly memory: BodyMemory | null;
  readonly #startedAt = performance.now();
  /** The last one; null where no endpoint was there to be tried. */
  #attempt: Attempt | null = null;
  #exchange: Exchange | null = null;
  /** There is none before the request has to wait. */
  #hold: Hold | null = null;
  #isGone = false;
  readonly #unwellAtRequest: readonly Belief[];

  constructor(traveller: Traveller, ticket: Ticket) {
    this.traveller = traveller;
    this.ticket = ticket;
    this.#unwellAtRequest = unwellOf(ticket.route.dependsOn);
    const { protocol } = ticket.route.upstream.settings;
    this.memory = traveller.head.hasBody && protocol === 'http2' ? new BodyMemory() : null;
  }

  get upload(): Upload | null {
    const { head, response } = this.traveller;
    // Once the reply has begun the two talk to each other: its upstream has a time-out for that.
    return head.mayBeSilent || response.headersSent ? null : (this.#exchange?.body ?? null);
  }

  /** Tries all that there is, from the beginning; after a wait it does so anew. */
  start(): void {
    this.#attempt = Attempt.first(this);
    if (this.#attempt !== null) return this.#send(this.#attempt);
    const cause = causeOfAbsence(this.ticket.route.upstream);
    this.failed({ cause, disposition: 'not_processed', isRefused: false });
  }

  /** Goes behind those who wait already, before anything is tried; answers at once where no more may wait. */
  wait(): void {
    this.#waitOrGiveUp(causeOfWaiting(this.ticket.route.upstream));
  }

  /** The client has left. Nothing that follows counts against the upstream. */
  abandon(): void {
    this.#isGone = true;
    if (this.#hold?.leave()) this.over();
    else this.#exchange?.abandon();
  }

  broke(error: unknown): void {
    this.traveller.fail(error);
  }

  /** An error of ours has ended the request's way, wherever it was. */
  breakDown(): void {
    this.abandon();
    this.#end();
  }

  /** Ends the request's way for what the client does: nothing of it counts against the upstream. */
  cutShort(refusal: Refusal): void {
    const { response } = this.traveller;
    this.abandon();
    if (response.headersSent) response.destroy();
    else this.traveller.refuse(refusal);
  }

  bodyTooLong(): void {
    this.cutShort(BODY_TOO_LONG);
  }

  over(): void {
    const { response, counts } = this.traveller;
    const { route } = this.ticket;
    this.#end();
    if (!response.headersSent) return;
    counts.relayedBy(route.index, response.statusCode);
    addDuration(route.upstream.counts.durations, performance.now() - this.#startedAt);
  }

  unsendable(): void {
    this.#end();
    this.traveller.refuse(UNSENDABLE);
  }

  overloaded(): void {
    this.#say(OVERLOAD);
  }

  replied(): void {
    this.#attempt?.replied();
  }

  mayPass({ interest, head }: HeldReply): boolean {
    if (interest === 'misleading') {
      countUp(this.traveller.counts.limited, 'inspect_bytes');
      this.replied();
      return true;
    }
    if (originOf(head, null).kind === 'deliberate') return true;
    if (this.ticket.route.settings.answers === 'all') return false;
    this.#attempt?.requestFailed('upstream_status');
    return true;
  }

  switched(fields: readonly string[], upstreamSocket: Socket): void {
    this.#endTrial();
    this.traveller.counts.relayedBy(this.ticket.route.index, 101);
    // Others listen for the same: what is thrown here would keep them from hearing it.
    upstreamSocket.once('close', () => this.#guarded(() => this.#release()));
    this.traveller.tunnel(fields, upstreamSocket);
  }

  failed(failure: Failure): void {
    if (this.#isGone) return this.over();
    const { upstream } = this.ticket.route;
    const { cause, disposition } = failure;
    this.#attempt?.failed(failure);
    this.#release();
    const next = this.#attempt?.next(failure) ?? null;
    if (next !== null) return this.#send(next);
    if (disposition === 'not_processed') {
      // Of a body that cannot be sent again something was sent.
      return this.memory?.canReplay === false ? this.#giveUp(cause) : this.#waitOrGiveUp(cause);
    }
    upstream.requestFailed(cause);
    this.#say(noReply(cause, disposition, upstream.belief));
  }

  held(reply: HeldReply): void {
    const { inspectBytes, head, counts } = this.traveller;
    const onTooLong = () => countUp(counts.limited, 'inspect_bytes');
    const request = {
      method: head.method,
      rules: this.ticket.route.rules,
      unwellAtRequest: this.#unwellAtRequest,
      room: { mostBytes: inspectBytes, onTooLong },
    };
    void judge(reply, request)
      .then((found) => this.#settle(reply, found))
      .catch((error: unknown) => this.traveller.fail(error));
  }

  #send(attempt: Attempt): void {
    // First of all: whatever goes wrong from here on, the endpoint is given back.
    this.#attempt = attempt;
    this.#exchange = new Exchange(attempt, this);
    this.#exchange.start();
  }

  /** Waits for an endpoint, where that may help: nothing of the request has been sent. */
  #waitOrGiveUp(cause: Cause): void {
    const { route, isTrial } = this.ticket;
    const { counts, head, lineLimits } = this.traveller;
    if (isTrial) return this.#giveUp(cause);
    this.#hold ??= new Hold(route, counts, {
      go: () => this.#guarded(() => this.start()),
      giveUp: () => this.#guarded(() => this.#giveUp(causeOfWaiting(route.upstream))),
    });
    const hasTried = this.#attempt !== null;
    if (!this.#hold.begin({ cause, head, hasTried }, lineLimits)) this.#giveUp(cause);
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
    const { upstream } = this.ticket.route;
    if (this.#attempt === null || this.#hold?.isReported) upstream.requestUnserved(cause);
    else upstream.requestFailed(cause);
    this.#say(noReply(cause, 'not_processed', upstream.belief));
  }

  /** Lets a held reply pass, or answers in its place, by what was found in it. */
  #settle(reply: HeldReply, found: Judgement): void {
    const { upstream, settings } = this.ticket.route;
    // Its own status says outage, whether the client gets to see it or not.
    if (found.kind === 'generic') this.#attempt?.requestFailed('upstream_status');
    else if (reply.interest === 'misleading') this.replied();
    if (this.#isGone) return this.over();
    if (found.kind === 'misleading') {
      return this.#say(misleadingReply(reply.head, found.evidence), found.evidence);
    }
    if (found.kind === 'generic' && settings.answers === 'all') {
      return this.#say(genericReply(reply.head, found.known, upstream.belief));
    }
    if (this.traveller.relayHeld(reply, found.kind === 'deliberate')) return this.over();
    this.#end();
  }

  #say(matter: Matter, evidence: Evidence | null = null): void {
    this.#end();
    this.traveller.say(matter, evidence);
  }

  #end(): void {
    this.#endTrial();
    this.memory?.forget();
    if (this.memory?.isBegun === true) this.traveller.request.resume();
    this.#release();
  }

  #endTrial(): void {
    if (this.ticket.isTrial) this.ticket.route.upstream.trialEnded();
  }

  /** The attempt is over, if one was under way. */
  #release(): void {
    const attempt = this.#attempt;
    if (attempt === null || attempt.isOver) return;
    const { line } = this.ticket.route;
    attempt.end();
    if (this.#hold !== null) this.#hold.attemptOver(attempt.hasReplied);
    else if (!line.isEmpty) line.moved(null, attempt.hasReplied);
  }
}
