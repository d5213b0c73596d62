import { type Pieces, type SlotValues, valueIn, valuesOf } from './slots.ts';

type Slot = keyof SlotValues;

/**
 * A prepared text as it can be compressed before anybody asks for it: `solids[0] holes[0] solids[1] …`.
 *
 * A solid is the same for every request. A hole is not compressed, and has the same number of bytes
 * for every request, so that nothing behind it moves: distances in compressed text count bytes.
 */
export interface Layout {
  /** As UTF-8 bytes, one a character. One more than holes. */
  readonly solids: readonly string[];
  readonly holes: readonly Hole[];
  /** The slots that occur, each once. */
  readonly slots: readonly Slot[];
}

/**
 * From the beginning of a line to two bytes behind its last slot.
 *
 * At the beginning of a line blanks can stand in markup without a difference to the reader, so that is
 * where they make up for values that are shorter than their room. Brotli chooses its code for a byte by
 * the two bytes before it, so these two have to be the same for every request.
 */
export interface Hole {
  /** One more than slots. */
  readonly texts: readonly string[];
  readonly slots: readonly Slot[];
}

/** Room that a value is given: the least of these that it fits in. A reference has 14 bytes, a UUID 36. */
const ROOMS = [14, 40, 128, 512] as const;
const LARGEST_ROOM = 512;
/** The place in `ROOMS` by the length of a value. */
const ROOM_FOR = Uint8Array.from({ length: LARGEST_ROOM + 1 }, (_, length) =>
  ROOMS.findIndex((room) => length <= room),
);

const BYTES_BEHIND = 2;
/** A solid that is shorter is not worth a block of its own. */
const SHORTEST_SOLID = 64;
/** What is not compressed costs bytes: a text with more than this in holes had better stay as it is. */
export const MOST_IN_HOLES = 2048;

/** Lays a prepared text out. */
export function layoutOf({ texts, slots }: Pieces): Layout {
  const solids: string[] = [];
  const holes: { texts: string[]; slots: Slot[] }[] = [];
  slots.forEach((slot, index) => {
    const before = texts[index] ?? '';
    const open = holes.at(-1);
    const behind = open === undefined ? 0 : BYTES_BEHIND;
    const lineStart = before.lastIndexOf('\n') + 1;
    if (open !== undefined && lineStart < behind + SHORTEST_SOLID) {
      open.texts.push(before);
      open.slots.push(slot);
      return;
    }
    open?.texts.push(before.slice(0, behind));
    solids.push(before.slice(behind, lineStart));
    holes.push({ texts: [before.slice(lineStart)], slots: [slot] });
  });
  const rest = texts.at(-1) ?? '';
  const behind = holes.length === 0 ? 0 : BYTES_BEHIND;
  holes.at(-1)?.texts.push(rest.slice(0, behind));
  solids.push(rest.slice(behind));
  return { solids, holes, slots: [...new Set(slots)] };
}

/** The room that each slot of a layout is given for certain values. */
export type Rooms = Readonly<Record<Slot, number>>;

/** A small number that is the same for values that get the same rooms; -1 where a value fits in none. */
export function roomsKey({ slots }: Layout, values: SlotValues): number {
  let key = 0;
  for (const slot of slots) {
    const { length } = valueIn(values, slot);
    if (length > LARGEST_ROOM) return -1;
    key = key * ROOMS.length + (ROOM_FOR[length] ?? 0);
  }
  return key;
}

/** The rooms for values that fit. */
export function roomsFor(values: SlotValues): Rooms {
  return valuesOf((slot) => ROOMS.find((room) => values[slot].length <= room) ?? 0);
}

/** How many bytes a hole has. */
export function widthOf({ texts, slots }: Hole, rooms: Rooms): number {
  const constant = texts.reduce((sum, { length }) => sum + length, 0);
  return slots.reduce((sum, slot) => sum + rooms[slot], constant);
}

const BLANKS = ' '.repeat(MOST_IN_HOLES);

/** What stands in a hole of that width for one request, as UTF-8 bytes, one a character. */
export function fillHole({ texts, slots }: Hole, width: number, values: SlotValues): string {
  let text = texts[0] ?? '';
  for (let index = 0; index < slots.length; index++) {
    text += valueIn(values, slots[index] ?? 'reference') + (texts[index + 1] ?? '');
  }
  return BLANKS.slice(0, width - text.length) + text;
}

/** How many blanks make up for what the values of a hole leave of its width. */
export function paddingOf({ texts, slots }: Hole, width: number, values: SlotValues): number {
  let bytes = 0;
  for (const text of texts) bytes += text.length;
  for (const slot of slots) bytes += valueIn(values, slot).length;
  return width - bytes;
}
