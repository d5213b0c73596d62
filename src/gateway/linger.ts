import type { Socket } from 'node:net';
import type { ClientResponse } from './client-message.ts';

/**
 * How long a client may go on sending what nobody reads any more, and how long it may pause meanwhile:
 * nginx's `lingering_time` and `lingering_timeout`. A slow upload is no fault, and a browser reads no
 * answer before it has sent all of it.
 */
const LINGER_MS = 30_000;
const SILENCE_MS = 5_000;

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
    const { destroySoon } = socket;
    socket.destroySoon = () => {
      if (request.complete) destroySoon.call(socket);
      else endAfterReading(socket);
    };
    return;
  }
  watch(socket, () => request.complete);
}

/** Finishes sending, and reads away what still comes until the client has finished as well. */
export function endAfterReading(socket: Socket, lastBytes?: string | Buffer): void {
  if (lastBytes === undefined) socket.end();
  else socket.end(lastBytes);
  socket.resume();
  watch(socket, () => false);
}

/** A client that is still sending, as it was at the last look. */
interface Sending {
  readonly isWhole: () => boolean;
  bytesRead: number;
  sweeps: number;
  silentSweeps: number;
}

const SWEEP_MS = 1_000;
/**
 * Connections whose request was answered before all of its body had come, looked at once a second.
 *
 * A small body comes with its head and is whole a moment later: a timer for each form would cost a tenth
 * of its answer, and what is kept here is never more than there are connections.
 */
const sending = new Map<Socket, Sending>();
let sweeper: NodeJS.Timeout | null = null;

function watch(socket: Socket, isWhole: () => boolean): void {
  sweeper ??= setInterval(sweep, SWEEP_MS).unref();
  sending.set(socket, { isWhole, bytesRead: socket.bytesRead, sweeps: 0, silentSweeps: 0 });
}

function sweep(): void {
  for (const [socket, client] of sending) {
    client.sweeps += 1;
    client.silentSweeps = socket.bytesRead === client.bytesRead ? client.silentSweeps + 1 : 0;
    client.bytesRead = socket.bytesRead;
    const isOver = socket.destroyed || client.isWhole();
    const isLate =
      client.sweeps * SWEEP_MS > LINGER_MS || client.silentSweeps * SWEEP_MS > SILENCE_MS;
    if (isLate && !isOver) socket.destroy();
    if (isLate || isOver) sending.delete(socket);
  }
  if (sending.size > 0 || sweeper === null) return;
  clearInterval(sweeper);
  sweeper = null;
}
