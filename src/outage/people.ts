import { randomBytes } from 'node:crypto';
import { Sketch } from './sketch.ts';
import type { Store } from './store.ts';

interface PeopleRow {
  readonly day: string;
  readonly count: number;
  readonly sketch: Uint8Array | null;
}

interface Crowd {
  /** Of the days before. */
  before: number;
  sketch: Sketch;
  hasChanged: boolean;
}

/**
 * How many people each upstream's trouble affects: distinct pairs of address and `User-Agent`.
 *
 * Neither is kept, not even as a hash: the hash goes into a sketch that it cannot be read from. It is
 * salted by a secret of the day, which is deleted with the day, so that nobody can try who was there.
 * Somebody who is affected on two days therefore counts on each.
 */
export class People {
  readonly #store: Store;
  readonly #crowds = new Map<string, Crowd>();
  #day = '';
  #salt: readonly [number, number] = [0, 0];

  constructor(store: Store) {
    this.#store = store;
  }

  /** Takes over the day's salt, or makes one. Never rejects. */
  async start(now: number): Promise<void> {
    const day = dayOf(now);
    const rows = await this.#store.read<{ salt: Uint8Array }>('salts.of', [day]).catch(() => []);
    this.#begin(day, rows[0]?.salt ?? null);
  }

  /** Takes over who was affected before the start. Never rejects. */
  async restore(upstream: string, incident: string): Promise<void> {
    const rows = await this.#store.read<PeopleRow>('people.of', [incident]).catch(() => []);
    let before = 0;
    let sketch = new Sketch();
    for (const { day, count, sketch: kept } of rows) {
      if (day === this.#day && kept !== null) sketch = new Sketch(Uint8Array.from(kept));
      else before += count;
    }
    this.#crowds.set(upstream, { before, sketch, hasChanged: false });
  }

  /** Somebody got an answer in the upstream's place. A hash and an addition: it is on the way of answers. */
  saw(upstream: string, address: string, userAgent: string): void {
    const crowd = this.#crowds.get(upstream) ?? this.#newCrowd(upstream);
    let [high, low] = this.#salt;
    const count = wordsOf(address, userAgent);
    for (let index = 0; index < count; index += 1) {
      const word = WORDS[index] ?? 0;
      high = turned(Math.imul(high ^ word, 0x9e3779b1), 13);
      low = turned(Math.imul(low ^ word, 0x5f356495), 17);
    }
    const isNew = crowd.sketch.add(mixed(high ^ (low >>> 16)), mixed(low ^ (high >>> 15)));
    if (isNew) crowd.hasChanged = true;
  }

  /** Writes down who is affected in an incident, where that has changed; their number then, else null. */
  settle(upstream: string, incident: string): number | null {
    const crowd = this.#crowds.get(upstream);
    if (crowd === undefined || !crowd.hasChanged) return null;
    crowd.hasChanged = false;
    const count = crowd.sketch.count();
    this.#store.write('people.put', [incident, this.#day, count, crowd.sketch.registers]);
    return crowd.before + count;
  }

  /** The upstream is well: those who were seen before then belong to no incident. */
  forget(upstream: string): void {
    this.#crowds.delete(upstream);
  }

  /** Begins another day where it is one. Call it after `settle`. */
  turn(now: number): void {
    const day = dayOf(now);
    if (day === this.#day) return;
    for (const crowd of this.#crowds.values()) {
      crowd.before += crowd.sketch.count();
      crowd.sketch = new Sketch();
    }
    this.#begin(day, null);
  }

  #newCrowd(upstream: string): Crowd {
    const crowd = { before: 0, sketch: new Sketch(), hasChanged: false };
    this.#crowds.set(upstream, crowd);
    return crowd;
  }

  #begin(day: string, kept: Uint8Array | null): void {
    this.#day = day;
    const salt = kept === null ? randomBytes(8) : Buffer.from(kept);
    this.#salt = [salt.readInt32LE(0), salt.readInt32LE(4)];
    if (kept === null) this.#store.write('salts.put', [day, salt]);
    this.#store.write('salts.forget', [day]);
    this.#store.write('people.forget', [day]);
  }
}

/** `2023-07-19`, in UTC. */
function dayOf(now: number): string {
  return new Date(now).toISOString().slice(0, 10);
}

/** Four bytes of a text are hashed at once, in the order of this machine: at half the cost of characters. */
const BYTES = Buffer.alloc(1024);
const WORDS = new Int32Array(BYTES.buffer, BYTES.byteOffset, BYTES.length / 4);

/** Lays out whom to hash, as far as there is room, and says in how many words. */
function wordsOf(address: string, userAgent: string): number {
  let at = 0;
  // A short text is copied by a loop faster than by a call out of JavaScript.
  for (; at < address.length && at < 64; at += 1) BYTES[at] = address.charCodeAt(at);
  BYTES[at] = 0;
  at += 1;
  at += BYTES.write(userAgent, at, 'latin1');
  while (at % 4 !== 0) {
    BYTES[at] = 0;
    at += 1;
  }
  return at / 4;
}

/** The bits turned round, so that the low ones learn of the high ones. */
function turned(bits: number, by: number): number {
  return (bits << by) | (bits >>> (32 - by));
}

/** Spreads what differs in some bits over all of them. */
function mixed(hash: number): number {
  const first = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
  return second ^ (second >>> 16);
}
