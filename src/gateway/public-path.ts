import type { ServerResponse } from 'node:http';
import type { RequestHead } from './request-head.ts';
import { respondText } from './respond.ts';

/**
 * Serves the gateway's own paths, which are never forwarded.
 *
 * `healthz` is 200 whenever the gateway serves: if it went through to the upstream, a balancer in
 * front would take the gateway out of rotation in the very outage that it is there for.
 */
export function servePublicPath(head: RequestHead, response: ServerResponse, prefix: string): void {
  const [path = ''] = head.target.slice(prefix.length).split('?', 1);
  if (head.method !== 'GET' && head.method !== 'HEAD') {
    return respondText(response, 405, 'Only GET and HEAD are offered here.\n');
  }
  if (path === 'healthz') return respondText(response, 200, 'ok\n');
  respondText(response, 404, 'There is nothing at this address.\n');
}
