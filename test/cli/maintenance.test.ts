import { expect, test } from 'vitest';
import { maintenance } from '../../src/cli/maintenance.ts';
import { ActLog } from '../../src/outage/acts.ts';
import type { MaintenanceChange } from '../../src/outage/maintenances.ts';
import { logInto, runOps } from '../ops/ops-server.ts';
import { testMaintenances } from '../support/maintenances.ts';
import { caught } from './caught.ts';

const run = (...args: readonly string[]) => caught(maintenance, args);

async function startOps() {
  const acts = new ActLog(logInto([]));
  const maintenances = testMaintenances((change: MaintenanceChange) => {
    const { who, what, why, maintenance: work } = change;
    acts.record({ who, what, upstream: work.upstream, why });
  });
  const ops = await runOps({ maintenances, acts });
  return { ...ops, maintenances, acts };
}

test('on, list and off, each recorded with who and why', async () => {
  const { url, maintenances, acts } = await startOps();
  const common = ['--url', url, '--upstream', 'app', '--by', 'dana'];
  const on = await run(
    ...['on', ...common, '--reason', 'database upgrade', '--message', 'Back soon.'],
    ...['--until', '2099-01-01T00:00:00Z', '--for', '90m'],
  );
  expect([on.code, on.stderr]).toEqual([1, expect.stringContaining('before its planned end')]);
  const again = await run('on', ...common, '--reason', 'database upgrade', '--bypass');
  expect(again.code).toBe(0);
  expect(again.stdout).toMatch(
    /^app: closed since \S+, until \S+ at the latest, no planned end, by dana: database upgrade\n/,
  );
  expect(again.stdout).toMatch(/\n {2}\/_candor\/bypass\?token=[0-9a-f]{12}\.\w+\.[\w-]{43}\n$/);
  expect(maintenances.list()).toMatchObject([{ upstream: 'app', by: 'dana', message: null }]);
  const list = await run('list', '--url', url);
  expect(list.stdout).toMatch(/^app: closed since .*\n$/);
  const off = await run('off', ...common, '--reason', 'done early');
  expect([off.code, off.stdout]).toEqual([0, 'app: open again\n']);
  expect((await run('list', '--url', url, '--json')).stdout).toBe('{\n  "maintenances": []\n}\n');
  const none = await run('off', ...common);
  expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('No planned work is on')]);
  const dana = { name: 'dana', through: 'loopback' };
  expect(acts.list().toReversed()).toMatchObject([
    { who: dana, what: 'maintenance_declared', upstream: 'app', why: 'database upgrade' },
    { who: dana, what: 'bypass_issued', upstream: 'app', why: null },
    { who: dana, what: 'maintenance_ended', upstream: 'app', why: 'done early' },
  ]);
});

test('an hour of the clock is the next one, and all upstreams are meant where none is named', async () => {
  const { url, maintenances } = await startOps();
  const on = await run('on', '--url', url, '--reason', 'x', '--until', '03:30');
  expect([on.code, on.stdout]).toEqual([0, expect.stringMatching(/^all upstreams: closed/)]);
  const [work] = maintenances.list();
  const end = new Date(work?.endsAt ?? 0);
  expect([end.getHours(), end.getMinutes(), work?.expiresAt]).toEqual([3, 30, work?.endsAt]);
  expect(end.getTime() - Date.now()).toBeLessThanOrEqual(86_400_000);
});

test.for([
  { args: [], says: 'on, off or list is expected' },
  { args: ['on'], says: '--reason is required' },
  { args: ['on', '--reason', 'x', '--for', 'long'], says: 'is no duration' },
  { args: ['on', '--reason', 'x', '--until', '2026-03-05'], says: 'is no time' },
  { args: ['off', '--bypass'], says: 'off goes with' },
  { args: ['list', '--url', 'ops'], says: 'is no URL' },
  { args: ['list', '--url', 'http://127.0.0.1:1'], says: 'does not answer' },
])('$args ends with 2 and says: $says', async ({ args, says }) => {
  const { code, stderr } = await run(...args);
  expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
});

test('a listener with a token refuses who has none, and knows who has it', async () => {
  const acts = new ActLog(logInto([]));
  const settings = { host: '127.0.0.1', port: 0, token: 'a-token-of-some-length' };
  const ops = await runOps({ acts, maintenances: testMaintenances() }, settings);
  const refused = await run('list', '--url', ops.url);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('answers 401')]);
  const args = ['--url', ops.url, '--token', settings.token, '--reason', 'x'];
  expect((await run('on', ...args, '--by', 'dana')).stdout).toContain(', by dana: x');
});
