import { IncomingMessage, ServerResponse, STATUS_CODES } from 'node:http';
import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Printer } from '../answer/answer.ts';
import { keepPrinted } from '../answer/sheet.ts';
import { writeSoon } from './write-soon.ts';

/** Any text will do: node:http asks whether there is a head, and is told that it has left. */
const PRINTED = 'printed';

/**
 * A response that can send a printed message: head and body in bytes that are written as they are.
 *
 * By `writeHead` and `end` node:http checks each field again and joins head and body in a string, which
 * is made flat and copied on its way out. Decision 21 says what is used of node:http's own for that.
 */
export class Http1Response<
  Request extends IncomingMessage = IncomingMessage,
> extends ServerResponse<Request> {
  // What node:http's types leave out.
  declare _header: string | null;
  declare _headerSent: boolean;
  declare _hasBody: boolean;
  declare _last: boolean;
  declare _expect_continue: boolean;
  declare _keepAliveTimeout: number;
  declare _writeRaw: (bytes: string, encoding: 'latin1') => boolean;

  /** By node:http's own means only some statuses, and of Node 24 only with a few fields, could be sent. */
  inform(status: number, fields: readonly string[]): void {
    let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`;
    for (let index = 0; index < fields.length; index += 2) {
      head += `${fields[index]}: ${fields[index + 1]}\r\n`;
    }
    this._writeRaw(`${head}\r\n`, 'latin1');
  }

  /**
   * Sends a message at the end of the turn, when it is printed; see `writeSoon`. False, with nothing done,
   * where it has to be sent by `writeHead` and `end`.
   */
  sendPrinted(status: number, printer: Printer): boolean {
    // After 100 (Continue) was asked for and not sent, the connection ends: node:http sees to that.
    if (!IS_AS_KNOWN || this._header !== null || !this._hasBody || this._expect_continue) {
      return false;
    }
    this.statusCode = status;
    this._header = PRINTED;
    this._headerSent = true;
    writeSoon({ write: () => this.#print(printer) });
    return true;
  }

  #print(printer: Printer): void {
    if (this.destroyed) return; // The client has left.
    const { socket } = this;
    try {
      const bytes = printer.print(headEnd(this));
      if (!this.shouldKeepAlive) this._last = true;
      const isReadLater =
        socket === null || socket instanceof TLSSocket || socket.writableLength > 0;
      this.end(isReadLater ? Buffer.from(bytes) : bytes);
      // What the system has not taken over by now, because the client is slow, is read later.
      if (!isReadLater && this.writableLength > 0) keepPrinted();
    } catch (error) {
      this.destroy(); // Or the client would wait for ever.
      throw error;
    }
  }
}

let second = 0;
let timeoutMs = 0;
let keptEnd = '';
let closedEnd = '';

/** What node:http writes behind the fields of a message of known length, and the empty line. */
function headEnd({
  shouldKeepAlive,
  _keepAliveTimeout,
}: Pick<Http1Response, 'shouldKeepAlive' | '_keepAliveTimeout'>): string {
  const now = Math.floor(Date.now() / 1000);
  if (now !== second || _keepAliveTimeout !== timeoutMs) {
    second = now;
    timeoutMs = _keepAliveTimeout;
    const date = `Date: ${new Date(now * 1000).toUTCString()}\r\nConnection: `;
    const seconds = Math.floor(timeoutMs / 1000);
    keptEnd = `${date}keep-alive\r\n${timeoutMs > 0 ? `Keep-Alive: timeout=${seconds}\r\n` : ''}\r\n`;
    closedEnd = `${date}close\r\n\r\n`;
  }
  return shouldKeepAlive ? keptEnd : closedEnd;
}

/**
 * Whether this version of node:http writes what this file takes it to write, and takes bytes as its
 * head: looked at once, when the program starts. Where it does not, answers go the long way.
 */
const IS_AS_KNOWN = isAsKnown();

function isAsKnown(): boolean {
  const request = new IncomingMessage(new Socket());
  Object.assign(request, { method: 'GET', httpVersionMajor: 1, httpVersionMinor: 1 });
  const [said, sent] = [new Http1Response(request), new Http1Response(request)];
  said._keepAliveTimeout = 75_000;
  said.writeHead(503, 'Any', ['Content-Length', '2']);
  const expected = `HTTP/1.1 503 Any\r\nContent-Length: 2\r\n${headEnd(said)}`;
  const bytes = Buffer.from(PRINTED);
  sent._header = PRINTED;
  sent._headerSent = true;
  sent.end(bytes);
  const { outputData } = sent as Http1Response & { outputData?: { readonly data: unknown }[] };
  const isSame = withoutDate(said._header ?? '') === withoutDate(expected);
  return isSame && outputData?.length === 1 && outputData[0]?.data === bytes;
}

function withoutDate(head: string): string {
  return head.replace(/^Date: \w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT\r$/m, '');
}
