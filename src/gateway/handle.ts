import type { ClientResponse } from './client-message.ts';
import { countUp } from './counts.ts';
import { withheldBy } from './evidence.ts';
import { failWith } from './fail.ts';
import { forwardedFields, takesMaxForwards } from './forwarded-fields.ts';
import { matchRoute, type Route } from './match-route.ts';
import { heldBack, notForwarded, OVERLOAD, UNKNOWN_ROUTE } from './matter.ts';
import { Passage } from './passage.ts';
import type { Peer } from './peer.ts';
import { nextInLine, waitInLine } from './pipeline.ts';
import { servePublicPath } from './public-path.ts';
import { readHead } from './request-head.ts';
import { endedByLimits } from './request-limits.ts';
import { refuse, respondText } from './respond.ts';
import { isRepeatable } from './retry.ts';
import { type Handling, Visit } from './visit.ts';

/**
 * The way of one request, from top to bottom. The order of the steps is written here and nowhere
 * else; each step is a function in a file of its name.
 */
export function handle(response: ClientResponse, peer: Peer, gateway: Handling): void {
  gateway.counts.requests[peer.protocol] += 1;
  gateway.counts.inFlight += 1;
  response.once('close', () => leave(peer, response, gateway));
  if (peer.current === null) begin(peer, response, gateway);
  else waitInLine(peer, response);
}

function begin(peer: Peer, response: ClientResponse, gateway: Handling): void {
  peer.current = response;
  try {
    goThrough(peer, response, gateway);
  } catch (error) {
    failWith(response, error, { peer, gateway });
  }
}

function goThrough(peer: Peer, response: ClientResponse, gateway: Handling): void {
  const { req: request } = response;
  if (gateway.isDraining || peer.isSurplus) response.shouldKeepAlive = false;
  const head = readHead(request, gateway.plan.settings.limits.targetBytes);
  if ('detail' in head) {
    gateway.counts.refusedBy(head);
    return refuse(response, head);
  }
  const visit = new Visit({ request, response, head, peer }, gateway);
  const { routes, settings } = visit.plan;
  if (head.target.startsWith(settings.publicPrefix)) {
    return servePublicPath({ head, response, peer }, gateway);
  }
  if (isTooMuch(visit, gateway)) return visit.say(OVERLOAD);
  // RFC 9110, sections 7.6.2 and 9.3.7: these are asked of the gateway itself.
  if (head.target === '*' || (head.maxForwards === 0 && takesMaxForwards(head.method))) {
    return respondText(response, 200, '');
  }

  const route = matchRoute(routes, head);
  if (route === null) return visit.say(UNKNOWN_ROUTE);
  visit.route = route;
  if (isKeptOut(visit, route)) return;
  const admission = route.upstream.admit(isRepeatable(head));
  if (admission === 'answer') return visit.say(notForwarded(route.upstream.belief));

  const fields = forwardedFields(head, visit.sender);
  const passage = new Passage(visit, { route, fields, isTrial: admission === 'trial' });
  peer.passage = passage;
  // Nobody overtakes those who wait already.
  if (admission === 'wait' || (admission === 'forward' && !route.line.isEmpty)) passage.wait();
  else passage.start();
}

/** Whether there is no room for the request: its connection is one too many, or memory is short. */
function isTooMuch({ response, counts, sender }: Visit, { memory }: Handling): boolean {
  if (sender.peer.isSurplus) return true;
  if (!memory.isShort) return false;
  response.shouldKeepAlive = false; // Its connection takes memory as well.
  countUp(counts.limited, 'memory');
  return true;
}

/** Answers a request that is not forwarded, whatever endpoints there are: what is too much, a sign-in that would only fail, planned work. */
function isKeptOut(visit: Visit, route: Route): boolean {
  if (endedByLimits(visit)) return true;
  const withheld = withheldBy(route.rules, visit.head.method);
  if (withheld !== null) visit.say(heldBack(withheld), withheld);
  else if (visit.isClosed(route)) visit.say(notForwarded(route.upstream.belief));
  else return false;
  return true;
}

/** A response is over: the next request of its connection has its turn, or the connection may end. */
function leave(peer: Peer, response: ClientResponse, gateway: Handling): void {
  gateway.counts.inFlight -= 1;
  if (peer.current !== response) return; // It was still waiting when the client left.
  if (!response.writableFinished) peer.passage?.abandon();
  peer.current = null;
  peer.passage = null; // An idle connection need not remember its last request.
  const next = nextInLine(peer);
  if (next !== null) begin(peer, next, gateway);
  else if (peer.isBroken || gateway.isDraining) response.req.socket?.destroySoon();
}
