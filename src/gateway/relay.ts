import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { ClientResponse } from './client-message.ts';

/**
 * Ends a response that its upstream has broken off, so that the client knows it for what it is. Where
 * nothing but the connection's end would have told that it is whole, a reset tells that it is not.
 */
export function breakOff(response: ClientResponse, hasLength: boolean): void {
  const { socket } = response;
  if (socket === null || response.chunkedEncoding || hasLength) {
    response.destroy();
  } else cutOff(socket);
}

/** Resets a connection; one with TLS ends without its closing word, which says the same. */
export function cutOff(socket: Socket): void {
  if (socket instanceof TLSSocket || isShuttingDown(socket)) socket.destroy();
  else socket.resetAndDestroy();
}

/**
 * All is written, and the system is asked to say so. libuv refuses to reset what it shuts down (uv_tcp_close_reset), and
 * node would then neither close the connection nor tell that it is closed.
 */
function isShuttingDown({ writableEnded, writableFinished, writableLength }: Socket): boolean {
  return writableEnded && !writableFinished && writableLength === 0;
}

/**
 * Relays an informational reply, whatever it says (RFC 9110, section 15.2). Not to an HTTP/1.0 client,
 * which knows none; and not 100 (Continue), which the gateway says itself.
 */
export function relayInformational(
  response: ClientResponse,
  status: number,
  fields: readonly string[],
): void {
  if (response.headersSent || response.req.httpVersionMinor === 0 || status === 100) return;
  response.inform(status, fields);
}
