import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { eventually } from '../support/eventually.ts';
import { startProgram } from '../support/program.ts';
import { startUpstream } from '../support/upstream.ts';

test('planned work goes on after the program was killed, with its link, until it is ended', async () => {
  const app = await startUpstream();
  const folder = await mkdtemp(join(tmpdir(), 'candor-maintenance-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const store = join(folder, 'candor.sqlite');
  const settings = JSON.stringify({
    ...{ listen: '127.0.0.1:0', ops: '127.0.0.1:0', store },
    upstreams: { app: { endpoints: [app.url] } },
  });
  const first = await startProgram({ settings });
  const one = '/api/upstreams/app/maintenance';
  const wish = { reason: 'database upgrade', message: 'Back at nine.', bypass: true };
  const switched = await ask(`${first.opsUrl}${one}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', 'candor-operator': 'dana' },
    body: JSON.stringify(wish),
  });
  expect(switched.status).toBe(200);
  const { bypass, id } = JSON.parse(switched.text);
  expect((await ask(first.url)).status).toBe(503);
  await eventually(() => stored(store) > 0 || undefined); // A crash may lose what the last second brought.
  first.signal('SIGKILL');
  await first.ended;

  const second = await startProgram({ settings });
  const closed = await ask(second.url);
  expect([closed.status, closed.text]).toEqual([503, expect.stringContaining('Back at nine.')]);
  const confirmed = await ask(`${second.url}${bypass.path}`, { method: 'POST' });
  const cookie = String(confirmed.headers['set-cookie']?.[0]).split(';')[0] ?? '';
  expect((await ask(second.url, { headers: { cookie } })).status).toBe(200);
  const list = await ask(`${second.opsUrl}/api/maintenances`);
  expect(JSON.parse(list.text)).toMatchObject({ maintenances: [{ id, by: 'dana' }] });
  second.signal('SIGHUP');
  const reloaded = await eventually(async () => {
    const { acts } = JSON.parse((await ask(`${second.opsUrl}/api/acts`)).text);
    return acts[0].what === 'reload' ? acts : undefined;
  });
  expect(reloaded).toMatchObject([
    { what: 'reload', who: { name: null, through: 'signal' } },
    { what: 'bypass_issued', who: { name: 'dana', through: 'loopback' } },
    { what: 'maintenance_declared', upstream: 'app', why: 'database upgrade' },
  ]);

  expect((await ask(`${second.opsUrl}${one}`, { method: 'DELETE' })).status).toBe(200);
  expect((await ask(second.url)).status).toBe(200);
});

/** How many planned works are in the file of a running program. */
function stored(file: string): number {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return Number(database.prepare('SELECT count(*) AS works FROM maintenances').get()?.works);
  } finally {
    database.close();
  }
}
