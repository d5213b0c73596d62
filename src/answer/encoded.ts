import type { Coding } from './accept-encoding.ts';
import { type Jump, leap, START, walk } from './checksum.ts';
import { fillHole, type Hole } from './layout.ts';
import type { SlotValues } from './slots.ts';

/** A text that is compressed but for its holes, which stand in blocks of their own that are not. */
export interface Encoded {
  readonly coding: Coding;
  /** Up to the first hole, its block's head included. */
  readonly start: string;
  readonly steps: readonly Step[];
  /** Over what `start` holds and what each step holds, for gzip's checksum; null for brotli, which has none. */
  readonly firstJump: Jump | null;
  /** Bytes of the text before it is compressed. */
  readonly plainBytes: number;
  /** What `Content-Length` says: the same for every request. */
  readonly contentLength: string;
}

/** A hole and what follows it, up to the next hole, the head of whose block is included. */
interface Step {
  readonly hole: Hole;
  readonly width: number;
  readonly part: string;
  readonly jump: Jump | null;
}

/** The whole body for one request, one byte a character. */
export function fillEncoded(encoded: Encoded, values: SlotValues): string {
  const { start, steps, firstJump, plainBytes } = encoded;
  let body = start;
  let register = firstJump === null ? 0 : leap(firstJump, START);
  for (const { hole, width, part, jump } of steps) {
    const text = fillHole(hole, width, values);
    body += text + part;
    if (jump !== null) register = leap(jump, walk(text, register));
  }
  return firstJump === null ? body : body + littleEndian(~register) + littleEndian(plainBytes);
}

/** Four bytes, one a character: how gzip ends (RFC 1952, section 2.3.1). */
function littleEndian(value: number): string {
  return String.fromCharCode(
    value & 0xff,
    (value >>> 8) & 0xff,
    (value >>> 16) & 0xff,
    value >>> 24,
  );
}
