import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Log } from '../log.ts';
import { CODINGS, type Coding } from './accept-encoding.ts';
import { encode } from './encode.ts';
import type { Encoded } from './encoded.ts';
import {
  type Layout,
  layoutOf,
  MOST_IN_HOLES,
  type Rooms,
  roomsFor,
  roomsKey,
  widthOf,
} from './layout.ts';
import type { Pieces, SlotValues } from './slots.ts';

/** Pages that wait to be compressed; who comes beyond them is asked to come again. */
const MOST_WAITING = 64;

/**
 * Compresses pages behind the back of the requests that ask for them, one page at a time for each
 * coding: however many pages there are, this never takes more than two threads of the pool.
 */
export class EncodingLine {
  readonly #log: Log;
  readonly #last = new Map<Coding, Promise<void>>();
  #waiting = 0;
  #hasFailed = false;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Null where too many wait already. Resolves with null where the page cannot be had in that coding. */
  add(layout: Layout, rooms: Rooms, coding: Coding): Promise<Encoded | null> | null {
    if (this.#waiting >= MOST_WAITING) return null;
    this.#waiting += 1;
    const encoded = this.#after(this.#last.get(coding), { layout, rooms, coding });
    this.#last.set(
      coding,
      encoded.then(() => undefined),
    );
    return encoded;
  }

  async #after(
    before: Promise<void> | undefined,
    { layout, rooms, coding }: { layout: Layout; rooms: Rooms; coding: Coding },
  ): Promise<Encoded | null> {
    // The request that asked is answered first.
    await (before ?? nextTurn());
    try {
      return await encode(layout, rooms, coding);
    } catch (error) {
      // Clients get the text as it is; the log says it once, or each change of a page would repeat it.
      if (!this.#hasFailed)
        this.#log.error({ err: error, coding }, 'a page could not be compressed');
      this.#hasFailed = true;
      return null;
    } finally {
      this.#waiting -= 1;
    }
  }
}

/**
 * A prepared page in the codings that were asked for.
 *
 * Nobody waits for it: whoever asks first gets the page in another coding, or as it is, and it is made
 * for those who ask next.
 */
export class CodedPage {
  readonly #line: EncodingLine;
  readonly #layout: Layout;
  /** By coding and rooms; null while it is made, and where it cannot be had. */
  readonly #made = new Map<number, Encoded | null>();

  constructor(pieces: Pieces, line: EncodingLine) {
    this.#line = line;
    this.#layout = layoutOf(pieces);
  }

  /** The page in the first of these codings that there is, for values of these lengths; null: as it is. */
  in(codings: readonly Coding[], values: SlotValues): Encoded | null {
    const key = roomsKey(this.#layout, values);
    if (key < 0) return null;
    for (const coding of codings) {
      const place = key * CODINGS.length + CODINGS.indexOf(coding);
      const made = this.#made.get(place);
      if (made != null) return made;
      if (made === undefined) this.#make(place, coding, values);
    }
    return null;
  }

  #make(place: number, coding: Coding, values: SlotValues): void {
    const rooms = roomsFor(values);
    const bytes = this.#layout.holes.reduce((sum, hole) => sum + widthOf(hole, rooms), 0);
    const encoded = bytes > MOST_IN_HOLES ? undefined : this.#line.add(this.#layout, rooms, coding);
    if (encoded === null) return;
    this.#made.set(place, null);
    // `add` never rejects.
    void encoded?.then((page) => this.#made.set(place, page));
  }
}
