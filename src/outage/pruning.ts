import type { DatabaseSync } from 'node:sqlite';

/** How much the store may keep. What an incident that is open needs is kept in any case. */
export interface StoreLimits {
  readonly keptMs: number;
  /** Of what is in the file; beyond it the oldest goes first. */
  readonly bytes: number;
}

/**
 * What is older than ?1. Payments whose outcome nobody has looked after stay, however old: somebody may
 * still have to be asked.
 */
const OLDER: readonly string[] = [
  'DELETE FROM incidents WHERE resolved_at < ?1',
  `DELETE FROM people WHERE incident NOT IN (SELECT id FROM incidents)
     AND day < date(?1 / 1000, 'unixepoch')`,
  'DELETE FROM events WHERE at < ?1',
  'DELETE FROM outcomes WHERE at < ?1',
  'DELETE FROM acts WHERE at < ?1',
  'DELETE FROM maintenances WHERE ended_at < ?1',
  'DELETE FROM unknown_outcomes WHERE at < ?1 AND (payment = 0 OR ticked_at IS NOT NULL)',
  'DELETE FROM unknown_overflows WHERE minute < ?1',
];

/** Signals that came to nothing, older than ?1: no incident is near them. */
const STRAY = `
  DELETE FROM events WHERE at < ?1 AND NOT EXISTS (
    SELECT 1 FROM incidents WHERE events.at BETWEEN started_at - 600000
      AND coalesce(resolved_at, events.at) + 7200000)`;
const STRAY_MS = 7 * 24 * 3_600_000;
/** Where there is too much, what is kept gets younger by this factor, but never younger than this. */
const SHRINK = 0.8;
const LEAST_KEPT_MS = 3_600_000;

/** Deletes what is too old, and of what is too much the oldest, and gives the room back to the disk. */
export function prune(database: DatabaseSync, limits: StoreLimits, now: number): void {
  database.prepare(STRAY).run(now - STRAY_MS);
  let { keptMs } = limits;
  removeOlder(database, now - keptMs);
  while (bytesIn(database) > limits.bytes && keptMs > LEAST_KEPT_MS) {
    keptMs = Math.max(LEAST_KEPT_MS, keptMs * SHRINK);
    removeOlder(database, now - keptMs);
  }
  database.exec('PRAGMA incremental_vacuum');
}

function removeOlder(database: DatabaseSync, before: number): void {
  for (const sql of OLDER) database.prepare(sql).run(Math.trunc(before));
}

/** Of what the file holds, without the room that is free in it. */
function bytesIn(database: DatabaseSync): number {
  const row = database
    .prepare(
      `SELECT (page_count - freelist_count) * page_size AS bytes
       FROM pragma_page_count, pragma_freelist_count, pragma_page_size`,
    )
    .get();
  return Number(row?.bytes);
}
