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
    for (const text of [address, userAgent]) {
      for (let index = 0; index < text.length; index += 1) {
        const code = text.charCodeAt(index);
        high = Math.imul(high ^ code, 0x9e3779b1);
        low = Math.imul(low ^ code, 0x5f356495);
      }
      high = Math.imul(high ^ (low >>> 15), 0x85ebca6b);
      low = Math.imul(low ^ (high >>> 13), 0xc2b2ae35);
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

/** Spreads what differs in some bits over all of them. */
function mixed(hash: number): number {
  const first = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
  return second ^ (second >>> 16);
}
