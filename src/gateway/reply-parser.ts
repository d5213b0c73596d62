import { ChunkedBody } from './chunked-body.ts';
import { ReplyFault, readFieldLines } from './field-lines.ts';
import { type Framing, framingOf } from './reply-framing.ts';

/** What a reply is made of, in order. Called while bytes are pushed. */
export interface ReplyParts {
  /**
   * `fields` are name and value in turn, as they came. Called for informational replies as well; false
   * asks for no more until `resume`.
   */
  head(status: number, reasonPhrase: string, fields: string[]): boolean;
  /** A part of the body; false asks for no more until `resume`. */
  data(chunk: Buffer): boolean;
  /** The reply is whole. */
  end(trailers: string[]): void;
}

const MAX_HEAD_BYTES = 64 * 1024;
const HEAD_END = Buffer.from('\r\n\r\n');
const NOTHING = Buffer.alloc(0);

/**
 * Reads one HTTP/1.x reply from the bytes of a connection, however they are cut.
 *
 * Strict: what could be read in two ways is a fault, because the gateway would relay one reading and
 * the connection's next request would get the other (RFC 9112, section 11.1). Nothing of a body is
 * copied. `push` throws a `ReplyFault`, or what a part's handler throws.
 */
export class ReplyParser {
  readonly #parts: ReplyParts;
  readonly #isHead: boolean;
  /** Bytes that are not read yet: an unfinished head, or what came while paused. */
  #pending: Buffer = NOTHING;
  #framing: Framing | null = null;
  #remaining = 0;
  #chunked: ChunkedBody | null = null;
  #isPaused = false;
  #isEnded = false;
  #isPersistent = false;
  /** How long the endpoint says that it keeps the connection, or null. */
  keepAliveMs: number | null = null;

  /** `isHead`: the reply to HEAD has no body, whatever its fields say. */
  constructor(parts: ReplyParts, isHead: boolean) {
    this.#parts = parts;
    this.#isHead = isHead;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Whether it keeps some of the bytes that were pushed. */
  get hasUnread(): boolean {
    return this.#pending.length > 0;
  }

  /** Whether the connection can take another request after this reply. */
  get isReusable(): boolean {
    return this.#isEnded && this.#isPersistent && this.#pending.length === 0;
  }

  push(bytes: Buffer): void {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    this.#read();
  }

  /** Goes on after a part has asked for no more; nothing to do before that part is through. */
  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#read();
  }

  /**
   * The endpoint has closed the connection: true where that ends the reply as it should. Not to be
   * called while paused: there may be more of the reply to read.
   */
  close(): boolean {
    if (!this.#isEnded && this.#framing === 'close') this.#end([]);
    return this.#isEnded;
  }

  #read(): void {
    while (this.#pending.length > 0 && !this.#isPaused && !this.#isEnded) {
      const before = this.#pending.length;
      if (this.#framing === null) this.#readHead();
      else this.#readBody();
      if (this.#pending.length === before) return; // More has to come first.
    }
  }

  #readHead(): void {
    const end = this.#pending.indexOf(HEAD_END);
    if (end === -1) return checkUnfinished(this.#pending);
    if (end > MAX_HEAD_BYTES) throw new ReplyFault('the head of the reply is too large');
    const head = this.#pending.toString('latin1', 0, end);
    this.#pending = this.#pending.subarray(end + HEAD_END.length);
    const { minor, status, reasonPhrase, fields } = readHead(head);
    if (status === 101) throw new ReplyFault('protocols were switched without being asked to');
    if (status < 200) return this.#head(status, reasonPhrase, fields);

    const frame = framingOf(fields);
    this.keepAliveMs = frame.keepAliveMs;
    this.#framing = this.#isHead || status === 204 || status === 304 ? 'none' : frame.kind;
    this.#isPersistent = minor === 1 && !frame.closes && this.#framing !== 'close';
    this.#remaining = frame.length;
    if (this.#framing === 'chunked') {
      if (minor === 0) throw new ReplyFault('an HTTP/1.0 reply is chunked');
      this.#chunked = new ChunkedBody();
    }
    this.#head(status, reasonPhrase, fields);
    if (this.#framing === 'none' || (this.#framing === 'length' && frame.length === 0)) {
      this.#end([]);
    }
  }

  #readBody(): void {
    if (this.#framing === 'chunked' && this.#chunked !== null) {
      const { data, rest, trailers } = this.#chunked.read(this.#pending);
      this.#pending = rest;
      if (data !== null) this.#data(data);
      if (trailers !== null) this.#end(trailers);
      return;
    }
    if (this.#framing === 'close') {
      const all = this.#pending;
      this.#pending = NOTHING;
      return this.#data(all);
    }
    const taken = Math.min(this.#remaining, this.#pending.length);
    const chunk = taken === this.#pending.length ? this.#pending : this.#pending.subarray(0, taken);
    this.#pending = this.#pending.subarray(taken);
    this.#remaining -= taken;
    this.#data(chunk);
    if (this.#remaining === 0) this.#end([]);
  }

  #head(status: number, reasonPhrase: string, fields: string[]): void {
    if (!this.#parts.head(status, reasonPhrase, fields)) this.#isPaused = true;
  }

  #data(chunk: Buffer): void {
    if (!this.#parts.data(chunk)) this.#isPaused = true;
  }

  #end(trailers: string[]): void {
    this.#isEnded = true;
    this.#parts.end(trailers);
  }
}

/** Says early that what comes is no HTTP, rather than wait for the end of a head that has none. */
function checkUnfinished(bytes: Buffer): void {
  if (bytes.length >= MAX_HEAD_BYTES + HEAD_END.length)
    throw new ReplyFault('the head of the reply is too large');
  if (bytes.includes('\n\n')) throw new ReplyFault('lines end without a carriage return');
  const start = bytes.toString('latin1', 0, 7);
  if (!'HTTP/1.'.startsWith(start)) throw new ReplyFault('the reply is not HTTP/1.x');
}

interface Head {
  readonly minor: number;
  readonly status: number;
  readonly reasonPhrase: string;
  readonly fields: string[];
}

function readHead(head: string): Head {
  const lineEnd = head.indexOf('\r\n');
  const line = lineEnd === -1 ? head : head.slice(0, lineEnd);
  const match = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: (.*))?$/.exec(line);
  if (match === null) throw new ReplyFault('the status line is malformed');
  const [, minor, status, reasonPhrase = ''] = match;
  const fields = readFieldLines(head, lineEnd === -1 ? head.length : lineEnd + 2);
  return { minor: Number(minor), status: Number(status), reasonPhrase, fields };
}
