import { expect, test } from 'vitest';
import { ActLog } from '../../../src/outage/acts.ts';
import { testMaintenances } from '../../support/maintenances.ts';
import { logInto, type RunningOps, runOps } from '../ops-server.ts';

const TOKEN = 'a-token-of-some-length';

/** An ops listener with a switch whose acts are recorded, and the token that its forms carry. */
async function switchboard(token: string | null = null) {
  const acts = new ActLog(logInto([]));
  const maintenances = testMaintenances(({ what, maintenance, who, why }) => {
    acts.record({ who, what, upstream: maintenance.upstream, why });
  });
  const ops = await runOps({ maintenances, acts }, { token });
  const { text } = await ops.ask('/', { headers: signedIn(token) });
  const [, form = ''] = /name="form" value="([^"]+)"/.exec(text) ?? [];
  const post = (path: string, fields: Readonly<Record<string, string>>, headers = {}) =>
    send(ops, path, { form, ...fields }, { ...signedIn(token), ...headers });
  return { ops, acts, maintenances, post, form };
}

function signedIn(token: string | null): Readonly<Record<string, string>> {
  if (token === null) return {};
  return { authorization: `Basic ${Buffer.from(`kim:${token}`).toString('base64')}` };
}

function send(
  { ask }: RunningOps,
  path: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>>,
) {
  const body = new URLSearchParams(fields).toString();
  const type = 'application/x-www-form-urlencoded';
  return ask(path, { method: 'POST', headers: { 'content-type': type, ...headers } }, body);
}

const WISH = { upstream: 'app', reason: 'database upgrade', message: 'Back soon', minutes: '30' };

test('planned work is reviewed first, switched on when it is confirmed, and undone in one step', async () => {
  const { ops, acts, maintenances, post } = await switchboard();
  const review = await post('/console/maintenance', WISH);
  expect([review.status, maintenances.list()]).toEqual([200, []]);
  expect(review.text).toContain('Close upstream app?');

  const before = Date.now();
  const confirmed = await post('/console/maintenance/confirmed', WISH);
  expect([confirmed.status, confirmed.headers.location]).toEqual([303, '/#maintenance']);
  const [work] = maintenances.list();
  expect(work).toMatchObject({ upstream: 'app', reason: WISH.reason, message: WISH.message });
  expect(work?.endsAt).toBeGreaterThanOrEqual(before + 30 * 60_000);
  expect(work?.expiresAt).toBe(work?.endsAt);
  expect((await ops.ask('/')).text).toContain('End it: app');

  expect((await post('/console/maintenance/end', { upstream: 'app' })).status).toBe(303);
  expect((await post('/console/maintenance/end', { upstream: 'app' })).status).toBe(303);
  expect(maintenances.list()).toEqual([]);
  expect(acts.list().map(({ what, why }) => [what, why])).toEqual([
    ['maintenance_ended', null],
    ['maintenance_declared', WISH.reason],
  ]);
  expect((await ops.ask('/')).text).toContain('Maintenance declared, app: database upgrade');
});

test('without an end it expires after an hour, and whoever signed in did it', async () => {
  const { acts, maintenances, post } = await switchboard(TOKEN);
  const now = Date.now();
  await post('/console/maintenance/confirmed', {
    ...WISH,
    upstream: '*',
    minutes: '',
    message: '',
  });
  const [work] = maintenances.list();
  expect(work).toMatchObject({ upstream: null, message: null, endsAt: null, by: 'kim' });
  expect((work?.expiresAt ?? 0) - now).toBeGreaterThanOrEqual(3_600_000);
  expect(acts.list()[0]?.who).toEqual({ name: 'kim', through: 'token' });
});

test.for([
  { name: 'no reason', wrong: { reason: ' ' }, fault: 'A reason is required' },
  { name: 'an unknown upstream', wrong: { upstream: 'other' }, fault: 'no such upstream' },
  { name: 'an end that is no number', wrong: { minutes: 'soon' }, fault: 'a number of minutes' },
  { name: 'an end too far away', wrong: { minutes: '99999' }, fault: 'more than seven days' },
  { name: 'a message too long', wrong: { message: 'x'.repeat(301) }, fault: '301 characters' },
])('$name is refused with the form as it was filled in', async ({ wrong, fault }) => {
  const { maintenances, post } = await switchboard();
  for (const path of ['/console/maintenance', '/console/maintenance/confirmed']) {
    const reply = await post(path, { ...WISH, ...wrong });
    expect([reply.status, reply.text]).toEqual([422, expect.stringContaining(fault)]);
    expect(reply.text).toContain('role="alert"');
  }
  expect(maintenances.list()).toEqual([]);
});

test.for([
  { name: 'without its token', fields: { form: '' }, headers: {} },
  { name: 'with another token', fields: { form: 'x' }, headers: {} },
  { name: 'from another site', fields: {}, headers: { 'sec-fetch-site': 'cross-site' } },
  { name: 'from another origin', fields: {}, headers: { origin: 'https://evil.example' } },
  { name: 'from nowhere', fields: {}, headers: { origin: 'null' } },
])('a form $name does nothing', async ({ fields, headers }) => {
  const { acts, post } = await switchboard();
  const reply = await post('/console/maintenance/confirmed', { ...WISH, ...fields }, headers);
  expect([reply.status, acts.list()]).toEqual([403, []]);
});

test('nothing takes effect on GET', async () => {
  const { ops, acts, form } = await switchboard();
  const query = new URLSearchParams({ form, ...WISH });
  for (const path of ['/', '/console/maintenance', '/console/maintenance/confirmed']) {
    await ops.ask(`${path}?${query}`);
  }
  expect(acts.list()).toEqual([]);
});
