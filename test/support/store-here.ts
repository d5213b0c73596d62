import { onTestFinished } from 'vitest';
import { Database } from '../../src/outage/database.ts';
import type { Store } from '../../src/outage/store.ts';
import type { SqlValue } from '../../src/outage/store-messages.ts';
import type { QueryName, StatementName } from '../../src/outage/tables.ts';

/**
 * A store in the thread of the running test, in memory: the database itself, its tables and statements,
 * without the thread that they live in otherwise, which takes longer to start than most tests to run.
 */
export function storeHere(): StoreHere {
  const store = new StoreHere();
  onTestFinished(() => store[Symbol.asyncDispose]());
  return store;
}

class StoreHere implements Store {
  /** While true, nothing can be read, and what is written waits: here it is written at once. */
  isTroubled = false;
  readonly counts = { written: 0, dropped: 0, refused: 0, waiting: 0, bytes: 0 };
  readonly #database = Database.open({ file: 'memory', access: 'write' });
  #isClosed = false;

  get isWell(): boolean {
    return !this.#isClosed && !this.isTroubled;
  }

  /** Throws for a row that the database would not have: that is a fault of whoever has written it. */
  write(statement: StatementName, values: readonly SqlValue[]): void {
    if (this.#isClosed) return;
    const [refused] = this.#database.write([[statement, values]]);
    if (refused !== undefined) throw new Error(`${statement}: ${refused.message}`);
    this.counts.written += 1;
  }

  async read<Row>(query: QueryName, values: readonly SqlValue[] = []): Promise<readonly Row[]> {
    if (this.#isClosed) throw new Error('the store is closed');
    if (this.isTroubled) throw new Error('the store is in trouble');
    return this.#database.read(query, values) as Row[]; // What a query gives is known where it stands.
  }

  limit(): void {}

  async flush(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#database[Symbol.dispose]();
  }
}
