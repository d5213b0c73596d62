import type { ParentLog, Repeated } from '../log.ts';
import type { AnswerCount } from './counts.ts';

/** What is done for each answer of a kind: it is counted, and logged. */
export interface AnswerNote {
  readonly count: AnswerCount;
  readonly log: Repeated;
}

/**
 * How answers are noted, by kind: what all of a kind have in common is put into words once.
 *
 * A kind is known by the object that its answers are filled from, and by the rest of what is logged. In
 * a storm that is 0.8 of the CPU of an answer that is looked at field by field.
 */
export class AnswerNotes {
  readonly #log: ParentLog;
  readonly #notes = new WeakMap<object, Map<string, AnswerNote>>();

  constructor(log: ParentLog) {
    this.#log = log;
  }

  /** The note for a kind, if it has one. */
  of(source: object, rest: string): AnswerNote | undefined {
    return this.#notes.get(source)?.get(rest);
  }

  /** Makes the note for a kind. */
  add(
    { source, rest }: { readonly source: object; readonly rest: string },
    { count, fields }: { readonly count: AnswerCount; readonly fields: Record<string, unknown> },
  ): AnswerNote {
    const note = { count, log: this.#log.repeated(fields, 'answered') };
    const notes = this.#notes.get(source) ?? new Map<string, AnswerNote>();
    this.#notes.set(source, notes.set(rest, note));
    return note;
  }
}
