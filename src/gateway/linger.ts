import { Socket } from 'node:net';
import type { ClientRequest, ClientResponse } from './client-message.ts';

/** How long a client may go on sending what nobody reads any more. */
const LINGER_MS = 5_000;

/**
 * Lets a client that is still sending the body of an answered request finish for a while, so that it
 * reads the answer rather than a reset (RFC 9112, section 9.6). Called when the answer is written; does
 * nothing where the request is whole, and in HTTP/2, where a reset stops the request alone.
 */
export function lingerAfter(response: ClientResponse): void {
  const { req: request } = response;
  const { socket } = request;
  // A request without a body has ended, and is not marked as complete before its handler returns.
  if (socket === null || request.complete || request.readableEnded) return;
  if (!response.shouldKeepAlive) {
    // How node:http ends a connection after its last response: at once, which resets an upload.
    socket.destroySoon = () => {
      if (request.complete) Socket.prototype.destroySoon.call(socket);
      else endAfterReading(socket);
    };
    return;
  }
  if (recent.length === 0) setImmediate(limitAll);
  recent.push(request);
}

/** Requests that were answered in this turn of the loop, before all of their body was read. */
const recent: ClientRequest[] = [];

/** A small body comes with its head and is read by the end of the turn; a timer for each would cost a tenth of an answer. */
function limitAll(): void {
  for (const request of recent.splice(0)) {
    const { socket } = request;
    if (request.complete || socket === null) continue;
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    request.once('close', () => clearTimeout(timer));
  }
}

/** Finishes sending, and reads away what still comes until the client has finished as well. */
export function endAfterReading(socket: Socket, lastBytes?: string | Buffer): void {
  if (lastBytes === undefined) socket.end();
  else socket.end(lastBytes);
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
}
