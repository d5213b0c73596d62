import type { AnswerFacts, AnswerRecord } from './answer-facts.ts';
import { References } from './references.ts';
import type { Store } from './store.ts';
import { type UnknownOutcome, UnknownOutcomes } from './unknown-outcomes.ts';

/** What is known of a reference. */
export interface FoundReference {
  readonly answers: readonly AnswerRecord[];
  /** Kept longer than the answers. */
  readonly unknownOutcomes: readonly UnknownOutcome[];
}

/** What the gateway has answered: the latest answers by reference, and all writes with unknown outcome. */
export class AnswerLog implements Disposable {
  readonly unknownOutcomes: UnknownOutcomes;
  readonly #references = new References();

  constructor(store: Store) {
    this.unknownOutcomes = new UnknownOutcomes(store);
  }

  /** Keeps one answer. Waits for nothing. */
  record(reference: string, facts: AnswerFacts): void {
    const at = Date.now();
    this.#references.add(at, reference, facts);
    if (facts.isUnknownWrite) this.unknownOutcomes.add(at, reference, facts);
  }

  /** All that is known of a reference. Rejects as `Store.read`. */
  async find(reference: string): Promise<FoundReference> {
    return {
      answers: this.#references.find(reference),
      unknownOutcomes: await this.unknownOutcomes.withReference(reference),
    };
  }

  [Symbol.dispose](): void {
    this.unknownOutcomes[Symbol.dispose]();
  }
}
