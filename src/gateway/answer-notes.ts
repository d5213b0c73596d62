import type { ClientKind } from '../answer/answer.ts';
import type { ParentLog, Repeated } from '../log.ts';
import type { AnswerFacts } from '../outage/answer-facts.ts';
import type { AnswerCount } from './counts.ts';

/** What tells apart, besides what they are filled from, answers that are noted in different ways. */
export interface AnswerTraits {
  readonly route: number | null;
  readonly method: string;
  readonly kind: ClientKind;
  readonly receivedFrom: string | null;
}

/** What is done for each answer of a kind: it is counted, logged, and kept by its reference. */
export interface AnswerNote {
  readonly count: AnswerCount;
  readonly facts: AnswerFacts;
  readonly log: Repeated;
}

/** Kinds of answers that are filled from one object; far more than there are, so a bound and no policy. */
const KEPT = 200;

/**
 * How answers are noted, by kind: what all of a kind have in common is put into words once.
 *
 * A kind is known by the object that its answers are filled from, and by what is compared here: a text
 * made of all of it, to be looked up, would cost more than the rest of the note.
 */
export class AnswerNotes {
  readonly #log: ParentLog;
  readonly #notes = new WeakMap<object, [AnswerTraits, AnswerNote][]>();

  constructor(log: ParentLog) {
    this.#log = log;
  }

  /** The note for a kind, if it has one. */
  of(source: object, { route, method, kind, receivedFrom }: AnswerTraits): AnswerNote | undefined {
    const notes = this.#notes.get(source);
    if (notes === undefined) return undefined;
    for (const [traits, note] of notes) {
      const isSame = traits.route === route && traits.kind === kind && traits.method === method;
      if (isSame && traits.receivedFrom === receivedFrom) return note;
    }
    return undefined;
  }

  /** Makes the note for a kind. */
  add(
    { source, traits }: { readonly source: object; readonly traits: AnswerTraits },
    { count, facts }: Pick<AnswerNote, 'count' | 'facts'>,
    fields: Record<string, unknown>,
  ): AnswerNote {
    const note = { count, facts, log: this.#log.repeated(fields, 'answered') };
    const notes = this.#notes.get(source) ?? [];
    if (notes.length >= KEPT) notes.length = 0;
    notes.push([traits, note]);
    this.#notes.set(source, notes);
    return note;
  }
}
