import type { DatabaseSync } from 'node:sqlite';
import { DatabaseError } from './database-error.ts';
import { INCIDENT_TABLES } from './tables/incidents.ts';
import { OPERATION_TABLES } from './tables/operations.ts';
import { OUTBOX_TABLES } from './tables/outbox.ts';
import { UNKNOWN_OUTCOME_TABLES } from './tables/unknown-outcomes.ts';

/**
 * What makes one version of the tables of the one before; the first makes them of nothing.
 *
 * One that was released is never changed and never moved: a table that has to differ gets another
 * migration at the end.
 */
export const MIGRATIONS: readonly string[] = [
  INCIDENT_TABLES,
  OPERATION_TABLES,
  OUTBOX_TABLES,
  UNKNOWN_OUTCOME_TABLES,
];

/** "CAND", by which the file is known as ours. */
const APPLICATION_ID = 0x43414e44;

/**
 * Throws a `DatabaseError` where the file is another program's, or of a later version of this one, which
 * only that version may write, or of an earlier one that nobody may bring up to date. Writes nothing.
 */
export function refuseForeign(database: DatabaseSync, access: 'write' | 'read'): void {
  const isOurs = pragma(database, 'application_id') === APPLICATION_ID;
  if (!isOurs && (access === 'read' || hasTables(database))) {
    throw new DatabaseError('not_a_store', 'the file is a database of another program');
  }
  const version = pragma(database, 'user_version');
  const versions = `the file has version ${version} of the tables, this program ${MIGRATIONS.length}`;
  if (version > MIGRATIONS.length) throw new DatabaseError('newer_schema', versions);
  if (version < MIGRATIONS.length && access === 'read') {
    throw new DatabaseError('older_schema', versions);
  }
}

/** Brings the tables up to date, all or nothing. */
export function migrate(database: DatabaseSync): void {
  if (pragma(database, 'user_version') === MIGRATIONS.length) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    // Another program may have done it while this one waited for the lock.
    for (const sql of MIGRATIONS.slice(pragma(database, 'user_version'))) database.exec(sql);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}

function hasTables(database: DatabaseSync): boolean {
  return database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() !== undefined;
}
