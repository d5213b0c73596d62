import type { ServerResponse } from 'node:http';
import type { Plan } from './plan.ts';
import type { RequestHead } from './request-head.ts';
import { respond, respondText } from './respond.ts';

/** Where the `type` addresses of our problem details lead. */
const PROBLEMS = 'problems/';

/**
 * Serves the gateway's own paths, which are never forwarded.
 *
 * `healthz` is 200 whenever the gateway serves: if it went through to the upstream, a balancer in
 * front would take the gateway out of rotation in the very outage that it is there for.
 */
export function servePublicPath(head: RequestHead, response: ServerResponse, plan: Plan): void {
  const { pathname, searchParams } = new URL(head.target, 'http://gateway');
  if (head.method !== 'GET' && head.method !== 'HEAD') {
    return respondText(response, 405, 'Only GET and HEAD are offered here.\n');
  }
  const name = pathname.slice(plan.settings.publicPrefix.length);
  const ask = { rawHeaders: head.rawHeaders, upstream: searchParams.get('upstream') };
  if (name.startsWith(PROBLEMS)) {
    const page = plan.answerer.problemPage(name.slice(PROBLEMS.length), ask);
    if (page !== null) return respond(response, { ...page, reasonPhrase: 'OK' });
  }
  switch (name) {
    case 'healthz':
      return respondText(response, 200, 'ok\n');
    case 'status.json': {
      const beliefs = new Set(plan.routes.map(({ upstream }) => upstream.belief));
      const told = plan.answerer.statusJson([...beliefs], ask);
      return respond(response, { ...told, reasonPhrase: 'OK' });
    }
    default:
      return respondText(response, 404, 'There is nothing at this address.\n');
  }
}
