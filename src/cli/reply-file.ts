import { isKnownCoding, type ReplyHead, readReply } from '../gateway/reply.ts';

/** A reply as a file holds it. */
export interface WrittenReply {
  readonly head: ReplyHead;
  readonly body: Buffer;
  /** Replies before this one: interim ones, a proxy's, redirects that were followed. */
  readonly skipped: number;
}

/** What is wrong with a file that holds no reply. `line` counts from 1. */
export interface NoReplyFile {
  readonly line: number;
  readonly found: string;
  readonly expected: string;
}

const STATUS_LINE = /^HTTP\/\d(?:\.\d)? ([1-5]\d\d)(?: (.*))?$/;
const FIELD = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/;
const LONGEST_SHOWN = 60;

/**
 * Reads an HTTP reply as `curl -i` prints it: a status line, fields, an empty line, the body; lines end
 * with CR LF, or with LF as editors leave them. Of several (`curl -iL`) the last is taken.
 */
export function readReplyFile(file: Buffer, method: string): WrittenReply | NoReplyFile {
  const lines = new Lines(file);
  for (let skipped = 0; ; skipped += 1) {
    const head = readHead(lines, method);
    if ('line' in head) return head;
    const isInterim = head.status < 200 && !lines.isAtEnd;
    const isFollowed = STATUS_LINE.test(lines.peek());
    if (!isInterim && !isFollowed) return { head, body: lines.rest, skipped };
  }
}

function readHead(lines: Lines, method: string): ReplyHead | NoReplyFile {
  const first = lines.next();
  const [, status, reason = ''] = STATUS_LINE.exec(first) ?? [];
  if (status === undefined) {
    return wrong(lines, first, 'a status line such as HTTP/1.1 200 OK, as curl -i prints it');
  }
  const fields: string[] = [];
  while (!lines.isAtEnd) {
    const text = lines.next();
    if (text === '') break;
    const [, name, value = ''] = FIELD.exec(text) ?? [];
    if (name === undefined) {
      return wrong(
        lines,
        text,
        'a field such as Content-Type: text/html, or an empty line before the body',
      );
    }
    if (name.toLowerCase() === 'transfer-encoding' && !isKnownCoding(value)) {
      return wrong(lines, text, 'no transfer coding but chunked: the gateway takes no other reply');
    }
    fields.push(name, value);
  }
  return readReply(Number(status), reason, fields, { method, isHttp10: false });
}

function wrong(lines: Lines, text: string, expected: string): NoReplyFile {
  const shown = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
  const found = text === '' && lines.isAtEnd ? 'the end of the file' : JSON.stringify(shown);
  return { line: lines.count, found, expected };
}

/** The lines of a file, one after the other, and whatever bytes are left. */
class Lines {
  count = 0;
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  get rest(): Buffer {
    return this.#bytes.subarray(this.#at);
  }

  peek(): string {
    return this.#bytes.toString('latin1', this.#at, this.#end()).replace(/\r$/, '');
  }

  next(): string {
    const line = this.peek();
    this.#at = this.#end() + 1;
    this.count += 1;
    return line;
  }

  #end(): number {
    const found = this.#bytes.indexOf(0x0a, this.#at);
    return found === -1 ? this.#bytes.length : found;
  }
}
