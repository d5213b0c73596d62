import type { Coding } from './accept-encoding.ts';
import { type Jump, leap, START, walk, walkBlanks } from './checksum.ts';
import { fillHole, type Hole, paddingOf } from './layout.ts';
import { type SlotValues, valueIn } from './slots.ts';

/** A text that is compressed but for its holes, which stand in blocks of their own that are not. */
export interface Encoded {
  readonly coding: Coding;
  /** Up to the first hole, its block's head included. */
  readonly start: string;
  readonly steps: readonly Step[];
  /** Over what `start` holds, for gzip's checksum; null for brotli, which has none. */
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
  /** Over each of the hole's texts, the last one together with what `part` holds; empty for brotli. */
  readonly jumps: readonly Jump[];
}

/** The whole body for one request, one byte a character. */
export function fillEncoded(encoded: Encoded, values: SlotValues): string {
  const { start, steps } = encoded;
  let body = start;
  for (const { hole, width, part } of steps) body += fillHole(hole, width, values) + part;
  return body + fillTail(encoded, values);
}

/** What stands behind the last step: gzip's checksum and length, and nothing in brotli. */
export function fillTail({ steps, firstJump, plainBytes }: Encoded, values: SlotValues): string {
  if (firstJump === null) return '';
  return littleEndian(checksum(steps, firstJump, values)) + littleEndian(plainBytes);
}

function checksum(steps: readonly Step[], firstJump: Jump, values: SlotValues): number {
  let register = leap(firstJump, START);
  for (const { hole, width, jumps } of steps) {
    register = walkBlanks(paddingOf(hole, width, values), register);
    for (let index = 0; index < jumps.length; index++) {
      register = leap(jumps[index] ?? firstJump, register);
      const slot = hole.slots[index];
      if (slot !== undefined) register = walk(valueIn(values, slot), register);
    }
  }
  return ~register;
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
