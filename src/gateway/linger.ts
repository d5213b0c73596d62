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
  sweeper ??= setInterval(sweep, SWEEP_MS).unref();
  sending.set(socket, { request, sweeps: 0 });
}

const SWEEP_MS = 1_000;
/**
 * Connections whose request was answered before all of its body had come, looked at once a second.
 *
 * A small body comes with its head and is whole a moment later: a timer for each form would cost a tenth
 * of its answer, and what is kept here is never more than there are connections.
 */
const sending = new Map<Socket, { readonly request: ClientRequest; sweeps: number }>();
let sweeper: NodeJS.Timeout | null = null;

function sweep(): void {
  for (const [socket, entry] of sending) {
    entry.sweeps += 1;
    const isOver = entry.request.complete || socket.destroyed;
    const isLate = entry.sweeps * SWEEP_MS > LINGER_MS;
    if (isLate && !isOver) socket.destroy();
    if (isLate || isOver) sending.delete(socket);
  }
  if (sending.size > 0 || sweeper === null) return;
  clearInterval(sweeper);
  sweeper = null;
}

/** Finishes sending, and reads away what still comes until the client has finished as well. */
export function endAfterReading(socket: Socket, lastBytes?: string | Buffer): void {
  if (lastBytes === undefined) socket.end();
  else socket.end(lastBytes);
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
}
