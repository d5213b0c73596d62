import { parentPort, workerData } from 'node:worker_threads';
import { Database, moveAside } from './database.ts';
import { DatabaseError } from './database-error.ts';
import type { StoreLimits } from './pruning.ts';
import type { Batch, FromWorker, StoreWorkerData, ToWorker, Trouble } from './store-messages.ts';

/** How soon a file that could not be written is tried again; doubles up to the longest wait. */
const RETRY_MS = 500;
const MOST_RETRY_MS = 10_000;
/** How often what is too old, or too much, is looked for. */
const PRUNE_MS = 600_000;

/** The thread of the store: keeps the file open, writes batches in their order, and tries again what failed. */
class Keeper {
  readonly #data: StoreWorkerData;
  readonly #tell: (message: FromWorker) => void;
  readonly #queue: Batch[] = [];
  #database: Database | null = null;
  #retry: NodeJS.Timeout | null = null;
  #retryMs = RETRY_MS;
  #limits: StoreLimits | null = null;
  #prunedAt = 0;

  constructor(data: StoreWorkerData, tell: (message: FromWorker) => void) {
    this.#data = data;
    this.#tell = tell;
    this.#work();
  }

  hear(message: ToWorker): void {
    switch (message.kind) {
      case 'write':
        this.#queue.push(message);
        // What waits for a disk in trouble waits in its order.
        if (this.#retry === null) this.#work();
        return;
      case 'read':
        return this.#read(message);
      case 'limit':
        this.#limits = message.limits;
        return this.#prune();
      case 'close':
        return this.#close();
    }
  }

  /** One last try, and nothing is left that would keep the thread. */
  #close(): void {
    if (this.#retry !== null) this.#work();
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#database?.[Symbol.dispose]();
    parentPort?.close();
  }

  #work(): void {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
    try {
      this.#drain();
      if (Date.now() - this.#prunedAt >= PRUNE_MS) this.#prune();
      this.#retryMs = RETRY_MS;
      this.#tell({ kind: 'well' });
    } catch (error) {
      this.#failed(error);
    }
  }

  #drain(): void {
    const database = this.#open();
    for (let batch = this.#queue[0]; batch !== undefined; batch = this.#queue[0]) {
      const refused = database.write(batch.rows);
      this.#queue.shift();
      this.#tell({ kind: 'written', id: batch.id, refused, bytes: database.bytes });
    }
  }

  #prune(): void {
    if (this.#limits === null) return;
    this.#prunedAt = Date.now();
    try {
      this.#open().prune(this.#limits);
    } catch {
      // The next write meets the same trouble and tells of it; what is too old can wait.
    }
  }

  #read({ id, query, values }: ToWorker & { kind: 'read' }): void {
    try {
      this.#tell({ kind: 'rows', id, rows: this.#open().read(query, values) });
    } catch (error) {
      this.#tell({ kind: 'unread', id, trouble: troubleOf(error) });
    }
  }

  #open(): Database {
    this.#database ??= Database.open(this.#data);
    return this.#database;
  }

  /** Opened again the next time: what the error has left of the connection is not relied upon. */
  #failed(error: unknown): void {
    const trouble = troubleOf(error);
    this.#database?.[Symbol.dispose]();
    this.#database = null;
    this.#tell({ kind: 'troubled', trouble });
    if (trouble.code === 'corrupt' && this.#data.access === 'write') this.#moveAside(trouble);
    this.#retry = setTimeout(() => this.#work(), this.#retryMs);
    this.#retryMs = Math.min(2 * this.#retryMs, MOST_RETRY_MS);
  }

  #moveAside(trouble: Trouble): void {
    try {
      this.#tell({ kind: 'moved_aside', to: moveAside(this.#data.file), trouble });
      this.#retryMs = 0;
    } catch (error) {
      this.#tell({ kind: 'troubled', trouble: troubleOf(error) });
    }
  }
}

function troubleOf(error: unknown): Trouble {
  if (error instanceof DatabaseError) return { code: error.code, message: error.message };
  return { code: 'fault', message: error instanceof Error ? error.message : String(error) };
}

const keeper = new Keeper(workerData, (message) => parentPort?.postMessage(message));
parentPort?.on('message', (message: ToWorker) => keeper.hear(message));
