import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type Counts, countUp } from './counts.ts';
import { endAfterReading } from './linger.ts';
import { peerOf } from './peer.ts';
import type { ParseError } from './prior-knowledge.ts';
import { HEAD_TOO_LARGE, HEAD_TOO_SLOW, type Refusal, TARGET_TOO_LONG } from './refusal.ts';

const FAULTS: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: HEAD_TOO_LARGE,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: 413, detail: 'The chunk extensions are too large.' },
  ERR_HTTP_REQUEST_TIMEOUT: HEAD_TOO_SLOW,
};
/** What is HTTP, and not known here: RFC 9110, sections 9.1 and 15.6.6. */
const UNKNOWN: Readonly<Record<string, Refusal>> = {
  HPE_INVALID_METHOD: { status: 501, detail: 'The method of the request is not known here.' },
  HPE_INVALID_VERSION: { status: 505, detail: 'This version of HTTP is not known here.' },
};
const REQUEST_LINE = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+ \S+ HTTP\/\d\.\d$/;
const MALFORMED: Refusal = { status: 400, detail: 'This is not a valid HTTP request.' };

/**
 * Answers what is no HTTP and ends the connection.
 *
 * Bytes that follow good requests on the same connection must not take the place of a reply that is
 * on its way: then the connection ends after the last of them.
 */
export function answerClientError(error: ParseError, socket: Socket, counts: Counts): void {
  const peer = peerOf(socket);
  // More of the same is read and thrown away.
  if (peer.isBroken && error.code !== 'ECONNRESET') return;
  if (error.code === 'ERR_TLS_HANDSHAKE_TIMEOUT') countUp(counts.limited, 'head_timeout');
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
  const refusal = faultIn(error);
  counts.refusedBy(refusal);
  const { status, detail } = refusal;
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

/** A target that fills all the room for a head is too long itself: its line has no end. */
function faultIn({ code = '', rawPacket, bytesParsed = 0 }: ParseError): Refusal {
  const fault = FAULTS[code] ?? MALFORMED;
  if (rawPacket !== undefined && Object.hasOwn(UNKNOWN, code)) {
    const before = rawPacket.lastIndexOf(0x0a, bytesParsed) + 1;
    const [line = ''] = rawPacket.toString('latin1', before).split('\r\n', 1);
    if (REQUEST_LINE.test(line)) return UNKNOWN[code] ?? fault;
  }
  if (fault !== HEAD_TOO_LARGE || rawPacket === undefined) return fault;
  const line = rawPacket.toString('latin1', 0, bytesParsed);
  return /^[A-Z]+ \/[^\r\n ]*$/.test(line) ? TARGET_TOO_LONG : fault;
}

/** Whether an answer can be written: not on a TLS connection that never came to be. */
function isOpen(socket: Socket, { code }: ParseError): boolean {
  return socket.writable && !/^ERR_(?:SSL|TLS)_/.test(code ?? '');
}
