import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** How an endpoint of the application can be broken. */
export const FAULTS = ['gone', '503', 'hang', 'reset'] as const;

/**
 * What is wrong with an endpoint.
 *
 * `gone` refuses connections; `503` replies as a load balancer that has lost its last server;
 * `hang` takes requests and never replies; `reset` takes them and resets the connection.
 */
export type Fault = (typeof FAULTS)[number] | 'none';

/** The head that HAProxy 2 sends when it has no server left. */
const HAPROXY_HEAD = [
  'HTTP/1.1 503 Service Unavailable',
  'content-length: 107',
  'cache-control: no-cache',
  'content-type: text/html',
  'connection: close',
  '',
  '',
].join('\r\n');

const HAPROXY_BODY =
  '<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>\n';

/**
 * Does to a request's connection what the fault says, in place of a reply.
 *
 * `gone` is here as well for a request that is read in the moment in which the endpoint leaves.
 */
export function spoil(
  fault: Exclude<Fault, 'none'>,
  request: IncomingMessage,
  hung: Set<Socket>,
): void {
  const { socket } = request;
  switch (fault) {
    case 'gone':
      socket.destroy();
      return;
    case '503':
      // A connection that is closed over unread bytes is reset, and the reply is lost with it.
      request.resume();
      // Of requests that came together, the first has the last word.
      if (socket.writableEnded) return;
      socket.end(request.method === 'HEAD' ? HAPROXY_HEAD : HAPROXY_HEAD + HAPROXY_BODY);
      return;
    case 'hang':
      request.resume();
      if (hung.has(socket)) return;
      hung.add(socket);
      socket.once('close', () => hung.delete(socket));
      return;
    case 'reset':
      socket.resetAndDestroy();
      return;
  }
}
