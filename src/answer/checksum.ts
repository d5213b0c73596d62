import { crc32 } from 'node:zlib';

/**
 * The CRC-32 of a gzip body (RFC 1952, section 8) of which only the slots are not known beforehand.
 *
 * The register of a CRC runs through the bytes of a value one by one and jumps over what is known at
 * once: what a run of known bytes does to a register is a linear map of its 32 bits, and a constant.
 */
export interface Jump {
  /** What the map makes of each value of each half byte of the register; 8 times 16. */
  readonly table: Uint32Array;
  /** What the bytes make of an empty register. */
  readonly constant: number;
}

/** The register before the first byte. */
export const START = 0xffff_ffff;

/** Makes the jump over a run of bytes; takes some ten microseconds for a page. */
export function jumpOver(bytes: Buffer): Jump {
  const zeros = Buffer.alloc(bytes.length);
  const table = new Uint32Array(8 * 16);
  for (let bit = 0; bit < 32; bit++) {
    const image = registerAfter(zeros, 1 << bit);
    const place = (bit >> 2) * 16;
    for (let half = 0; half < 16; half++) {
      const isSet = (half >> (bit & 3)) & 1;
      if (isSet === 1) table[place + half] = (table[place + half] ?? 0) ^ image;
    }
  }
  return { table, constant: registerAfter(bytes, 0) };
}

/** The register behind a run of known bytes. */
export function leap({ table, constant }: Jump, register: number): number {
  let result = constant;
  for (let place = 0, rest = register; place < 128; place += 16, rest >>>= 4) {
    result ^= table[place + (rest & 15)] ?? 0;
  }
  return result;
}

const BYTE = Uint32Array.from({ length: 256 }, (_, byte) => registerAfter(Buffer.of(byte), 0));

/** The register behind a text of one byte a character. */
export function walk(text: string, register: number): number {
  let result = register;
  for (let index = 0; index < text.length; index++) {
    result = (BYTE[(result ^ text.charCodeAt(index)) & 0xff] ?? 0) ^ (result >>> 8);
  }
  return result;
}

/** The register behind so many blanks. */
export function walkBlanks(count: number, register: number): number {
  let result = register;
  for (let index = 0; index < count; index++) {
    result = (BYTE[(result ^ 0x20) & 0xff] ?? 0) ^ (result >>> 8);
  }
  return result;
}

/** zlib inverts the register on its way in and out. */
function registerAfter(bytes: Buffer, register: number): number {
  return ~crc32(bytes, ~register >>> 0) >>> 0;
}
