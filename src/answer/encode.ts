import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import {
  type BrotliCompress,
  brotliDecompress,
  constants,
  createBrotliCompress,
  createDeflateRaw,
  type DeflateRaw,
  gunzip,
} from 'node:zlib';
import type { Coding } from './accept-encoding.ts';
import { type Jump, jumpOver } from './checksum.ts';
import { type Encoded, fillEncoded } from './encoded.ts';
import { fillHole, type Layout, MOST_IN_HOLES, type Rooms, widthOf } from './layout.ts';
import { type SlotValues, valuesOf } from './slots.ts';

const UNPACK = { br: promisify(brotliDecompress), gzip: promisify(gunzip) } as const;
/** What an encoder keeps in mind; a page is smaller. */
const WINDOW_BITS = 16;
/** RFC 1952, section 2.3: deflate, no name and no time, at the best level, on no system in particular. */
const GZIP_TAIL_BYTES = 8;
const GZIP_HEAD = '\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff';

/**
 * Compresses a text but for its holes, for certain rooms. The work is done in the thread pool.
 *
 * Rejects where the result, filled with samples, is not the text when it is unpacked: it is proven
 * before the first client gets it, whatever the library does.
 */
export async function encode(layout: Layout, rooms: Rooms, coding: Coding): Promise<Encoded> {
  const widths = layout.holes.map((hole) => widthOf(hole, rooms));
  const [first = '', ...rest] = await compressed(layout, widths, coding);
  const heads = [...widths.map((width) => BLOCK_HEAD[coding](width)), ''];
  const jumpsOver = (texts: readonly string[]): Jump[] =>
    coding === 'gzip' ? texts.map((text) => jumpOver(bytesIn(text))) : [];
  const start = (coding === 'gzip' ? GZIP_HEAD : '') + first + heads[0];
  const parts = rest.map((part, index) => part + heads[index + 1]);
  const bytes = start.length + sumOf(widths) + sumOf(parts.map(({ length }) => length));
  const encoded: Encoded = {
    coding,
    start,
    firstJump: jumpsOver(layout.solids.slice(0, 1))[0] ?? null,
    steps: layout.holes.map((hole, index) => ({
      hole,
      width: widths[index] ?? 0,
      part: parts[index] ?? '',
      jumps: jumpsOver(
        hole.texts.with(-1, (hole.texts.at(-1) ?? '') + (layout.solids[index + 1] ?? '')),
      ),
    })),
    plainBytes: sumOf(widths) + sumOf(layout.solids.map(({ length }) => length)),
    contentLength: String(bytes + (coding === 'gzip' ? GZIP_TAIL_BYTES : 0)),
  };
  await prove(
    encoded,
    layout,
    valuesOf(() => ''),
  );
  await prove(
    encoded,
    layout,
    valuesOf((slot) => '~'.repeat(rooms[slot])),
  );
  return encoded;
}

/**
 * What stands before a hole's bytes: the head of a block that is not compressed. In deflate a stored
 * block (RFC 1951, section 3.2.4); in brotli an uncompressed meta-block (RFC 7932, section 9.2): not the
 * last one, 16 bits for the length less 1, and the bit that says "not compressed". All fill whole bytes.
 */
const BLOCK_HEAD: Readonly<Record<Coding, (bytes: number) => string>> = {
  gzip: (bytes) =>
    String.fromCharCode(0, bytes & 0xff, bytes >> 8, ~bytes & 0xff, (~bytes >> 8) & 0xff),
  br: (bytes) => {
    const bits = ((bytes - 1) << 3) | (1 << 19);
    return String.fromCharCode(bits & 0xff, (bits >> 8) & 0xff, bits >> 16);
  },
};

/** The solids, compressed by one encoder that is fed all of the text and gives its bytes up before and behind each hole. */
async function compressed(
  { solids, holes }: Layout,
  widths: readonly number[],
  coding: Coding,
): Promise<readonly string[]> {
  using encoder = new Encoder(coding);
  const parts: string[] = [];
  let used = 0;
  for (const [index, hole] of holes.entries()) {
    parts.push(await encoder.put(bytesIn(solids[index] ?? '')));
    const behind = hole.texts.at(-1) ?? '';
    const filler = FILLER.subarray(used, used + (widths[index] ?? 0) - behind.length);
    used += filler.length;
    await encoder.put(Buffer.concat([filler, bytesIn(behind)]));
  }
  parts.push(await encoder.end(bytesIn(solids.at(-1) ?? '')));
  return parts;
}

/**
 * What an encoder is fed in the place of holes: first bytes of UTF-8 sequences, one after the other, as
 * no text has them, and no pair of them twice.
 *
 * What becomes of them is thrown away, so nothing of it may be remembered: brotli refers to the
 * distances of its last copies, and a copy within a hole would be one that no decoder sees.
 */
const FILLER = Buffer.from(
  Array.from({ length: MOST_IN_HOLES }, (_, index) => {
    const lap = index >> 6;
    // An odd step meets each of the 64 bytes once a lap, and each lap has a step of its own.
    return 0xc0 | (((2 * lap + 1) * (index & 63)) & 63);
  }),
);

/** One of zlib's streams, spoken to a piece at a time. */
class Encoder implements Disposable {
  readonly #stream: BrotliCompress | DeflateRaw;
  readonly #flush: number;
  readonly #failed: Promise<never>;

  constructor(coding: Coding) {
    // All that a flush gives up waits in the stream until it is read.
    const room = { readableHighWaterMark: 4 * 1024 * 1024 };
    const { BROTLI_PARAM_LGWIN, BROTLI_OPERATION_FLUSH, Z_SYNC_FLUSH } = constants;
    this.#stream =
      coding === 'br'
        ? createBrotliCompress({ ...room, params: { [BROTLI_PARAM_LGWIN]: WINDOW_BITS } })
        : createDeflateRaw({ ...room, level: constants.Z_BEST_COMPRESSION });
    this.#flush = coding === 'br' ? BROTLI_OPERATION_FLUSH : Z_SYNC_FLUSH;
    const { promise, reject } = Promise.withResolvers<never>();
    this.#failed = promise;
    this.#failed.catch(() => undefined); // Whoever waits for a piece learns of it.
    this.#stream.once('error', reject);
  }

  /** The bytes of one more piece, up to the end of a byte. */
  async put(piece: Buffer): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#stream.write(piece);
    this.#stream.flush(this.#flush, resolve);
    await Promise.race([promise, this.#failed]);
    return textOf(this.#stream.read());
  }

  async end(piece: Buffer): Promise<string> {
    this.#stream.end(piece);
    return textOf(await buffer(this.#stream));
  }

  [Symbol.dispose](): void {
    this.#stream.destroy();
  }
}

async function prove(encoded: Encoded, layout: Layout, values: SlotValues): Promise<void> {
  const holes = encoded.steps.map(({ hole, width }) => fillHole(hole, width, values));
  const text = layout.solids.map((solid, index) => solid + (holes[index] ?? '')).join('');
  const unpacked = await UNPACK[encoded.coding](bytesIn(fillEncoded(encoded, values)));
  if (textOf(unpacked) !== text) throw new Error('the compressed text is another one');
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function bytesIn(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

function textOf(bytes: Buffer | null): string {
  return bytes?.toString('latin1') ?? '';
}
