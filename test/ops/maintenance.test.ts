import { expect, test } from 'vitest';
import { runOps } from './ops-server.ts';

const JSON_BODY = { 'content-type': 'application/json' };
const ONE = '/api/upstreams/app/maintenance';

function put(body: unknown, headers: Readonly<Record<string, string>> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return [{ method: 'PUT', headers: { ...JSON_BODY, ...headers } }, text] as const;
}

test('planned work is put, shown, listed and deleted in the shape of docs/ops-api.md', async () => {
  const ops = await runOps();
  expect((await ops.ask(ONE)).status).toBe(404);
  const asked = { reason: 'upgrade', message: 'Soon.', for: '90m' };
  const on = await ops.ask(ONE, ...put(asked, { 'candor-operator': 'dana' }));
  expect([on.status, on.json()]).toEqual([
    200,
    {
      id: expect.stringMatching(/^[0-9a-f]{12}$/),
      ...{ upstream: 'app', reason: 'upgrade', message: 'Soon.', by: 'dana' },
      startedAt: expect.stringMatching(/Z$/),
      endsAt: null,
      expiresAt: expect.stringMatching(/Z$/),
    },
  ]);
  const { startedAt, expiresAt } = on.json() as { startedAt: string; expiresAt: string };
  // Either is when it was asked for, to a few milliseconds.
  expect((Date.parse(expiresAt) - Date.parse(startedAt)) / 60_000).toBeCloseTo(90, 1);
  expect((await ops.ask(ONE)).json()).toEqual(on.json());
  expect((await ops.ask('/api/maintenances')).json()).toEqual({ maintenances: [on.json()] });
  const metrics = await ops.ask('/metrics');
  expect(metrics.text).toContain('candor_maintenance{upstream="app"} 1');
  const link = await ops.ask(`${ONE}/bypass`, { method: 'POST' });
  expect(link.json()).toEqual({ path: expect.stringMatching(/^\/_candor\/bypass\?token=/) });
  const off = await ops.ask(`${ONE}?reason=done`, { method: 'DELETE' });
  expect([off.status, off.json()]).toEqual([200, { ended: on.json() }]);
  expect((await ops.ask(ONE, { method: 'DELETE' })).status).toBe(404);
});

test.for(['*', 'all', '%2A'])('%s is all upstreams', async (name) => {
  const ops = await runOps();
  const on = await ops.ask(`/api/upstreams/${name}/maintenance`, ...put({ reason: 'x' }));
  expect([on.status, on.json()]).toMatchObject([200, { upstream: '*', by: 'loopback' }]);
});

test.for<{ body: unknown; status: number; says: string }>([
  { body: {}, status: 422, says: 'A reason is required' },
  { body: { reason: 1 }, status: 422, says: '"reason" is expected to be a text' },
  { body: { reason: 'x', end: '1' }, status: 422, says: 'There is no member "end"' },
  { body: { reason: 'x', endsAt: 'soon' }, status: 422, says: '"endsAt" is expected to be a time' },
  { body: { reason: 'x', endsAt: '2026-03-05T03:00' }, status: 422, says: 'to be a time' },
  { body: { reason: 'x', for: '1 hour' }, status: 422, says: 'to be a duration' },
  { body: { reason: 'x', bypass: 'yes' }, status: 422, says: 'true or false' },
  { body: { reason: 'x', for: '1h', expiresAt: '' }, status: 422, says: 'not both' },
  { body: [], status: 422, says: 'A JSON object is expected' },
  { body: '{', status: 400, says: 'cannot be read' },
])('$body is refused: $says', async ({ body, status, says }) => {
  const ops = await runOps();
  const refused = await ops.ask(ONE, ...put(body));
  expect([refused.status, refused.json()]).toEqual([
    status,
    expect.objectContaining({ detail: expect.stringContaining(says) }),
  ]);
});

test('nothing takes effect by GET, from a form, or from another site', async () => {
  const ops = await runOps();
  expect((await ops.ask(ONE, { method: 'POST' })).status).toBe(405);
  expect((await ops.ask(`${ONE}/bypass`)).status).toBe(405);
  const crossSite = put({ reason: 'x' }, { origin: 'https://evil.example' });
  expect((await ops.ask(ONE, ...crossSite)).status).toBe(403);
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  expect((await ops.ask(ONE, { method: 'PUT', headers: form }, 'reason=x')).status).toBe(422);
  expect((await ops.ask('/api/upstreams/nobody/maintenance', ...put({ reason: 'x' }))).status).toBe(
    404,
  );
  expect((await ops.ask('/api/maintenances')).json()).toEqual({ maintenances: [] });
});
