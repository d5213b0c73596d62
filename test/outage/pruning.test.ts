import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { migrate } from '../../src/outage/migrations.ts';
import { prune } from '../../src/outage/pruning.ts';

const NOW = Date.UTC(2023, 6, 19, 15, 24);
const DAY_MS = 86_400_000;
const LIMITS = { keptMs: 400 * DAY_MS, bytes: 50 * 1024 * 1024 };

/** Tables with an incident a day, an event and a step in each, and so many bytes of words. */
function tables(days: number, bytes = 10): DatabaseSync {
  const database = new DatabaseSync(':memory:');
  database.exec('PRAGMA auto_vacuum = INCREMENTAL');
  migrate(database);
  const incident = database.prepare(
    `INSERT INTO incidents VALUES (?, 'app', '[]', ?2, ?2, ?3, '[]', '[]', 0, NULL, ?2, '[]', 0, '{}')`,
  );
  const event = database.prepare(
    `INSERT INTO events VALUES (NULL, NULL, ?, 'verdict', 'probe', 'app', ?, '{}')`,
  );
  const step = database.prepare(`INSERT INTO outcomes VALUES ('app', ?, 10000, 1, 0, 0, 0)`);
  for (let age = 0; age < days; age += 1) {
    const at = NOW - age * DAY_MS;
    incident.run(`incident-${age}`, at, age === days - 1 ? null : at + 1_000);
    event.run(at, 'x'.repeat(bytes));
    step.run(at);
  }
  return database;
}

function count(database: DatabaseSync, table: string): number {
  return Number(database.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.count);
}

test('what is older than the limit goes, with all that belongs to it, but for what is open', () => {
  const database = tables(500);
  prune(database, LIMITS, NOW);
  expect(count(database, 'incidents')).toBe(400 + 1 + 1); // Today's, and the oldest, which is open.
  expect(count(database, 'events')).toBe(401);
  expect(count(database, 'outcomes')).toBe(401);
});

test('of what is too much the oldest goes', () => {
  const database = tables(300, 20_000);
  prune(database, { ...LIMITS, bytes: 1024 * 1024 }, NOW);
  const left = count(database, 'events');
  expect(left).toBeGreaterThan(20);
  expect(left).toBeLessThan(60);
  const newest = database.prepare('SELECT max(at) AS at FROM events').get();
  expect(newest).toEqual({ at: NOW });
});

test('the last hour is kept, however little room there is', () => {
  const database = tables(3);
  const add = database.prepare(
    `INSERT INTO events VALUES (NULL, NULL, ?, 'verdict', 'probe', 'app', 'late', '{}')`,
  );
  for (const minutes of [59, 61, 90]) add.run(NOW - minutes * 60_000);
  prune(database, { ...LIMITS, bytes: 1 }, NOW);
  const words = database.prepare('SELECT at FROM events ORDER BY at').all();
  expect(words).toEqual([{ at: NOW - 59 * 60_000 }, { at: NOW }]);
});

test('the room of what goes is given back to the disk', () => {
  const database = tables(300, 20_000);
  const pages = () => Number(database.prepare('PRAGMA page_count').get()?.page_count);
  const before = pages();
  prune(database, { ...LIMITS, bytes: 1024 * 1024 }, NOW);
  expect(pages()).toBeLessThan(before / 4);
});

test('signals that came to nothing are kept for a week', () => {
  const database = tables(1);
  const add = database.prepare(
    `INSERT INTO events VALUES (NULL, NULL, ?, 'verdict', 'probe', 'app', 'stray', '{}')`,
  );
  for (const days of [1, 6, 8, 30]) add.run(NOW - days * DAY_MS);
  prune(database, LIMITS, NOW);
  expect(count(database, 'events')).toBe(1 + 2);
});

test('a payment with an unknown outcome is kept until somebody has looked after it', () => {
  const database = tables(1);
  const add = database.prepare(
    `INSERT INTO unknown_outcomes
      (at, reference, upstream, method, client_kind, status, payment, ticked_at)
     VALUES (?, 'r', 'app', 'POST', 'person', 504, ?, ?)`,
  );
  const at = NOW - 500 * DAY_MS;
  add.run(at, 1, null);
  add.run(at, 1, NOW);
  add.run(at, 0, null);
  prune(database, LIMITS, NOW);
  expect(count(database, 'unknown_outcomes')).toBe(1);
});
