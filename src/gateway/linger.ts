import type { ServerResponse } from 'node:http';
import { Socket } from 'node:net';

/** How long a client may go on sending what nobody reads any more. */
const LINGER_MS = 5_000;

/**
 * Lets a client that is still sending the body of an answered request finish for a while, so that it
 * reads the answer rather than a reset (RFC 9112, section 9.6). Called when the answer is written; does
 * nothing where the request is whole.
 */
export function lingerAfter(response: ServerResponse): void {
  const { req: request } = response;
  // A request without a body has ended, and is not marked as complete before its handler returns.
  if (request.complete || request.readableEnded) return;
  const { socket } = request;
  if (!response.shouldKeepAlive) {
    // How node:http ends a connection after its last response: at once, which resets an upload.
    socket.destroySoon = () => {
      if (request.complete) Socket.prototype.destroySoon.call(socket);
      else endAfterReading(socket);
    };
    return;
  }
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  request.once('close', () => clearTimeout(timer));
}

/** Finishes sending, and reads away what still comes until the client has finished as well. */
export function endAfterReading(socket: Socket, lastBytes?: string): void {
  if (lastBytes === undefined) socket.end();
  else socket.end(lastBytes);
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
}
