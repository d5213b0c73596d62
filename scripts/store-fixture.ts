import { writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { MIGRATIONS, migrate } from '../src/outage/migrations.ts';

/**
 * Writes the tables of this version, with a row in those of incidents, as SQL: what the next versions
 * have to be able to take over. Run at each release whose tables differ from the one before; a file that
 * was released is never written again.
 */
const version = MIGRATIONS.length;
const database = new DatabaseSync(':memory:');
migrate(database);
const schema = database
  .prepare('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid')
  .all()
  .map(({ sql }) => `${sql};`);
const rows = `
INSERT INTO incidents VALUES ('20230719T152400Z-app','app','["Main Application"]',1689780240000,1689780240510,1689782760000,
  '["no_endpoints"]','[]',0,'recovery',1689782759500,
  '[{"clientKind":"person","reason":"outage","disposition":"not_processed","count":5120}]',812,'{"count":0,"latest":[]}');
INSERT INTO events VALUES (1,NULL,1689780240000,'verdict','discovery','app','Discovery listed no endpoint.','{"from":"up","to":"suspect"}');
INSERT INTO outcomes VALUES ('app',1689780240000,10000,3,1,42,2);
INSERT INTO people VALUES ('20230719T152400Z-app','2023-07-19',812,NULL);
INSERT INTO acts (at, name, through, what, upstream, why) VALUES (1689780300000,'ann','token','reload',NULL,NULL);
`;
const pragmas = `PRAGMA application_id = ${0x43414e44};\nPRAGMA user_version = ${version};\n`;
const file = new URL(`../test/fixtures/store/version-${version}.sql`, import.meta.url);
writeFileSync(file, `${schema.join('\n')}\n${rows}${pragmas}`);
console.log(fileURLToPath(file));
