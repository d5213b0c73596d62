import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { latestIncidents } from '../../src/outage/incident-rows.ts';
import { storeFolder, testStore } from '../support/store.ts';

const WRITER = fileURLToPath(new URL('incident-writer.ts', import.meta.url));
/** `CANDOR_KILLS=100 npm test -- test/outage/kill.test.ts` */
const KILLS = Number(process.env.CANDOR_KILLS ?? 10);
const LOST_MS = 1_000;

/** Lets the writer live for so long after its first word, and kills it. What it had counted, and when. */
async function killAfter(ms: number, file: string): Promise<{ at: number; counted: number[][] }> {
  const child = spawn(process.execPath, [WRITER, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (output === '') setTimeout(() => child.kill('SIGKILL'), ms);
    output += text;
  });
  const [, signal] = await once(child, 'close');
  expect(signal).toBe('SIGKILL');
  const counted = output
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split(' ').map(Number));
  return { at: counted.at(-1)?.[0] ?? 0, counted };
}

test(`of ${KILLS} kills none breaks the file, doubles the incident, or loses more than a second`, {
  timeout: 10_000 + KILLS * 5_000,
}, async () => {
  const file = join(await storeFolder(), 'candor.sqlite');
  let least = 0;
  let isKept = false;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const { at, counted } = await killAfter(Math.random() * 1_500, file);
    const settled = counted.findLast(([when = 0]) => when <= at - LOST_MS)?.[1] ?? 0;
    least = Math.max(least, settled);
    const database = new DatabaseSync(file, { readOnly: true });
    const check = database.prepare('PRAGMA integrity_check').get();
    const rows = database.prepare('SELECT resolved_at, requests FROM incidents').all();
    database.close();
    expect(check).toEqual({ integrity_check: 'ok' });
    // What is killed within its first second may have lost all of it; from then on there is one incident.
    isKept ||= rows.length > 0 || at - (counted[0]?.[0] ?? at) > LOST_MS;
    if (!isKept) continue;
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ resolved_at: null });
    const [tally] = JSON.parse(String(rows[0]?.requests));
    expect(tally?.count ?? 0).toBeGreaterThanOrEqual(least);
  }
  const { store, lines } = await testStore(file);
  expect(await latestIncidents(store, 10)).toMatchObject([{ resolvedAt: null, relapses: 0 }]);
  expect(lines).toEqual([]);
});
