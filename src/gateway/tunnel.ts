import { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ClientResponse } from './client-message.ts';
import { cutOff } from './relay.ts';

/**
 * Joins a client's connection and an upstream's that has switched protocols, until either ends.
 *
 * The 101 is passed on field by field as it came. Bytes flow both ways with backpressure; when one
 * side is cut off, so is the other, and when one side only finishes sending, the other may go on.
 */
export function openTunnel(
  response: ClientResponse,
  fields: readonly string[],
  upstreamSocket: Socket,
): void {
  const clientSocket = response.socket;
  if (clientSocket === null || !(response instanceof ServerResponse)) {
    upstreamSocket.destroy(); // The client has left in the moment of the switch, or cannot switch.
    return;
  }
  response.detachSocket(clientSocket);

  let head = 'HTTP/1.1 101 Switching Protocols\r\n';
  for (let index = 0; index < fields.length; index += 2) {
    head += `${fields[index]}: ${fields[index + 1]}\r\n`;
  }
  clientSocket.write(`${head}\r\n`, 'latin1');

  for (const [from, to] of [
    [clientSocket, upstreamSocket],
    [upstreamSocket, clientSocket],
  ] as const) {
    from.pipe(to);
    // A reset on one side is a reset of both; it says nothing that a log needs to hold.
    from.on('error', () => cutOff(to));
    // What is closed in order has been passed on whole; the other side may still have to send it.
    from.once('close', () => {
      if (from.readableEnded) to.destroySoon();
      else to.destroy();
    });
  }
}
