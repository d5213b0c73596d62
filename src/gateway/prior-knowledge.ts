import type { Socket } from 'node:net';

/** How a client begins HTTP/2 on a connection (RFC 9113, section 3.4). */
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

/** What node:http says of bytes that it could not take; its types leave the last two out. */
export interface ParseError extends Error {
  readonly code?: string;
  readonly rawPacket?: Buffer;
  readonly bytesParsed?: number;
}

/** A connection as node:http leaves it: with its parser. */
interface ParsedSocket extends Socket {
  readonly parser?: { remove(): void } | null;
}

/** Listeners of node:http that would take the frames of HTTP/2 for HTTP/1.1. */
const OF_HTTP1 = ['data', 'end', 'drain', 'timeout', 'error'];

/** Whether a client begins HTTP/2 without asking: the parser of node:http stops after its preface. */
export function isPreface({ code }: ParseError): boolean {
  return code === 'HPE_PAUSED_H2_UPGRADE';
}

/**
 * Takes a connection from node:http's parser, with all that has come on it from the preface on.
 *
 * The parser sees every connection first, so HTTP/1.1 pays nothing for being one of two. There is no
 * function of node:http that gives a connection up again, apart from upgrades; this does what it does there.
 */
export function takeBack(socket: ParsedSocket, { rawPacket, bytesParsed = 0 }: ParseError): void {
  // Listening to bytes is how node:http learns that its parser must not read them off the socket any more.
  socket.on('data', () => undefined);
  for (const event of OF_HTTP1) socket.removeAllListeners(event);
  // Else its time-out for a request's head goes on. The rest of it is freed when the connection closes.
  socket.parser?.remove();
  socket.readableFlowing = null;
  // What came before has been parsed, and is known.
  const rest = rawPacket?.subarray(bytesParsed) ?? Buffer.alloc(0);
  socket.unshift(Buffer.concat([Buffer.from(PREFACE, 'latin1'), rest]));
}
