import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Asker, Matter } from '../answer/answer.ts';
import { newReference } from '../answer/answerer.ts';
import type { UpstreamSettings } from '../config/settings.ts';
import type { Log } from '../log.ts';
import type { Endpoint } from '../upstream/endpoint.ts';
import type { Connections } from './connections.ts';
import { type Counts, countUp } from './counts.ts';
import { forwardedFields, type Sender, takesMaxForwards } from './forwarded-fields.ts';
import type { HeldReply } from './held-reply.ts';
import { downOf, type Evidence } from './judge.ts';
import { matchRoute, type Route } from './match-route.ts';
import { genericReply, heldBack, noReply, OVERLOAD, UNKNOWN_ROUTE } from './matter.ts';
import { Passage, type PassageDeps } from './passage.ts';
import { type Peer, peerOf } from './peer.ts';
import type { Plan } from './plan.ts';
import { servePublicPath } from './public-path.ts';
import { type RequestHead, readHead } from './request-head.ts';
import { refuse, respond, respondText } from './respond.ts';
import { openTunnel } from './tunnel.ts';

/** What handling needs of the gateway. */
export interface Handling {
  readonly plan: Plan;
  readonly counts: Counts;
  readonly log: Log;
  readonly isDraining: boolean;
  connectionsTo(endpoint: Endpoint, timeouts: UpstreamSettings['timeouts']): Connections;
  tunnelOpened(socket: Duplex): void;
}

/** One request with everything that is known of it before it is decided on. */
interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly head: RequestHead;
  readonly sender: Sender;
  readonly plan: Plan;
  readonly gateway: Handling;
}

/**
 * The way of one request, from top to bottom. The order of the steps is written here and nowhere
 * else; each step is a function in a file of its name.
 */
export function handle(
  request: IncomingMessage,
  response: ServerResponse,
  gateway: Handling,
): void {
  const peer = peerOf(request.socket);
  enter(peer, response, gateway);
  const head = readHead(request);
  if ('detail' in head) {
    countUp(gateway.counts.refused, head.status);
    return refuse(response, head);
  }

  const { plan } = gateway;
  const { publicPrefix } = plan.settings;
  if (head.target.startsWith(publicPrefix)) return servePublicPath(head, response, publicPrefix);
  const visit = { request, response, head, sender: senderOf(head, peer, plan), plan, gateway };
  if (peer.isSurplus) return say(visit, null, OVERLOAD);
  // RFC 9110, sections 7.6.2 and 9.3.7: these are asked of the gateway itself.
  if (head.target === '*' || (head.maxForwards === 0 && takesMaxForwards(head.method))) {
    return respondText(response, 200, '');
  }

  const route = matchRoute(plan.routes, head);
  if (route === null) return say(visit, null, UNKNOWN_ROUTE);
  const withheld = withheldBy(route, head.method);
  if (withheld !== null) {
    countUp(gateway.counts.misleading, withheld.rule);
    return say(visit, route, withheld.matter);
  }
  const admission = route.upstream.admit();
  if (admission === 'answer') return answerDown(visit, route);
  forward(visit, route, admission === 'trial');
}

/** Keeps count of what is in flight, and ends a connection whose next bytes were no HTTP. */
function enter(peer: Peer, response: ServerResponse, gateway: Handling): void {
  const { counts } = gateway;
  peer.inFlight += 1;
  counts.inFlight += 1;
  if (gateway.isDraining || peer.isSurplus) response.shouldKeepAlive = false;
  response.once('close', () => {
    peer.inFlight -= 1;
    counts.inFlight -= 1;
    // A drain closes what is idle as it begins; a connection that was busy then ends here.
    const isLast = peer.isBroken || gateway.isDraining;
    if (isLast && peer.inFlight === 0) response.req.socket.destroySoon();
  });
}

function senderOf(head: RequestHead, peer: Peer, { isTrusted }: Plan): Sender {
  const isBelieved = isTrusted(peer.address);
  const given = isBelieved ? head.requestId : null;
  const reference = given !== null && /^[\x21-\x7e]{1,128}$/.test(given) ? given : newReference();
  return { peer, isTrusted: isBelieved, reference };
}

