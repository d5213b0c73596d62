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

/** The values of one request, in the order of their markers, as UTF-8 bytes, one a character. */
export interface SlotValues {
  readonly reference: string;
  readonly retry: string;
  readonly retryText: string;
  readonly returnTo: string;
  readonly streamRetry: string;
}

/** One value for each slot. */
export function valuesOf<Value>(
  valueFor: (slot: keyof SlotValues) => Value,
): Record<keyof SlotValues, Value> {
  return {
    reference: valueFor('reference'),
    retry: valueFor('retry'),
    retryText: valueFor('retryText'),
    returnTo: valueFor('returnTo'),
    streamRetry: valueFor('streamRetry'),
  };
}

/** The value of a slot. A member whose name varies is looked up in a table; these are not. */
export function valueIn(values: SlotValues, slot: keyof SlotValues): string {
  switch (slot) {
    case 'reference':
      return values.reference;
    case 'returnTo':
      return values.returnTo;
    case 'retry':
      return values.retry;
    case 'retryText':
      return values.retryText;
    case 'streamRetry':
      return values.streamRetry;
  }
}

/** A text that was cut at its markers: `texts[0] slots[0] texts[1] slots[1] … texts[n]`. */
export interface Pieces {
  /** As UTF-8 bytes, one a character. */
  readonly texts: readonly string[];
  readonly slots: readonly (keyof SlotValues)[];
  /** Bytes of all texts together. */
  readonly bytes: number;
}

const MARKERS = /[\uFDD0-\uFDD4]/g;
const NAME_OF: Readonly<Record<string, keyof SlotValues>> = {
  [SLOT.reference]: 'reference',
  [SLOT.retry]: 'retry',
  [SLOT.retryText]: 'retryText',
  [SLOT.returnTo]: 'returnTo',
  [SLOT.streamRetry]: 'streamRetry',
};

/** Controls but for tab and line feed, marks that turn the direction of what follows, noncharacters. */
const NOT_TEXT =
  /(?![\t\n])[\p{Cc}\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF\p{Noncharacter_Code_Point}]/gu;

/**
 * A text from outside, without what could be taken for a marker, and without anything else that no
 * text of a page, an XML or a line may hold.
 */
export function withoutMarkers(text: string): string {
  return text.toWellFormed().replace(NOT_TEXT, '');
}

/** Cuts a whole prepared text at its markers. */
export function cut(text: string): Pieces {
  const texts = text.split(MARKERS).map(bytesOf);
  return {
    texts,
    slots: [...text.matchAll(MARKERS)].map(([marker]) => NAME_OF[marker] ?? 'reference'),
    bytes: texts.reduce((sum, part) => sum + part.length, 0),
  };
}

/**
 * A text as its UTF-8 bytes, one a character. Written as `latin1` it leaves with the head in one
 * write and is encoded by nobody, at about 0.8 of what a storm of pages costs as buffers.
 */
export function bytesOf(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** The whole text for one request, as UTF-8 bytes, one a character. */
export function join({ texts, slots }: Pieces, values: SlotValues): string {
  let whole = texts[0] ?? '';
  for (let index = 0; index < slots.length; index++) {
    whole += valueIn(values, slots[index] ?? 'reference') + (texts[index + 1] ?? '');
  }
  return whole;
}

/** How many bytes `join` gives: exact, because the values are bytes, too. */
export function joinedBytes({ slots, bytes }: Pieces, values: SlotValues): number {
  let sum = bytes;
  for (const slot of slots) sum += valueIn(values, slot).length;
  return sum;
}
