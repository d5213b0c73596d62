import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { endAfterReading } from './linger.ts';
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
 * Bytes that follow good requests on the same connection must not take the place of a reply that is
 * on its way: then the connection ends after the last of them.
 */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  const peer = peerOf(socket);
  // More of the same is read and thrown away.
  if (peer.isBroken && error.code !== 'ECONNRESET') return;
  if (error.code === 'ECONNRESET' || !isOpen(socket, error)) {
    socket.destroy();
    return;
  }
  peer.isBroken = true;
  const { current } = peer;
  if (current?.req.complete === true) return;
  // The body of the running request itself is broken: nobody can finish it.
  if (current?.headersSent === true) {
    socket.destroy();
    return;
  }
  peer.passage?.abandon();
  const { status, detail } = FAULTS[error.code ?? ''] ?? MALFORMED;
  const body = `${detail}\n`;
  socket.on('error', () => socket.destroy());
  endAfterReading(
    socket,
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n` +
      'Content-Type: text/plain; charset=utf-8\r\n' +
      `Content-Length: ${Buffer.byteLength(body)}\r\n` +
      `Cache-Control: no-store\r\nConnection: close\r\n\r\n${body}`,
  );
}

/** Whether an answer can be written: not on a TLS connection that never came to be. */
function isOpen(socket: Socket, { code }: { code?: string }): boolean {
  return socket.writable && code?.startsWith('ERR_SSL_') !== true;
}
