import type { AnswerFacts, AnswerRecord } from './answer-facts.ts';

/** Answers that are kept, of people and of all other clients each. */
const KEPT = 32_768;

/**
 * The latest answers by their reference, for whoever is asked about one.
 *
 * In memory and bounded: an answer costs a slot of three lists. People have a ring of their own, so that
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

class Ring {
  readonly #kept: number;
  readonly #times: Float64Array;
  readonly #references: string[] = [];
  readonly #facts: AnswerFacts[] = [];
  #next = 0;

  constructor(kept: number) {
    this.#kept = kept;
    this.#times = new Float64Array(kept);
  }

  add(at: number, reference: string, facts: AnswerFacts): void {
    const slot = this.#next;
    this.#times[slot] = at;
    this.#references[slot] = reference;
    this.#facts[slot] = facts;
    this.#next = slot + 1 === this.#kept ? 0 : slot + 1;
  }

  find(reference: string): AnswerRecord[] {
    const found: AnswerRecord[] = [];
    let slot = this.#references.indexOf(reference);
    for (; slot >= 0; slot = this.#references.indexOf(reference, slot + 1)) {
      const facts = this.#facts[slot];
      if (facts !== undefined) found.push({ at: this.#times[slot] ?? 0, reference, facts });
    }
    return found;
  }
}
