import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Matter } from '../answer/answer.ts';
import { countUp } from './counts.ts';
import { forwardedFields, takesMaxForwards } from './forwarded-fields.ts';
import { downOf } from './judge.ts';
import { matchRoute, type Route } from './match-route.ts';
import { heldBack, noReply, OVERLOAD, UNKNOWN_ROUTE } from './matter.ts';
import { Passage } from './passage.ts';
import { peerOf } from './peer.ts';
import { servePublicPath } from './public-path.ts';
import { readHead } from './request-head.ts';
import { refuse, respondText } from './respond.ts';
import { type Handling, Visit } from './visit.ts';

/**
 * The way of one request, from top to bottom. The order of the steps is written here and nowhere
 * else; each step is a function in a file of its name.
 */
export function handle(
  request: IncomingMessage,
  response: ServerResponse,
  gateway: Handling,
): void {
  const head = readHead(request);
  if ('detail' in head) {
    countUp(gateway.counts.refused, head.status);
    return refuse(response, head);
  }
  const peer = peerOf(request.socket);
  const visit = new Visit({ request, response, head, peer }, gateway);
  const { routes, settings } = visit.plan;
  if (head.target.startsWith(settings.publicPrefix)) {
    return servePublicPath(head, response, settings.publicPrefix);
  }
  if (peer.isSurplus) return visit.say(OVERLOAD);
  // RFC 9110, sections 7.6.2 and 9.3.7: these are asked of the gateway itself.
  if (head.target === '*' || (head.maxForwards === 0 && takesMaxForwards(head.method))) {
    return respondText(response, 200, '');
  }

  const route = matchRoute(routes, head);
  if (route === null) return visit.say(UNKNOWN_ROUTE);
  visit.route = route;
  const withheld = withheldBy(route, head.method);
  if (withheld !== null) {
    countUp(gateway.counts.misleading, withheld.rule);
    return visit.say(withheld.matter);
  }
  const admission = route.upstream.admit();
  if (admission === 'answer') return visit.say(matterOf(route));

  const fields = forwardedFields(head, visit.sender);
  const passage = new Passage(visit, { route, fields, isTrial: admission === 'trial' });
  visit.passage = passage;
  passage.start();
}

/** A sign-in that is not forwarded while what would check it is down: a lockout counter must not count an outage. */
function withheldBy(route: Route, method: string): { rule: string; matter: Matter } | null {
  for (const { settings, dependsOn } of route.rules) {
    const belief = settings.holdBack.includes(method) ? downOf(dependsOn) : null;
    if (belief !== null) return { rule: settings.name, matter: heldBack(belief) };
  }
  return null;
}

function matterOf({ upstream: { belief } }: Route): Matter {
  const cause = belief.verdict.state === 'up' ? 'no_endpoints' : belief.verdict.cause;
  return noReply(cause, 'not_processed', belief);
}
