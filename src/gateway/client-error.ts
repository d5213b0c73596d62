import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { peerOf } from './peer.ts';

/** What a client is told whose bytes node:http could not take for a request. */
interface ClientFault {
  readonly status: 400 | 408 | 413 | 431;
  readonly detail: string;
}

const FAULTS: Readonly<Record<string, ClientFault>> = {
  HPE_HEADER_OVERFLOW: { status: 431, detail: 'The header fields of the request are too large.' },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: 413, detail: 'The chunk extensions are too large.' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, detail: 'The request took too long to arrive.' },
};
const MALFORMED: ClientFault = { status: 400, detail: 'This is not a valid HTTP request.' };

/**
 * Answers what is no HTTP and ends the connection.
 *
 * Bytes that follow a good request on the same connection must not take the place of the reply that
 * is on its way: then the connection ends after it.
 */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  const peer = peerOf(socket);
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  if (peer.inFlight > 0) {
    peer.isBroken = true;
    return;
  }
  const { status, detail } = FAULTS[error.code ?? ''] ?? MALFORMED;
  const body = `${detail}\n`;
  socket.on('error', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n` +
      'Content-Type: text/plain; charset=utf-8\r\n' +
      `Content-Length: ${Buffer.byteLength(body)}\r\n` +
      `Cache-Control: no-store\r\nConnection: close\r\n\r\n${body}`,
    // The rest of what is no request has no reader; without this the connection would wait for it.
    () => socket.destroySoon(),
  );
}
