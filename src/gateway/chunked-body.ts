import { ReplyFault, readFieldLines } from './field-lines.ts';

/** What one step of reading gave. Each step takes something off the bytes, or needs more of them. */
export interface ChunkedStep {
  /** Content, without copying; null where the step found none. */
  readonly data: Buffer | null;
  /** What is still to be read. */
  readonly rest: Buffer;
  /** Name and value in turn, once the body is whole; null before. */
  readonly trailers: string[] | null;
}

const LINE_END = Buffer.from('\r\n');
const LAST_CHUNK_END = Buffer.from('\r\n\r\n');
/** A chunk's size line, with its extensions, which nobody reads. */
const MAX_LINE_BYTES = 4096;
const MAX_TRAILER_BYTES = 16 * 1024;

/**
 * Reads a body in the chunked transfer coding (RFC 9112, section 7.1), step by step, from bytes that
 * may be cut anywhere. Strict: a size that is not plain hexadecimal, or a chunk that does not end where
 * it said, is a `ReplyFault`.
 */
export class ChunkedBody {
  #state: 'size' | 'data' | 'data_end' | 'trailers' = 'size';
  #remaining = 0;

  read(bytes: Buffer): ChunkedStep {
    switch (this.#state) {
      case 'size':
        return this.#readSize(bytes);
      case 'data':
        return this.#readData(bytes);
      case 'data_end':
        return this.#readDataEnd(bytes);
      case 'trailers':
        return readTrailers(bytes);
    }
  }

  #readSize(bytes: Buffer): ChunkedStep {
    const end = bytes.indexOf(LINE_END);
    if (end === -1) {
      if (bytes.length >= MAX_LINE_BYTES + LINE_END.length)
        throw new ReplyFault('a chunk size line is too long');
      return more(bytes);
    }
    const line = bytes.toString('latin1', 0, end);
    const size = /^([0-9A-Fa-f]{1,12})[\t ]*(?:;[^\r\n\0]*)?$/.exec(line)?.[1];
    if (size === undefined || end > MAX_LINE_BYTES)
      throw new ReplyFault('a chunk size is malformed');
    this.#remaining = Number.parseInt(size, 16);
    if (this.#remaining > 0) {
      this.#state = 'data';
      return more(bytes.subarray(end + LINE_END.length));
    }
    this.#state = 'trailers';
    // The line end stays: the trailers end with an empty line, and there may be none.
    return more(bytes.subarray(end));
  }

  #readData(bytes: Buffer): ChunkedStep {
    const taken = Math.min(this.#remaining, bytes.length);
    this.#remaining -= taken;
    if (this.#remaining === 0) this.#state = 'data_end';
    return { data: bytes.subarray(0, taken), rest: bytes.subarray(taken), trailers: null };
  }

  #readDataEnd(bytes: Buffer): ChunkedStep {
    if (bytes.length < LINE_END.length) return more(bytes);
    if (bytes[0] !== 0x0d || bytes[1] !== 0x0a)
      throw new ReplyFault('a chunk is longer than it said');
    this.#state = 'size';
    return more(bytes.subarray(LINE_END.length));
  }
}

function more(rest: Buffer): ChunkedStep {
  return { data: null, rest, trailers: null };
}

function readTrailers(bytes: Buffer): ChunkedStep {
  const end = bytes.indexOf(LAST_CHUNK_END);
  const longest = MAX_TRAILER_BYTES + LAST_CHUNK_END.length;
  if (end > MAX_TRAILER_BYTES || (end === -1 && bytes.length >= longest))
    throw new ReplyFault('the trailers are too large');
  if (end === -1) return more(bytes);
  const lines = end === 0 ? '' : bytes.toString('latin1', LINE_END.length, end);
  const trailers = readFieldLines(lines, 0);
  return { data: null, rest: bytes.subarray(end + LAST_CHUNK_END.length), trailers };
}
