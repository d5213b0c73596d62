import type { OnReadOpts } from 'node:net';

const BUFFER_BYTES = 64 * 1024;
/** So much in one read is the middle of something long. */
const LONG_BYTES = 16 * 1024;
/** Buffers that are kept for the next long reply. */
const MOST_SPARE = 32;

/** What is read into by all connections that are idle or have little to say. Nobody keeps a view of it. */
const SHARED = Buffer.allocUnsafeSlow(BUFFER_BYTES);
const spare: Buffer[] = [];

/** What became of bytes that were read. */
export interface Aftermath {
  /** Somebody still refers to them, or to some that came before them. */
  readonly isHeld: boolean;
  /** Nothing more is expected on the connection for now. */
  readonly isOver: boolean;
}

/**
 * Has a socket that is about to be opened read without making garbage; it emits no `data` then. The bytes
 * belong to their reader until it has none of them left: `Aftermath` is looked at right after each read.
 *
 * node:net makes a buffer of 64 KiB for each read. Of a long reply the collector took a third of the CPU,
 * and a stream let the memory grow by all that it had not collected yet. Here what is short is copied out of
 * a buffer that all connections share, and what is long has one of its own, which is read into again.
 */
export function readInto(onRead: (bytes: Buffer) => Aftermath): OnReadOpts {
  let own: Buffer | null = null;
  let place: Buffer = SHARED;
  const goOn = (length: number, { isHeld }: Aftermath): void => {
    if (own === null) own = place = spare.pop() ?? newBuffer();
    else if (!isHeld) place = own;
    else if (place.length - length >= LONG_BYTES) place = place.subarray(length);
    else own = place = newBuffer();
  };
  const giveBack = ({ isHeld }: Aftermath): void => {
    if (own !== null && !isHeld && spare.length < MOST_SPARE) spare.push(own);
    own = null;
    place = SHARED;
  };
  return {
    buffer: () => place,
    callback: (length) => {
      const bytes = place.subarray(0, length);
      const aftermath = onRead(own === null ? Buffer.from(bytes) : bytes);
      if (length >= LONG_BYTES && !aftermath.isOver) goOn(length, aftermath);
      else if (own !== null) giveBack(aftermath);
      return true;
    },
  };
}

function newBuffer(): Buffer {
  return Buffer.allocUnsafeSlow(BUFFER_BYTES);
}