/** A sign-in that is not forwarded while what would check it is down: a lockout counter must not count an outage. */
function withheldBy(route: Route, method: string): { rule: string; matter: Matter } | null {
  for (const { settings, dependsOn } of route.rules) {
    const belief = settings.holdBack.includes(method) ? downOf(dependsOn) : null;
    if (belief !== null) return { rule: settings.name, matter: heldBack(belief) };
  }
  return null;
}

function answerDown(visit: Visit, route: Route): void {
  const { belief } = route.upstream;
  const cause = belief.verdict.state === 'up' ? 'no_endpoints' : belief.verdict.cause;
  say(visit, route, noReply(cause, 'not_processed', belief));
}

function forward(visit: Visit, route: Route, isTrial: boolean): void {
  const { request, response, head, sender, plan, gateway } = visit;
  const { upstream } = route;
  const deps: PassageDeps = {
    counts: gateway.counts,
    inspectBytes: plan.settings.limits.inspectBytes,
    maxHeld: plan.settings.limits.held,
    connectionsTo: (endpoint) => gateway.connectionsTo(endpoint, upstream.settings.timeouts),
    say: (matter, evidence) => say(visit, route, matter, evidence),
    refuse: () => refuse(response, { status: 400, detail: 'The request cannot be forwarded.' }),
    tunnel: (fields, socket) => {
      gateway.tunnelOpened(socket);
      openTunnel(response, fields, socket);
    },
    relayHeld: (reply, isDeliberate) => relayHeld(visit, route, reply, isDeliberate),
  };
  const fields = forwardedFields(head, sender);
  const passage = new Passage({ request, response, head, fields, route, isTrial }, deps);
  response.once('close', () => {
    if (!response.writableFinished) passage.abandon();
  });
  passage.start();
}

/** Sends a reply that was held as it came; to the application's own 503 it adds what is missing. */
function relayHeld(visit: Visit, route: Route, reply: HeldReply, isDeliberate: boolean): void {
  const { response } = visit;
  const { status, reasonPhrase, fields } = reply.head;
  const added: string[] = [];
  if (isDeliberate) {
    const matter = genericReply(reply.head, false, route.upstream.belief);
    const answer = visit.plan.answer(askerOf(visit, route), matter);
    // The application's JSON is for programs: JSON never goes to a person.
    if (answer.kind === 'person') return say(visit, route, matter);
    for (let index = 0; index < answer.headers.length; index += 2) {
      const name = answer.headers[index] ?? '';
      const isWanted = name === 'Link' || name === 'Retry-After' || name === 'Proxy-Status';
      if (isWanted && !hasField(fields, name)) added.push(name, answer.headers[index + 1] ?? '');
    }
  }
  response.writeHead(status, reasonPhrase, [...fields, ...added]);
  response.end(reply.body);
}

function hasField(fields: readonly string[], name: string): boolean {
  return fields.some((text, index) => index % 2 === 0 && text.toLowerCase() === name.toLowerCase());
}

function askerOf({ head, sender }: Visit, route: Route | null): Asker {
  return {
    method: head.method,
    target: head.target,
    rawHeaders: head.rawHeaders,
    reference: sender.reference,
    route: route?.settings ?? null,
  };
}

/** Answers in the upstream's place, counts it, and logs it in one line that holds nothing private. */
function say(
  visit: Visit,
  route: Route | null,
  matter: Matter,
  evidence: Evidence | null = null,
): void {
  const { response, plan, gateway, head, sender } = visit;
  if (route?.settings.kind === 'healthcheck' && matter.reason === 'outage') {
    // A balancer in front would take the gateway out in the very outage that it is there for.
    return respondText(response, 200, 'ok\n');
  }
  const answer = plan.answer(askerOf(visit, route), matter);
  respond(response, answer);
  gateway.counts.answered(matter, answer.kind);
  if (evidence !== null) countUp(gateway.counts.misleading, evidence.rule);
  gateway.log.info(
    {
      reason: matter.reason,
      cause: matter.cause,
      disposition: matter.disposition,
      retrySafe: answer.retrySafe,
      signIn: matter.signIn,
      ...(evidence === null ? undefined : { rule: evidence.rule, evidence: evidence.source }),
      upstream: matter.belief?.upstream ?? null,
      verdict: matter.belief?.verdict.state ?? null,
      route: route?.index ?? null,
      method: head.method,
      client: answer.kind,
      status: answer.status,
      received: matter.receivedStatus,
      reference: sender.reference,
    },
    'answered',
  );
}
