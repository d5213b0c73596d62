import type { Log } from '../log.ts';
import type { StoreLimits } from './pruning.ts';
import type { Batch, FromWorker, Refusal, Row, SqlValue, Trouble } from './store-messages.ts';
import { StoreError, StoreReads } from './store-reads.ts';
import { StoreThread } from './store-thread.ts';
import type { QueryName, StatementName } from './tables.ts';

/**
 * What outlives the program: one SQLite file, written by a thread of its own.
 *
 * Nobody waits for the disk. A row that is handed over is written within a second, or kept in memory
 * until the disk takes it. What goes wrong with the file is told by the log and by `isWell`; it never
 * throws at who writes.
 */
export interface Store extends AsyncDisposable {
  /** False while what is handed over cannot be written. */
  readonly isWell: boolean;
  readonly counts: Readonly<StoreCounts>;
  /** Hands over one row. Costs a push, and is dropped where too many wait for the disk. */
  write(statement: StatementName, values: readonly SqlValue[]): void;
  /**
   * Asks for rows, with all that was handed over before in them. Rejects with a `StoreError` where the
   * file cannot be read. Names and types of the members of `Row` are the query's own.
   */
  read<Row>(query: QueryName, values?: readonly SqlValue[]): Promise<readonly Row[]>;
  /** How much is kept from now on. */
  limit(limits: StoreLimits): void;
  /** Waits until all rows are written, or cannot be for now. Never rejects. */
  flush(): Promise<void>;
}

/** What became of rows since the start, as plain numbers. */
interface StoreCounts {
  written: number;
  /** There was no more room to wait in. */
  dropped: number;
  /** The database would not have them, which is a fault of this program. */
  refused: number;
  /** Not written yet. */
  waiting: number;
  /** The size of the file with its journal; 0 in memory, and while it is not known. */
  bytes: number;
}

/** Where the store is, and whom it tells of trouble. */
export interface StoreOptions {
  /** An absolute path, or `memory` for none on disk. */
  readonly file: string;
  readonly log: Log;
  /** `read` neither creates the file nor changes it: for commands beside a running gateway. */
  readonly access?: 'write' | 'read';
  /** None: all is kept. */
  readonly limits?: StoreLimits;
}

/** Rows are gathered for so long, or until there are so many, and go over in one message. */
const GATHER_MS = 250;
const BATCH = 500;
/** Rows that wait for the disk, at most. */
const MOST_WAITING = 20_000;
/** Nobody waits longer for the file to open, nor for the last rows to be written. */
const PATIENCE_MS = 3_000;

