import type { Socket } from 'node:net';
import type { Endpoint } from './endpoint.ts';

/** What is asked of an endpoint. */
export interface Page extends Pick<Endpoint, 'url'> {
  readonly path: string;
}

/** A head that is longer is no health page's. */
const MOST_BYTES = 64 * 1024;
/** RFC 9112, section 4. */
const STATUS_LINE = /^HTTP\/1\.[01] ([1-9]\d\d)(?: [^\r\n]*)?\r\n/;
const LONGEST_PREFIX = 'HTTP/1.';

/**
 * Asks for a page on a connection that is open, and tells its status when the whole head of the reply is
 * there; `malformed` when what comes is not HTTP/1.x. The end of the connection and its errors are the
 * caller's to see.
 *
 * A client for HTTP is made to keep connections and to read bodies. A probe does neither, thousands of
 * times a minute, and costs half as much by itself.
 */
export function askForPage(
  socket: Socket,
  { url, path }: Page,
  onReply: (status: number | 'malformed') => void,
): void {
  let text = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    text += chunk;
    const status = statusOf(text);
    if (status !== null) onReply(status);
  });
  socket.write(
    `GET ${path} HTTP/1.1\r\nhost: ${authorityOf(url)}\r\nconnection: close\r\n` +
      'user-agent: candor-probe\r\naccept: */*\r\n\r\n',
    'latin1',
  );
}

/**
 * The status of the reply that begins a text, once its head is whole; null until then. Informational
 * replies come before the one that counts (RFC 9110, section 15.2).
 */
export function statusOf(text: string): number | 'malformed' | null {
  let start = 0;
  for (;;) {
    const end = text.indexOf('\r\n\r\n', start);
    if (end === -1) return isPossible(text.slice(start)) ? null : 'malformed';
    const status = Number(STATUS_LINE.exec(text.slice(start, end + 2))?.[1] ?? Number.NaN);
    if (Number.isNaN(status) || status === 101) return 'malformed';
    if (status >= 200) return status;
    start = end + 4;
  }
}

/** Says early that what comes is no HTTP, rather than wait for the end of a head that has none. */
function isPossible(unfinished: string): boolean {
  if (unfinished.length > MOST_BYTES || unfinished.includes('\n\n')) return false;
  return LONGEST_PREFIX.startsWith(unfinished.slice(0, LONGEST_PREFIX.length));
}

/** As a client names it: without the port that the scheme implies (RFC 9110, section 4.2.3). */
function authorityOf(url: string): string {
  return new URL(url).host;
}
