import { createCipheriv } from 'node:crypto';

/** The longest content there is. */
export const MOST_BYTES = 4 * 1024 * 1024;
const SPREAD_BYTES = 1024 * 1024;

/** AES in counter mode under a key of zeros: without any pattern, and the same in each process. */
const noise = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(
  Buffer.alloc(MOST_BYTES + SPREAD_BYTES),
);

/**
 * The content that belongs to an id: the same for whoever sends it and for whoever gets it, another one
 * for nearly each id. Nothing is copied.
 */
export function contentOf(id: string, bytes: number): Buffer {
  let mixed = 0x811c9dc5;
  for (let index = 0; index < id.length; index += 1) {
    mixed = Math.imul(mixed ^ id.charCodeAt(index), 0x01000193);
  }
  const offset = (mixed >>> 0) % SPREAD_BYTES;
  return noise.subarray(offset, offset + bytes);
}

/** Holds what comes piece by piece against what should come. */
export class Comparison {
  readonly #expected: Buffer;
  #bytes = 0;
  #differsAt: number | null = null;

  constructor(expected: Buffer) {
    this.#expected = expected;
  }

  take(chunk: Buffer): void {
    const due = this.#expected.subarray(this.#bytes, this.#bytes + chunk.length);
    if (!due.equals(chunk)) this.#differsAt ??= this.#bytes;
    this.#bytes += chunk.length;
  }

  /** In whose first bytes all that came agrees with what should come; the piece in which it does not, by its place. */
  get differsAt(): number | null {
    return this.#differsAt;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** All has come, and nothing else. */
  get isIntact(): boolean {
    return this.#differsAt === null && this.#bytes === this.#expected.length;
  }
}