/** Opens the store; resolves when it is open, or is known to be in trouble, which is no reason to fail. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const store = new WorkerStore(options);
  await within(PATIENCE_MS, store.opened);
  return store;
}

class WorkerStore implements Store {
  readonly counts: StoreCounts = { written: 0, dropped: 0, refused: 0, waiting: 0, bytes: 0 };
  readonly #isOpened = Promise.withResolvers<void>();
  readonly opened = this.#isOpened.promise;
  readonly #options: StoreOptions;
  readonly #reads = new StoreReads();
  /** Handed over to the thread, and not written yet, in order. */
  readonly #posted: Batch[] = [];
  readonly #thread: StoreThread;
  #gathered: Row[] = [];
  #timer: NodeJS.Timeout | null = null;
  #trouble: Trouble | null = null;
  #settled: PromiseWithResolvers<void> | null = null;
  #isClosing = false;
  #lastId = 0;
  #limits: StoreLimits | null;

  constructor(options: StoreOptions) {
    this.#options = options;
    this.#limits = options.limits ?? null;
    this.#thread = this.#begin();
    this.#brief();
  }

  get isWell(): boolean {
    return this.#trouble === null;
  }

  write(statement: StatementName, values: readonly SqlValue[]): void {
    if (this.#isClosing || this.counts.waiting >= MOST_WAITING) {
      this.counts.dropped += 1;
      return;
    }
    this.counts.waiting += 1;
    this.#gathered.push([statement, values]);
    if (this.#gathered.length >= BATCH) this.#post();
    else this.#timer ??= setTimeout(() => this.#post(), GATHER_MS);
  }

  async read<Row>(query: QueryName, values: readonly SqlValue[] = []): Promise<readonly Row[]> {
    if (this.#isClosing) throw new StoreError(CLOSED);
    this.#post();
    const id = this.#nextId();
    this.#thread.tell({ kind: 'read', id, query, values });
    return (await this.#reads.rows(id)) as readonly Row[]; // What a query gives is known where it stands.
  }

  limit(limits: StoreLimits): void {
    this.#limits = limits;
    this.#thread.tell({ kind: 'limit', limits });
  }

  async flush(): Promise<void> {
    this.#post();
    if (this.#posted.length === 0 || this.#trouble !== null) return;
    this.#settled ??= Promise.withResolvers<void>();
    await this.#settled.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosing) return;
    await within(PATIENCE_MS, this.flush());
    this.#isClosing = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await within(PATIENCE_MS, this.#thread.close());
    await this.#thread[Symbol.asyncDispose]();
    this.#reads.fail(CLOSED);
    const { waiting, dropped } = this.counts;
    if (waiting + dropped > 0) this.#options.log.error({ waiting, dropped }, 'store rows lost');
  }

  #post(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#gathered.length === 0) return;
    const batch = { id: this.#nextId(), rows: this.#gathered };
    this.#gathered = [];
    this.#posted.push(batch);
    this.#thread.tell({ kind: 'write', ...batch });
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  #begin(): StoreThread {
    const { file, access = 'write' } = this.#options;
    return new StoreThread(
      { file, access },
      {
        onMessage: (message) => this.#hear(message),
        onError: (error) => this.#troubled({ code: 'thread_died', message: String(error) }),
        onEnd: () => this.#ended(),
        onRestart: () => this.#brief(),
      },
    );
  }

  #ended(): void {
    const trouble = { code: 'thread_died', message: 'the thread of the store has ended' };
    this.#troubled(trouble);
    this.#reads.fail(trouble);
  }

  /** Tells a thread that has just begun how much to keep, and what the one before has not written. */
  #brief(): void {
    if (this.#limits !== null) this.#thread.tell({ kind: 'limit', limits: this.#limits });
    for (const batch of this.#posted) this.#thread.tell({ kind: 'write', ...batch });
  }

  #hear(message: FromWorker): void {
    switch (message.kind) {
      case 'well':
        return this.#well();
      case 'troubled':
        return this.#troubled(message.trouble);
      case 'written':
        return this.#written(message);
      case 'rows':
      case 'unread':
        return this.#reads.answered(message);
      case 'moved_aside':
        this.#options.log.error(
          { file: this.#options.file, to: message.to, problem: message.trouble.message },
          'store corrupt, moved aside, a new one begun',
        );
        return;
    }
  }

  #well(): void {
    if (this.#trouble !== null) this.#options.log.info({ ...this.counts }, 'store written again');
    this.#trouble = null;
    this.#isOpened.resolve();
  }

  #troubled(trouble: Trouble): void {
    if (trouble.code !== this.#trouble?.code) {
      const { code, message } = trouble;
      const { file } = this.#options;
      this.#options.log.error({ file, code, problem: message }, 'store cannot be written');
    }
    this.#trouble = trouble;
    this.#isOpened.resolve();
    this.#settle();
  }

  #written({ id, refused, bytes }: FromWorker & { kind: 'written' }): void {
    const [batch] = this.#posted;
    if (batch?.id !== id) return; // Written by a thread that died before it could say so.
    this.#posted.shift();
    this.counts.waiting -= batch.rows.length;
    this.counts.written += batch.rows.length - refused.length;
    this.counts.bytes = bytes;
    this.#refused(refused);
    if (this.#posted.length === 0) this.#settle();
  }

  #refused(refused: readonly Refusal[]): void {
    this.counts.refused += refused.length;
    for (const { statement, message } of refused) {
      this.#options.log.error({ statement, problem: message }, 'store row refused');
    }
  }

  #settle(): void {
    this.#settled?.resolve();
    this.#settled = null;
  }
}

const CLOSED: Trouble = { code: 'closed', message: 'the store is closed' };

async function within(ms: number, awaited: Promise<unknown>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([awaited, late]);
  clearTimeout(timer);
}
