import type { ClientResponse } from './client-message.ts';
import type { Peer } from './peer.ts';

/** Requests that wait on one connection before the gateway stops to read from it. */
const MOST_WAITING = 32;

/**
 * Lets a request wait for the one before it on the same connection.
 *
 * Requests of one connection are handled one after the other: a write and the read that a client
 * pipelines behind it must not overtake each other (RFC 9112, section 9.3.2), and one connection
 * must not open a thousand to an upstream.
 */
export function waitInLine(peer: Peer, response: ClientResponse): void {
  peer.pipelined ??= [];
  const { pipelined } = peer;
  if (pipelined.push(response) !== MOST_WAITING) return;
  const { socket } = response.req;
  // After the parser is through with these bytes: it asks for more at the end of each request.
  process.nextTick(() => socket?.pause());
}

/** Takes the next response in line, if there is one that can still be given. */
export function nextInLine(peer: Peer): ClientResponse | null {
  const next = peer.pipelined?.shift();
  if (next === undefined) return null;
  if (next.destroyed) return nextInLine(peer); // The client has left.
  if (peer.isBroken && !next.req.complete) return null; // The rest of its body is no HTTP.
  next.req.socket?.resume();
  return next;
}
