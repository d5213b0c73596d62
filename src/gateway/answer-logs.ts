import type { Log, ParentLog } from '../log.ts';

/** Kinds of answers that are told apart; far more than there are, so a bound and no policy. */
const KEPT = 1000;

/**
 * A log for each kind of answer: what its lines have in common is put into words once, and a line adds
 * its reference. In a storm that is 0.95 of the CPU of an answer.
 */
export class AnswerLogs {
  readonly #parent: ParentLog;
  readonly #logs = new Map<string, Log>();

  constructor(parent: ParentLog) {
    this.#parent = parent;
  }

  /** The log of a kind, if it has one. */
  of(kind: string): Log | undefined {
    return this.#logs.get(kind);
  }

  /** Makes the log of a kind, with the fields that all its lines have. */
  add(kind: string, fields: Readonly<Record<string, unknown>>): Log {
    if (this.#logs.size >= KEPT) this.#logs.clear();
    const log = this.#parent.child(fields);
    this.#logs.set(kind, log);
    return log;
  }
}
