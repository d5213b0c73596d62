import type { Socket } from 'node:net';
import type { Answer, Matter } from '../answer/answer.ts';
import { newReference } from '../answer/answerer.ts';
import type { Endpoint } from '../upstream/endpoint.ts';
import { hasBypass } from './bypass-cookie.ts';
import type { ClientRequest, ClientResponse } from './client-message.ts';
import { closeReason } from './close-reason.ts';
import type { Connections, Target } from './connections.ts';
import type { Counts } from './counts.ts';
import type { EventStreams } from './event-streams.ts';
import type { Evidence } from './evidence.ts';
import { failWith } from './fail.ts';
import type { Sender } from './forwarded-fields.ts';
import { HEALTHY, isHealthCheck } from './health-check.ts';
import type { HeldReply } from './held-reply.ts';
import { lingerAfter } from './linger.ts';
import type { Route } from './match-route.ts';
import { genericReply, withMaintenance } from './matter.ts';
import type { Memory } from './memory.ts';
import { type Answered, type AnswerListeners, noteAnswer, noteMisled } from './note-answer.ts';
import type { Peer } from './peer.ts';
import type { Plan } from './plan.ts';
import type { Refusal } from './refusal.ts';
import { withMissing } from './reply.ts';
import type { RequestHead } from './request-head.ts';
import { refuse, respond, respondText } from './respond.ts';
import type { Traveller } from './traveller.ts';
import { openTunnel, type Tunnel } from './tunnel.ts';
import type { LineLimits } from './waiting-line.ts';

/** What handling a request needs of the gateway. */
export interface Handling extends AnswerListeners {
  readonly plan: Plan;
  readonly isDraining: boolean;
  readonly eventStreams: EventStreams;
  readonly memory: Pick<Memory, 'isShort'>;
  connectionsTo(endpoint: Endpoint, target: Target): Connections;
  tunnelOpened(tunnel: Tunnel): void;
}

/** A request with its response, its head and who sent it. */
export interface Arrival {
  readonly request: ClientRequest;
  readonly response: ClientResponse;
  readonly head: RequestHead;
  readonly peer: Peer;
}

/** What the application's own 503 is given where it lacks it: where to look, when to come back, who speaks. */
const ADDED_TO_DELIBERATE: ReadonlySet<string> = new Set(['Link', 'Retry-After', 'Proxy-Status']);

/**
 * One request for as long as it lasts, and what can be done about it.
 *
 * A class rather than closures over the request: one is made for each request, and its methods cost
 * nothing to make.
 */
export class Visit implements Answered, Traveller {
  readonly request: ClientRequest;
  readonly response: ClientResponse;
  readonly head: RequestHead;
  readonly sender: Sender;
  /** The plan that the request began with: a reload changes nothing under way. */
  readonly plan: Plan;
  /** The matched route; null before there is one, and where none matches. */
  route: Route | null = null;
  readonly gateway: Handling;
  /** An operator's, let past planned work: what befalls it then is told as what it is. */
  #isPast = false;

  constructor({ request, response, head, peer }: Arrival, gateway: Handling) {
    this.request = request;
    this.response = response;
    this.head = head;
    this.plan = gateway.plan;
    this.sender = senderOf(head, peer, this.plan);
    this.gateway = gateway;
  }

  get counts(): Counts {
    return this.gateway.counts;
  }

  get inspectBytes(): number {
    return this.plan.settings.limits.inspectBytes;
  }

  /** The longest body that the route takes. */
  get mostBodyBytes(): number {
    const own = this.route?.settings.bodyBytes ?? null;
    return own ?? this.plan.settings.limits.bodyBytes ?? Number.POSITIVE_INFINITY;
  }

  get lineLimits(): LineLimits {
    return this.plan.settings.limits;
  }

  connectionsTo(endpoint: Endpoint, target: Target): Connections {
    return this.gateway.connectionsTo(endpoint, target);
  }

  /** Whether the route's upstream is closed for planned work, and nothing lets this request past it. */
  isClosed({ upstream }: Route): boolean {
    if (!this.plan.maintenances.isAny) return false;
    const kept = this.plan.maintenances.of(upstream.settings.name);
    this.#isPast = kept !== null && hasBypass(this.head.rawHeaders, kept, Date.now());
    return kept !== null && !this.#isPast;
  }

  /** Answers in the upstream's place, and notes it. */
  say(observed: Matter, evidence: Evidence | null = null): void {
    const matter = this.#isPast ? observed : withMaintenance(observed, this.plan.maintenances);
    if (isHealthCheck(this.route, this.head) && matter.reason === 'outage') {
      return respondText(this.response, 200, HEALTHY);
    }
    const answer = this.#answerTo(matter);
    respond(this.response, answer);
    if (evidence === null) noteAnswer(this, matter, answer);
    else noteMisled(this, { matter, answer, evidence });
  }

  /** Ends a request for what it is: the client's fault. */
  refuse(refusal: Refusal): void {
    this.counts.refusedBy(refusal);
    refuse(this.response, refusal);
  }

  /** An error of ours ends the request: see `failWith`. */
  fail(error: unknown): void {
    failWith(this.response, error, { peer: this.sender.peer, gateway: this.gateway });
  }

  /** Joins the client's connection with one that the upstream has switched to another protocol. */
  tunnel(fields: readonly string[], upstreamSocket: Socket): void {
    const isWebSocket = this.head.upgrade?.toLowerCase() === 'websocket';
    const reasonOfEnd = isWebSocket ? () => this.#reasonOfEnd() : null;
    const tunnel = openTunnel(this.response, { fields, upstreamSocket, reasonOfEnd });
    if (tunnel !== null) this.gateway.tunnelOpened(tunnel);
  }

  /** What the client of an open WebSocket is told when the upstream has broken it off: null if all is well. */
  async #reasonOfEnd(): Promise<string | null> {
    const { route, plan } = this;
    if (route === null) return null;
    const { upstream } = route;
    const isUp = upstream.belief.verdict.state === 'up' && (await upstream.check()).serves;
    return isUp ? null : closeReason(plan.settings.statusPage);
  }

  /**
   * Sends a reply that was held as it came; to the application's own 503 it adds what is missing. False
   * when that is answered instead.
   */
  relayHeld(reply: HeldReply, isDeliberate: boolean): boolean {
    let { fields } = reply.head;
    if (isDeliberate) {
      const matter = genericReply(reply.head, null, this.route?.upstream.belief ?? null);
      const answer = this.#answerTo(matter);
      // The application's JSON is for programs: JSON never goes to a person.
      if (answer.kind === 'person') {
        this.say(matter);
        return false;
      }
      fields = withMissing(fields, answer.headers, ADDED_TO_DELIBERATE);
    }
    this.response.writeReplyHead({ ...reply.head, fields }, false);
    this.response.end(reply.body);
    lingerAfter(this.response);
    return true;
  }

  #answerTo(matter: Matter): Answer {
    const { head, sender, route } = this;
    return this.plan.answerer.answer(
      {
        method: head.method,
        target: head.target,
        rawHeaders: head.rawHeaders,
        reference: sender.reference,
        route: route?.settings ?? null,
      },
      matter,
    );
  }
}

/** Who sent a request; a trusted proxy's request id is taken over as the reference. */
function senderOf(head: RequestHead, peer: Peer, { isTrusted }: Plan): Sender {
  const isBelieved = isTrusted(peer.address);
  const given = isBelieved ? head.requestId : null;
  const reference = given !== null && /^[\x21-\x7e]{1,128}$/.test(given) ? given : newReference();
  return { peer, isTrusted: isBelieved, reference };
}
