import { type PublicStatus, statusJson } from '../answer/status-json.ts';
import { serveBypass } from './bypass.ts';
import { countUp } from './counts.ts';
import { EVENT_FIELDS } from './event-stream.ts';
import { clientAddress } from './person.ts';
import type { Plan } from './plan.ts';
import { respond, respondText } from './respond.ts';
import { type ReaderAsk, readerAsk, reloadAfter, toldTo } from './told.ts';
import type { Arrival, Handling } from './visit.ts';

/** Where the `type` addresses of our problem details lead. */
const PROBLEMS = 'problems/';
const BYPASS_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST']);

/**
 * Serves the gateway's own paths, which are never forwarded.
 *
 * `healthz` is 200 whenever the gateway serves: if it went through to the upstream, a balancer in
 * front would take the gateway out of rotation in the very outage that it is there for.
 */
export function servePublicPath(
  { head, response, peer }: Omit<Arrival, 'request'>,
  { plan, counts, eventStreams }: Pick<Handling, 'plan' | 'counts' | 'eventStreams'>,
): void {
  const { pathname, searchParams } = new URL(head.target, 'http://gateway');
  const name = pathname.slice(plan.settings.publicPrefix.length);
  if (name === 'bypass' && BYPASS_METHODS.has(head.method)) {
    const token = searchParams.get('token');
    return serveBypass({ head, response, peer, token, isLeaving: searchParams.has('leave') }, plan);
  }
  if (head.method !== 'GET' && head.method !== 'HEAD') {
    return respondText(response, 405, 'Only GET and HEAD are offered here.\n');
  }
  const ask = readerAsk(head.rawHeaders, searchParams);
  if (name.startsWith(PROBLEMS)) {
    const page = plan.answerer.problemPage(name.slice(PROBLEMS.length), ask);
    if (page !== null) return respond(response, { ...page, reasonPhrase: 'OK' });
  }
  switch (name) {
    case 'healthz':
      return respondText(response, 200, 'ok\n');
    case 'status.json':
      return respond(response, { ...statusReply(plan, ask), reasonPhrase: 'OK' });
    case 'events':
      return serveEvents({ head, response, peer }, ask, { plan, counts, eventStreams });
    default:
      return respondText(response, 404, 'There is nothing at this address.\n');
  }
}

function statusReply(plan: Plan, ask: ReaderAsk): PublicStatus {
  const now = performance.now();
  for (const { release } of plan.shown) release.check(now);
  const { state, release } = toldTo(plan, ask);
  const reloadAfterMs = reloadAfter(release, ask.place, now);
  return statusJson(state, { reloadAfterMs, random: Math.random });
}

function serveEvents(
  { head, response, peer }: Omit<Arrival, 'request'>,
  ask: ReaderAsk,
  { plan, counts, eventStreams }: Pick<Handling, 'plan' | 'counts' | 'eventStreams'>,
): void {
  const isTrusted = plan.isTrusted(peer.address);
  const address = clientAddress(head.rawHeaders, { peer, isTrusted });
  // A page that is refused asks by itself again and again: it knows no more, and somewhat later.
  if (eventStreams.isFullFor(address) || peer.isSurplus) {
    countUp(counts.limited, 'event_streams');
    return respondText(response, 503, 'Too many streams are open.\n');
  }
  if (response.req.method === 'HEAD') {
    response.writeHead(200, 'OK', [...EVENT_FIELDS]);
    response.end();
    return;
  }
  eventStreams.open(response, ask, address);
}
