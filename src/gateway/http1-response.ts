import { IncomingMessage, ServerResponse, STATUS_CODES } from 'node:http';
import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Printer } from '../answer/answer.ts';
import { keepPrinted } from '../answer/sheet.ts';
import { areFields } from './field-lines.ts';
import type { ReplyHead } from './reply.ts';
import { writeSoon } from './write-soon.ts';

/** Any text will do: node:http asks whether there is a head, and is told that it has left. */
const PRINTED = 'printed';

/**
 * A response that can send a printed message, head and body in bytes that are written as they are, and the
 * head of a reply whose fields are known to be well formed.
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

  /**
   * Puts the head of a reply in front, as node:http would, but for what it does to a Content-Disposition after
   * a Content-Length: it reads that as UTF-8, and throws at a letter that Latin-1 lacks. Nor does it look at
   * fields again that were checked where they were read: half of what it takes for a head, 0.98 of a small reply.
   */
  writeReplyHead(reply: ReplyHead, isChecked: boolean): void {
    const { status, reasonPhrase, fields, contentLength } = reply;
    const isUsual = contentLength !== null && status !== 204 && !this._expect_continue;
    if (!IS_AS_KNOWN || !isUsual || !(isChecked || areFields(fields))) {
      this.writeHead(status, reasonPhrase, fields);
      return;
    }
    if (status === 304) this._hasBody = false;
    this.statusCode = status;
    this.statusMessage = reasonPhrase;
    if (!this.shouldKeepAlive) this._last = true;
    this._header = replyHead(reply, this);
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

/** What node:http puts behind the fields, for it to say of the connection. */
type Keeping = Pick<Http1Response, 'shouldKeepAlive' | '_keepAliveTimeout'>;

let second = 0;
let timeoutMs = 0;
let date = '';
let keptEnd = '';
let datedKeptEnd = '';
const CLOSED_END = 'Connection: close\r\n\r\n';

/** What node:http writes behind the fields of a message of known length, and the empty line. */
function headEnd({ shouldKeepAlive, _keepAliveTimeout }: Keeping, hasDate = false): string {
  if (hasDate && !shouldKeepAlive) return CLOSED_END;
  const now = Math.floor(Date.now() / 1000);
  if (now !== second || _keepAliveTimeout !== timeoutMs) {
    second = now;
    timeoutMs = _keepAliveTimeout;
    date = `Date: ${new Date(now * 1000).toUTCString()}\r\n`;
    const seconds = Math.floor(timeoutMs / 1000);
    keptEnd = `Connection: keep-alive\r\n${timeoutMs > 0 ? `Keep-Alive: timeout=${seconds}\r\n` : ''}\r\n`;
    datedKeptEnd = date + keptEnd;
  }
  if (!shouldKeepAlive) return date + CLOSED_END;
  return hasDate ? keptEnd : datedKeptEnd;
}

/** A reply's whole head. What frames it and what keeps its connection are node:http's to say, and its own hop's. */
function replyHead(
  { status, reasonPhrase, fields }: Pick<ReplyHead, 'status' | 'reasonPhrase' | 'fields'>,
  keeping: Keeping,
): string {
  let head = `HTTP/1.1 ${status} ${reasonPhrase}\r\n`;
  let hasDate = false;
  for (let index = 0; index < fields.length; index += 2) {
    const name = fields[index] ?? '';
    head += `${name}: ${fields[index + 1]}\r\n`;
    hasDate ||= name.length === 4 && name.toLowerCase() === 'date';
  }
  return head + headEnd(keeping, hasDate);
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
  const relayed = replyHead(
    { status: 503, reasonPhrase: 'Any', fields: ['Content-Length', '2'] },
    said,
  );
  const isSame = [relayed, expected].every(
    (head) => withoutDate(said._header ?? '') === withoutDate(head),
  );
  return isSame && outputData?.length === 1 && outputData[0]?.data === bytes;
}

function withoutDate(head: string): string {
  return head.replace(/^Date: \w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT\r$/m, '');
}
