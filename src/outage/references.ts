import type { AnswerFacts, AnswerRecord } from './answer-facts.ts';

/** Answers that are kept, of people and of all other clients each. */
const KEPT = 32_768;

/** Bytes of a reference that fit into a slot; ours have 14, a UUID 36. */
const WIDTH = 40;
/** One byte a character, as all that the gateway takes over or makes. */
const IS_REFERENCE = /^[\x21-\x7e]+$/;

/**
 * The latest answers by their reference, for whoever is asked about one.
 *
 * In memory and bounded: an answer costs a slot of a few lists. People have a ring of their own, so that
 * a storm of programs does not push out the references that people read out on the telephone.
 */
export class References {
  readonly #people: Ring;
  readonly #others: Ring;

  constructor(kept: number = KEPT) {
    this.#people = new Ring(kept);
    this.#others = new Ring(kept);
  }

  /** Keeps one answer. */
  add(at: number, reference: string, facts: AnswerFacts): void {
    const ring = facts.clientKind === 'person' ? this.#people : this.#others;
    ring.add(at, reference, facts);
  }

  /** What was answered under a reference, newest first: a trusted proxy may send one twice. */
  find(reference: string): AnswerRecord[] {
    const found = [...this.#people.find(reference), ...this.#others.find(reference)];
    return found.sort((one, other) => other.at - one.at);
  }
}

/**
 * References stand as bytes: as strings each would outlive some rounds of the garbage collector, which
 * copies what does, and has to look through all that is old when enough of it has come together.
 */
class Ring {
  readonly #kept: number;
  readonly #times: Float64Array;
  readonly #bytes: Buffer;
  /** 0 for one that is longer than `WIDTH`. */
  readonly #lengths: Uint8Array;
  /** By slot, those that are longer: a trusted proxy may send such. */
  readonly #long = new Map<number, string>();
  readonly #facts: AnswerFacts[] = [];
  #next = 0;

  constructor(kept: number) {
    this.#kept = kept;
    this.#times = new Float64Array(kept);
    this.#bytes = Buffer.alloc(kept * WIDTH);
    this.#lengths = new Uint8Array(kept);
  }

  add(at: number, reference: string, facts: AnswerFacts): void {
    const slot = this.#next;
    this.#next = slot + 1 === this.#kept ? 0 : slot + 1;
    this.#times[slot] = at;
    if (this.#facts[slot] !== facts) this.#facts[slot] = facts;
    if (this.#long.size > 0) this.#long.delete(slot);
    const { length } = reference;
    if (length > WIDTH) {
      this.#lengths[slot] = 0;
      this.#long.set(slot, reference);
      return;
    }
    this.#lengths[slot] = length;
    const start = slot * WIDTH;
    for (let index = 0; index < length; index += 1) {
      this.#bytes[start + index] = reference.charCodeAt(index);
    }
  }

  find(reference: string): AnswerRecord[] {
    return this.#slotsOf(reference).flatMap((slot) => {
      const facts = this.#facts[slot];
      return facts === undefined ? [] : [{ at: this.#times[slot] ?? 0, reference, facts }];
    });
  }

  #slotsOf(reference: string): number[] {
    if (!IS_REFERENCE.test(reference)) return [];
    if (reference.length > WIDTH) {
      return [...this.#long].flatMap(([slot, known]) => (known === reference ? [slot] : []));
    }
    const slots: number[] = [];
    let at = this.#bytes.indexOf(reference, 0, 'latin1');
    for (; at >= 0; at = this.#bytes.indexOf(reference, at + 1, 'latin1')) {
      const slot = Math.floor(at / WIDTH);
      if (at % WIDTH === 0 && this.#lengths[slot] === reference.length) slots.push(slot);
    }
    return slots;
  }
}
