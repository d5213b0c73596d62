import { FRAME, type Frame, framesIn } from '../support/http2-frames.ts';

/** What came on one stream. */
interface StreamSeen {
  /** Of the final head; 0 where none came. */
  readonly status: number;
  readonly interim: readonly number[];
  readonly body: string;
  readonly hasTrailers: boolean;
  /** The proxy has ended the stream, by END_STREAM. */
  readonly isEnded: boolean;
  /** The code that the stream was reset with, or null. */
  readonly resetWith: number | null;
}

/** What came on one HTTP/2 connection. */
export interface Http2Seen {
  readonly streams: ReadonlyMap<number, StreamSeen>;
  /** The code of the last GOAWAY, or null. */
  readonly goaway: number | null;
  /** Acknowledged pings. */
  readonly pongs: number;
}

const NOTHING: StreamSeen = {
  status: 0,
  interim: [],
  body: '',
  hasTrailers: false,
  isEnded: false,
  resetWith: null,
};
const ACK = 0x1;
const END_STREAM = 0x1;

/** Reads all frames that came, whole ones only. */
export function http2Seen(received: string): Http2Seen {
  const streams = new Map<number, StreamSeen>();
  let goaway: number | null = null;
  let pongs = 0;
  for (const frame of framesIn(received)) {
    if (frame.type === FRAME.goaway) goaway = frame.payload.readUInt32BE(4);
    else if (frame.type === FRAME.ping && (frame.flags & ACK) !== 0) pongs += 1;
    else if (frame.stream !== 0)
      streams.set(frame.stream, after(streams.get(frame.stream) ?? NOTHING, frame));
  }
  return { streams, goaway, pongs };
}

/** Whether nothing more can come on these streams. */
export function areOver({ streams, goaway }: Http2Seen, ids: readonly number[]): boolean {
  if (goaway !== null && goaway !== 0) return true;
  return ids.every((id) => {
    const stream = streams.get(id);
    return stream !== undefined && (stream.isEnded || stream.resetWith !== null);
  });
}

function after(stream: StreamSeen, { type, flags, payload }: Frame): StreamSeen {
  const isEnded = stream.isEnded || (flags & END_STREAM) !== 0;
  switch (type) {
    case FRAME.headers: {
      if (stream.status !== 0) return { ...stream, hasTrailers: true, isEnded };
      const status = statusIn(payload);
      if (status >= 200) return { ...stream, status, isEnded };
      return { ...stream, interim: [...stream.interim, status] };
    }
    case FRAME.data:
      return { ...stream, body: stream.body + payload.toString('latin1'), isEnded };
    case FRAME.reset:
      return { ...stream, resetWith: payload.readUInt32BE(0) };
    default:
      return stream;
  }
}

/** RFC 7541, appendix A, entries 8 to 14. */
const STATIC = [200, 204, 206, 304, 400, 404, 500];

/**
 * The status that a header block begins with: `:status` is the one pseudo-field of a response, and
 * pseudo-fields come first. Nothing else of the block is decoded.
 */
function statusIn(block: Buffer): number {
  let at = 0;
  // Updates of the dynamic table's size may stand in front (RFC 7541, section 6.3).
  while (((block[at] ?? 0) & 0xe0) === 0x20) at += ((block[at] ?? 0) & 0x1f) === 0x1f ? 2 : 1;
  const first = block[at] ?? 0;
  if (first >= 0x88 && first <= 0x8e) return STATIC[first - 0x88] ?? 0;
  // A literal whose name is one of the table's entries for `:status`.
  const length = block[at + 1] ?? 0;
  const value = block.subarray(at + 2, at + 2 + (length & 0x7f));
  return Number((length & 0x80) === 0 ? value.toString('latin1') : digitsIn(value));
}

/** Three digits in the Huffman code (RFC 7541, appendix B): `0` to `2` take 5 bits, the others 6. */
function digitsIn(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  let digits = '';
  for (let at = 0; digits.length < 3; ) {
    const five = Number.parseInt(bits.slice(at, at + 5), 2);
    if (five <= 2) {
      digits += five;
      at += 5;
    } else {
      digits += Number.parseInt(bits.slice(at, at + 6), 2) - 0b011001 + 3;
      at += 6;
    }
  }
  return digits;
}
