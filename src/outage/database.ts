import { closeSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { DatabaseError } from './database-error.ts';
import { migrate, refuseForeign } from './migrations.ts';
import { prune, type StoreLimits } from './pruning.ts';
import type { Refusal, Row, SqlValue, StoreWorkerData } from './store-messages.ts';
import { QUERIES, type QueryName, STATEMENTS, type StatementName } from './tables.ts';

/** Why nothing can be written, or read: SQLite's primary result codes that are nobody's row's fault. */
const CODES: Readonly<Record<number, string>> = {
  3: 'not_permitted',
  5: 'locked',
  6: 'locked',
  7: 'out_of_memory',
  8: 'read_only',
  9: 'interrupted',
  10: 'disk_error',
  11: 'corrupt',
  13: 'disk_full',
  14: 'cannot_open',
  15: 'locked',
  22: 'file_too_large',
  23: 'not_permitted',
  26: 'corrupt',
};

/** How long another program may hold the file before a write counts as failed. */
const BUSY_MS = 2_000;
/** Of the journal, after it was taken over into the file. */
const JOURNAL_BYTES = 4 * 1024 * 1024;
/** What stands beside the file while it is open. */
const JOURNALS = ['-wal', '-shm'] as const;

/** The open file. All of it waits for the disk, so it lives in a thread of its own. */
export class Database implements Disposable {
  readonly #database: DatabaseSync;
  readonly #file: string;
  /** Of the file that is open and of its journal, whatever stands under their names later. */
  readonly #identities: readonly (readonly [file: string, identity: string])[];
  readonly #prepared = new Map<StatementName | QueryName, StatementSync>();

  private constructor(database: DatabaseSync, file: string) {
    this.#database = database;
    this.#file = file;
    const files = file === '' ? [] : [file, ...JOURNALS.map((end) => file + end)];
    this.#identities = files.map((each) => [each, identityOf(each)]);
  }

  /** Opens the file, makes it where there is none, and brings its tables up to date. Throws a `DatabaseError`. */
  static open({ file, access }: StoreWorkerData): Database {
    const isInMemory = file === 'memory';
    return guarded(() => {
      if (!isInMemory && access === 'write') prepareFile(file);
      const options = { readOnly: access === 'read', timeout: BUSY_MS };
      const database = new DatabaseSync(isInMemory ? ':memory:' : file, options);
      try {
        setUp(database, access);
      } catch (error) {
        database.close();
        throw error;
      }
      return new Database(database, isInMemory ? '' : file);
    });
  }

  /** The size of the file with its journal; 0 in memory. */
  get bytes(): number {
    return this.#file === '' ? 0 : sizeOf(this.#file) + sizeOf(`${this.#file}-wal`);
  }

  /**
   * Writes all rows or, with a `DatabaseError`, none. Those that the database would not have on any disk
   * are left out and returned.
   */
  write(rows: readonly Row[]): Refusal[] {
    return guarded(() => {
      this.#expectFile();
      this.#database.exec('BEGIN IMMEDIATE');
      try {
        const refused = rows.flatMap((row) => this.#run(row));
        this.#database.exec('COMMIT');
        return refused;
      } catch (error) {
        // A full disk has rolled back by itself.
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
        throw error;
      }
    });
  }

  /** Throws a `DatabaseError` where the file cannot be read. */
  read(query: QueryName, values: readonly SqlValue[]): unknown[] {
    return guarded(() => this.#statement(query, QUERIES[query]).all(...values));
  }

  /** Deletes what is beyond the limits. Throws a `DatabaseError`. */
  prune(limits: StoreLimits): void {
    guarded(() => prune(this.#database, limits, Date.now()));
  }

  [Symbol.dispose](): void {
    if (this.#database.isOpen) this.#database.close();
  }

  /**
   * A file that was deleted takes rows as if nothing had happened, and is gone with the program. Its journal
   * must go before another one is opened in its place: SQLite would take it for the other's.
   */
  #expectFile(): void {
    const [own, ...journals] = this.#identities;
    if (own === undefined || identityOf(own[0]) === own[1]) return;
    for (const [file, identity] of journals)
      if (identityOf(file) === identity) rmSync(file, { force: true });
    throw new DatabaseError('file_gone', `${own[0]} was deleted, or is another file now`);
  }

  #run([name, values]: Row): Refusal[] {
    try {
      this.#statement(name, STATEMENTS[name]).run(...values);
      return [];
    } catch (error) {
      if (codeOf(error) !== null) throw error;
      return [{ statement: name, message: error instanceof Error ? error.message : String(error) }];
    }
  }

  #statement(name: StatementName | QueryName, sql: string): StatementSync {
    const known = this.#prepared.get(name);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#prepared.set(name, statement);
    return statement;
  }
}

/** Gives a file that is broken another name, which is returned, and its journal with it. */
export function moveAside(file: string): string {
  const time = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  const aside = `${file}.corrupt-${time}Z`;
  renameSync(file, aside);
  for (const end of JOURNALS) {
    if (sizeOf(file + end) > 0) renameSync(file + end, aside + end);
  }
  return aside;
}

/** Only its owner may read it: it tells of clients' failed payments. */
function prepareFile(file: string): void {
  const descriptor = openSync(file, constantsOf(file), 0o600);
  const head = Buffer.alloc(100);
  const length = readSync(descriptor, head, 0, head.length, 0);
  closeSync(descriptor);
  // A slip in the settings must not move a text aside, or write into it.
  if (length > 0 && !head.subarray(0, length).includes(0)) {
    throw new DatabaseError('not_a_store', `${file} is a text, and no database`);
  }
}

/** A file that is there is opened as it is, so that one that cannot be written is still read. */
function constantsOf(file: string): 'r' | 'a+' {
  return statSync(file, { throwIfNoEntry: false }) === undefined ? 'a+' : 'r';
}

function setUp(database: DatabaseSync, access: StoreWorkerData['access']): void {
  refuseForeign(database, access);
  if (access === 'read') return;
  // Before there are tables, or never. It lets the file shrink when old incidents go.
  database.exec('PRAGMA auto_vacuum = INCREMENTAL');
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA journal_size_limit = ${JOURNAL_BYTES}`);
  // A crash of the program loses nothing that was committed, one of the machine the last moments.
  database.exec('PRAGMA synchronous = NORMAL');
  const found = database.prepare('PRAGMA quick_check(1)').get()?.quick_check;
  if (found !== 'ok') throw new DatabaseError('corrupt', String(found));
  migrate(database);
}

/** What the system says of the disk comes as a `DatabaseError`, whoever says it. */
function guarded<Value>(act: () => Value): Value {
  try {
    return act();
  } catch (error) {
    const code = codeOf(error);
    if (code === null || error instanceof DatabaseError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new DatabaseError(code, message, { cause: error });
  }
}

/** One word for the trouble that the file is in; null where the error is another. */
function codeOf(error: unknown): string | null {
  if (error instanceof DatabaseError) return error.code;
  if (!(error instanceof Error)) return null;
  if ('errcode' in error) return CODES[Number(error.errcode) & 0xff] ?? null;
  if (!('syscall' in error) || !('code' in error)) return null;
  return SYSTEM_CODES[String(error.code)] ?? 'cannot_open';
}

const SYSTEM_CODES: Readonly<Record<string, string>> = {
  EACCES: 'not_permitted',
  EPERM: 'not_permitted',
  ENOSPC: 'disk_full',
  EDQUOT: 'disk_full',
  EROFS: 'read_only',
};

/** Empty where there is no such file. */
function identityOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? '' : `${found.dev} ${found.ino}`;
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
