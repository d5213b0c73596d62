import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { report } from '../../src/cli/report.ts';
import { putIncident } from '../../src/outage/incident-rows.ts';
import { reportOf } from '../../src/outage/report/report.ts';
import { UnknownOutcomes } from '../../src/outage/unknown-outcomes.ts';
import { runOps } from '../ops/ops-server.ts';
import { FACTS, INCIDENT } from '../outage/report/sample.ts';
import { storeFolder, testStore } from '../support/store.ts';
import { caught } from './caught.ts';

/** Settings whose store has two incidents and a write with unknown outcome. */
async function settingsWithStore(): Promise<string> {
  const folder = await storeFolder();
  const { store } = await testStore(join(folder, 'candor.sqlite'));
  putIncident(store, { ...INCIDENT, id: 'earlier', startedAt: INCIDENT.startedAt - 86_400_000 });
  putIncident(store, INCIDENT);
  using writes = new UnknownOutcomes(store);
  writes.add(INCIDENT.startedAt + 1_000, 'ref-1', {
    ...{ reason: 'outage', cause: 'response_timeout', disposition: 'unknown', retrySafe: false },
    ...{ signIn: false, isUnknownWrite: true, upstream: 'app', verdict: 'down', since: null },
    ...{ route: '/r/pay', isPayment: true, method: 'POST', clientKind: 'person', status: 504 },
    ...{ receivedStatus: null, receivedFrom: null, evidence: null },
  });
  await store.flush();
  return await settingsIn(folder, './candor.sqlite');
}

async function settingsIn(folder: string, store: string): Promise<string> {
  const file = join(folder, 'candor.yaml');
  const brand = 'brand: { name: ChargeOver }\n';
  const text = `${brand}upstreams: { app: { endpoints: ["http://127.0.0.1:1"] } }\nstore: ${store}\n`;
  await writeFile(file, text);
  return file;
}

test('the newest incident, or one by its id, is reported from the store of a gateway that runs', async () => {
  const config = await settingsWithStore();
  const newest = await caught(report, ['--config', config]);
  expect(newest).toMatchObject({ code: 0, stderr: '' });
  expect(newest.stdout).toMatch(/^# Main Application unavailable – ChargeOver\n/);
  expect(newest.stdout).toContain(
    '| Writes of unknown outcome | 1 (1 payment; 1 write not checked yet) |',
  );
  const json = await caught(report, ['earlier', '--json', '--config', config]);
  expect(JSON.parse(json.stdout)).toMatchObject({ incident: 'earlier', status: 'resolved' });
  const html = await caught(report, ['--format', 'html', '--config', config]);
  expect(html.stdout).toMatch(/^<!doctype html>/);
  const csv = await caught(report, ['--format', 'csv', '--config', config]);
  expect(csv.stdout).toMatch(/^time,payment,[\s\S]*,yes,ref-1,POST,/);
  expect(await caught(report, ['none', '--config', config])).toMatchObject({ code: 1, stdout: '' });
});

test('a running gateway is asked with --url', async () => {
  const written = reportOf(FACTS);
  const { url } = await runOps({ report: async (id) => (id === 'none' ? null : written) });
  const md = await caught(report, ['--url', url]);
  expect(md).toMatchObject({ code: 0, stderr: '' });
  expect(md.stdout).toMatch(/^# Main Application unavailable/);
  expect((await caught(report, ['none', '--url', url])).code).toBe(1);
  const guarded = await runOps({ report: async () => written }, { token: 'secret' });
  expect(await caught(report, ['--url', guarded.url])).toMatchObject({
    ...{ code: 2, stderr: expect.stringContaining('asks for its token') },
  });
  expect((await caught(report, ['--url', guarded.url, '--token', 'secret'])).code).toBe(0);
});

test.for([
  { name: 'two ids', args: ['a', 'b'] },
  { name: 'an unknown form', args: ['--format', 'pdf'] },
  { name: 'no address', args: ['--url', 'ops'] },
  { name: 'settings and address', args: ['--url', 'http://127.0.0.1:1', '--config', 'a'] },
  { name: 'settings that are not there', args: ['--config', '/nowhere/candor.yaml'] },
  { name: 'a gateway that is not there', args: ['--url', 'http://127.0.0.1:1'] },
])('$name: exit code 2', async ({ args }) => {
  const { code, stdout, stderr } = await caught(report, args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).not.toBe('');
});

test.for([
  { name: 'no store', store: 'memory', says: /ask the running gateway with --url/ },
  { name: 'a store that is not there', store: './none.sqlite', says: /cannot be read/ },
])('$name: exit code 2, and what to do', async ({ store, says }) => {
  const config = await settingsIn(await storeFolder(), store);
  const { code, stderr } = await caught(report, ['--config', config]);
  expect(code).toBe(2);
  expect(stderr).toMatch(says);
});
