/**
 * What differs from one request to the next, as one marker character each. Everything around the
 * markers is prepared once and kept, so that an answer in a storm costs a few string joins.
 *
 * The markers are Unicode noncharacters: `withoutMarkers` takes them out of every text that comes
 * from outside, so nobody but this program can place one.
 */
export const SLOT = {
  reference: '\uFDD0',
  retry: '\uFDD1',
  retryText: '\uFDD2',
  returnTo: '\uFDD3',
  streamRetry: '\uFDD4',
} as const;

/** The values of one request, in the order of their markers; every value is ASCII. */
export interface SlotValues {
  readonly reference: string;
  readonly retry: string;
  readonly retryText: string;
  readonly returnTo: string;
  readonly streamRetry: string;
}

/** A text that was cut at its markers: `texts[0] slots[0] texts[1] slots[1] … texts[n]`. */
export interface Pieces {
  readonly texts: readonly string[];
  readonly slots: readonly (keyof SlotValues)[];
  /** Bytes of all texts together, as UTF-8. */
  readonly bytes: number;
  /** The texts as bytes, where one of them is not ASCII; else null. */
  readonly buffers: readonly Buffer[] | null;
}

const MARKERS = /[\uFDD0-\uFDD4]/g;
const NAME_OF: Readonly<Record<string, keyof SlotValues>> = {
  [SLOT.reference]: 'reference',
  [SLOT.retry]: 'retry',
  [SLOT.retryText]: 'retryText',
  [SLOT.returnTo]: 'returnTo',
  [SLOT.streamRetry]: 'streamRetry',
};

/** A text from outside, without characters that could be taken for a marker. */
export function withoutMarkers(text: string): string {
  return text.replace(MARKERS, '');
}

/** Cuts a whole prepared text at its markers. */
export function cut(text: string): Pieces {
  const texts = text.split(MARKERS);
  const buffers = texts.map((part) => Buffer.from(part));
  const bytes = buffers.reduce((sum, part) => sum + part.length, 0);
  return {
    texts,
    slots: [...text.matchAll(MARKERS)].map(([marker]) => NAME_OF[marker] ?? 'reference'),
    bytes,
    buffers: bytes === texts.reduce((sum, part) => sum + part.length, 0) ? null : buffers,
  };
}

/** The whole text for one request: an ASCII string, or UTF-8 bytes. */
export function join(pieces: Pieces, values: SlotValues): string | Buffer {
  if (pieces.buffers !== null) return joinBuffers(pieces, pieces.buffers, values);
  const { texts, slots } = pieces;
  let whole = texts[0] ?? '';
  for (let index = 0; index < slots.length; index++) {
    whole += values[slots[index] ?? 'reference'] + (texts[index + 1] ?? '');
  }
  return whole;
}

/** How many bytes `join` gives: exact, because the values are ASCII. */
export function joinedBytes({ slots, bytes }: Pieces, values: SlotValues): number {
  let sum = bytes;
  for (const slot of slots) sum += values[slot].length;
  return sum;
}

// Measured over whole requests for a page of 14 KB: 26 µs with bytes, 34 µs as a string that Node encodes again.
function joinBuffers(pieces: Pieces, buffers: readonly Buffer[], values: SlotValues): Buffer {
  const whole = Buffer.allocUnsafe(joinedBytes(pieces, values));
  let at = 0;
  for (let index = 0; index < buffers.length; index++) {
    const part = buffers[index];
    if (part !== undefined) {
      whole.set(part, at);
      at += part.length;
    }
    const slot = pieces.slots[index];
    if (slot !== undefined) at += whole.write(values[slot], at, 'latin1');
  }
  return whole;
}
