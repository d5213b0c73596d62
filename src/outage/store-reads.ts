import type { FromWorker, Trouble } from './store-messages.ts';

/** A query that came to nothing. `code` says why in one word. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: string;

  constructor({ code, message }: Trouble) {
    super(message);
    this.code = code;
  }
}

/** Queries that the thread of a store has been asked, and has not answered yet. */
export class StoreReads {
  readonly #asked = new Map<number, PromiseWithResolvers<readonly unknown[]>>();

  /** The rows of the query with that id; rejects with a `StoreError`. */
  rows(id: number): Promise<readonly unknown[]> {
    const asked = Promise.withResolvers<readonly unknown[]>();
    this.#asked.set(id, asked);
    return asked.promise;
  }

  answered(answer: FromWorker & { kind: 'rows' | 'unread' }): void {
    const asked = this.#asked.get(answer.id);
    this.#asked.delete(answer.id);
    if (answer.kind === 'rows') asked?.resolve(answer.rows);
    else asked?.reject(new StoreError(answer.trouble));
  }

  /** None of them will be answered. */
  fail(trouble: Trouble): void {
    for (const { reject } of this.#asked.values()) reject(new StoreError(trouble));
    this.#asked.clear();
  }
}
