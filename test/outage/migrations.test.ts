import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { Archive } from '../../src/outage/archive.ts';
import { Incidents } from '../../src/outage/incidents.ts';
import { MIGRATIONS, migrate } from '../../src/outage/migrations.ts';
import { outcomesBetween } from '../../src/outage/outcomes.ts';
import { linesInto } from '../support/log-lines.ts';
import { storeFolder, testStore } from '../support/store.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/store');
const AT = Date.UTC(2023, 6, 19, 15, 24);

function schemaOf(database: DatabaseSync): unknown[] {
  return database.prepare('SELECT name, sql FROM sqlite_schema ORDER BY name').all();
}

test.for(MIGRATIONS.map((_, version) => version))(
  'from version %i of the tables the others lead to the same tables as from nothing',
  (version) => {
    const fresh = new DatabaseSync(':memory:');
    migrate(fresh);
    const older = new DatabaseSync(':memory:');
    for (const sql of MIGRATIONS.slice(0, version)) older.exec(sql);
    older.exec(`PRAGMA user_version = ${version}`);
    migrate(older);
    expect(schemaOf(older)).toEqual(schemaOf(fresh));
    expect(older.prepare('PRAGMA user_version').get()).toEqual({ user_version: MIGRATIONS.length });
  },
);

test('a migration that fails leaves the file as it was', () => {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE acts (theirs); PRAGMA user_version = 1');
  const before = schemaOf(database);
  expect(() => migrate(database)).toThrow(/acts/);
  expect(schemaOf(database)).toEqual(before);
  expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: 1 });
});

/** One a version whose tables differ from the one before: `node scripts/store-fixture.ts`. */
test.for(readdirSync(FIXTURES))('what %s holds is taken over', async (name) => {
  const file = join(await storeFolder(), 'candor.sqlite');
  const database = new DatabaseSync(file);
  database.exec(readFileSync(join(FIXTURES, name), 'utf8'));
  database.close();
  const { store, lines } = await testStore(file);
  const archive = new Archive(store, new Incidents(linesInto([])));
  const incident = await archive.find('20230719T152400Z-app');
  expect(incident).toMatchObject({
    startedAt: AT,
    causes: ['no_endpoints'],
    components: ['Main Application'],
    requests: [{ clientKind: 'person', count: 5120 }],
    people: 812,
  });
  const events = incident === null ? null : await archive.events(incident);
  expect(events?.map(({ words }) => words)).toEqual([
    'Discovery listed no endpoint.',
    'The settings were loaded again.',
  ]);
  const steps = await outcomesBetween(store, 'app', { from: AT, to: AT });
  expect(steps).toMatchObject([{ good: 3, upstreamErrors: 1, notProcessed: 42, unknown: 2 }]);
  expect(lines).toEqual([]);
});
