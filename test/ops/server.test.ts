import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startOps } from '../../src/ops/server.ts';
import { down, logInto, openIncident, opsDeps, portOf, runOps, up } from './ops-server.ts';

const TOKEN = 'a-token-of-some-length';
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

test('healthz says that the process lives, readyz that it can serve, in an outage as well', async () => {
  const ops = await runOps();
  const health = await ops.ask('/healthz');
  expect([health.status, health.json()]).toEqual([200, { status: 'ok' }]);
  const ready = await ops.ask('/readyz');
  expect([ready.status, ready.json()]).toEqual([200, { status: 'ready' }]);
});

test('readyz is 503 while the gateway starts or drains, and healthz is not', async () => {
  const ops = await runOps({ isReady: () => false });
  const ready = await ops.ask('/readyz');
  expect(ready.status).toBe(503);
  expect(ready.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(ready.json()).toMatchObject({ status: 503, title: 'Service Unavailable' });
  expect((await ops.ask('/healthz')).status).toBe(200);
});

test('the upstreams are listed in the promised shape, and curl may end with a slash', async () => {
  const ops = await runOps();
  const reply = await ops.ask('/api/upstreams/');
  expect(reply.status).toBe(200);
  expect(reply.headers['content-type']).toBe('application/json; charset=utf-8');
  expect(reply.json()).toEqual({ upstreams: [down, up] });
});

const INCIDENT = {
  id: '20230719T152400Z-app',
  upstream: 'app',
  components: ['Main Application'],
  startedAt: '2023-07-19T15:24:00.000Z',
  detectedAt: '2023-07-19T15:24:01.000Z',
  resolvedAt: null,
  durationMs: null,
  endKnownBy: null,
  seenAt: '2023-07-19T15:24:01.000Z',
  requests: [],
  people: 0,
  causes: ['no_endpoints'],
  interruptions: [],
  relapses: 0,
  misleadingReplies: {
    count: 1,
    latest: [
      {
        at: '2023-07-19T15:24:05.000Z',
        rule: 'credentials',
        matched: 'body',
        upstream: 'app',
        source: 'verdict',
        cause: 'no_endpoints',
        evidenceAt: '2023-07-19T15:24:00.000Z',
        checkMs: null,
      },
    ],
  },
};

test('the incidents are listed in the promised shape, and each has an address', async () => {
  const ops = await runOps({ incidents: openIncident() });
  const list = await ops.ask('/api/incidents');
  expect([list.status, list.json()]).toEqual([200, { incidents: [INCIDENT] }]);
  const one = await ops.ask(`/api/incidents/${INCIDENT.id}`);
  expect([one.status, one.json()]).toEqual([200, { ...INCIDENT, events: [], outcomes: [] }]);
});

test('an incident that ended after an interruption has the times of both', async () => {
  const incidents = openIncident();
  const since = Date.parse('2023-07-19T15:24:00.000Z');
  const named = { upstream: 'app', component: 'Main Application' };
  const trouble = { since, cause: 'no_endpoints', detectedAt: since + 1000 } as const;
  const down = { ...named, verdict: { state: 'down', ...trouble } } as const;
  const verdict = { state: 'recovering', ...trouble, recoveredAt: since + 60_000 } as const;
  const back = { ...named, verdict };
  const well = { ...named, verdict: { state: 'up' } } as const;
  const flapMs = 300_000;
  incidents.follow({ belief: down, previous: back, at: since + 61_000, flapMs });
  incidents.follow({ belief: well, previous: back, at: since + 90_000, flapMs });
  const ops = await runOps({ incidents });
  expect((await ops.ask(`/api/incidents/${INCIDENT.id}`)).json()).toMatchObject({
    resolvedAt: '2023-07-19T15:25:00.000Z',
    interruptions: [{ from: '2023-07-19T15:25:00.000Z', to: '2023-07-19T15:25:01.000Z' }],
    relapses: 1,
  });
});

test('a reload that is accepted is 200', async () => {
  const ops = await runOps();
  const reply = await ops.ask('/api/reload', { method: 'POST' });
  expect([reply.status, reply.json()]).toEqual([200, { ok: true }]);
  expect(ops.lines).toEqual(['info reload asked for by the ops API']);
});

test('a reload that is refused is 422 with all problems', async () => {
  const problem = {
    file: 'candor.yaml',
    line: 3,
    column: 5,
    path: 'upstreams.app.hold',
    found: '"2x"',
    expected: 'a duration',
    message: 'found "2x", expected a duration',
  };
  const ops = await runOps({ reload: async () => ({ ok: false, problems: [problem] }) });
  const reply = await ops.ask('/api/reload', { method: 'POST' });
  expect(reply.status).toBe(422);
  expect(reply.headers['content-type']).toContain('application/problem+json');
  expect(reply.json()).toMatchObject({ status: 422, ok: false, problems: [problem] });
});

test('a part that fails is a 500 without its message, and the log has it', async () => {
  const ops = await runOps({
    upstreams: () => {
      throw new Error('secret of the house');
    },
  });
  for (const path of ['/api/upstreams', '/metrics']) {
    const reply = await ops.ask(path);
    expect(reply.status).toBe(500);
    expect(reply.json()).toMatchObject({ title: 'Internal Server Error' });
    expect(reply.text).not.toContain('secret');
  }
  expect(ops.lines).toEqual(['error ops request failed', 'error ops request failed']);
});

test.for([
  { method: 'POST', path: '/', status: 405 },
  { method: 'PUT', path: '/console/live', status: 405 },
  { method: 'GET', path: '/api/incidents/19700101T000000Z-app', status: 404 },
  { method: 'GET', path: '/api/incidents/%00/', status: 404 },
  { method: 'GET', path: '/api/incidents/%', status: 400 },
  { method: 'DELETE', path: '/api/incidents/20230719T152400Z-app', status: 405 },
  { method: 'POST', path: '/api/incidents', status: 405 },
  { method: 'GET', path: '/nothing', status: 404 },
  { method: 'GET', path: '/%', status: 404 },
  { method: 'POST', path: '/healthz', status: 405 },
  { method: 'DELETE', path: '/metrics', status: 405 },
  { method: 'PUT', path: '/api/upstreams', status: 405 },
  { method: 'GET', path: '/api/reload', status: 405 },
])('$method $path is a problem with status $status', async ({ method, path, status }) => {
  const ops = await runOps();
  const reply = await ops.ask(path, { method });
  expect(reply.status).toBe(status);
  expect(reply.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(reply.json()).toMatchObject({ type: 'about:blank', status });
  expect(reply.headers.allow !== undefined).toBe(status === 405);
});

test.for(['/healthz', '/readyz', '/metrics', '/api/upstreams', '/api/incidents', '/nothing'])(
  '%s is never stored, names no software and has no CORS',
  async (path) => {
    const ops = await runOps();
    const { headers } = await ops.ask(path, { headers: { origin: 'https://evil.example' } });
    expect(headers['cache-control']).toBe('no-store');
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('etag');
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  },
);

test.for(['/metrics', '/api/upstreams', '/api/incidents', '/nothing'])(
  '%s needs the token',
  async (path) => {
    const ops = await runOps({}, { token: TOKEN });
    const wrong = [undefined, bearer(''), bearer('x'), bearer(`${TOKEN}x`), bearer(TOKEN.slice(1))];
    for (const options of [...wrong, { headers: { authorization: `Basic ${TOKEN}` } }]) {
      const reply = await ops.ask(path, options);
      expect(reply.status).toBe(401);
      expect(reply.headers['www-authenticate']).toBe('Bearer realm="candor ops"');
    }
    expect((await ops.ask(path, bearer(TOKEN))).status).not.toBe(401);
  },
);

test('health and readiness are told without a token, under any name', async () => {
  const ops = await runOps({}, { token: TOKEN });
  for (const path of ['/healthz', '/readyz']) {
    expect((await ops.ask(path, { headers: { host: 'ops.internal' } })).status).toBe(200);
  }
});

test('with a token, the name in Host does not matter', async () => {
  const ops = await runOps({}, { token: TOKEN });
  const headers = { ...bearer(TOKEN).headers, host: 'ops.internal:9901' };
  expect((await ops.ask('/api/upstreams', { headers })).status).toBe(200);
});

test.for([
  { host: 'localhost:9901', status: 200 },
  { host: '127.0.0.1:9901', status: 200 },
  { host: '127.8.8.8', status: 200 },
  { host: '[::1]:9901', status: 200 },
  { host: 'LOCALHOST', status: 200 },
  { host: 'evil.example:9901', status: 421 },
  { host: 'localhost.evil.example', status: 421 },
  { host: '127.0.0.1.evil.example', status: 421 },
  { host: '10.0.0.1', status: 421 },
  { host: 'localhost@evil.example', status: 421 },
])('without a token, the name $host in Host is $status', async ({ host, status }) => {
  const ops = await runOps();
  for (const path of ['/api/upstreams', '/metrics']) {
    expect((await ops.ask(path, { headers: { host } })).status).toBe(status);
  }
});

test.for<{ name: string; headers: Record<string, string>; status: number }>([
  { name: 'curl', headers: {}, status: 200 },
  { name: 'the same site', headers: { 'sec-fetch-site': 'same-origin' }, status: 200 },
  {
    name: 'its own origin',
    headers: { origin: 'http://localhost', host: 'localhost' },
    status: 200,
  },
  { name: 'another site', headers: { 'sec-fetch-site': 'cross-site' }, status: 403 },
  { name: 'a sibling site', headers: { 'sec-fetch-site': 'same-site' }, status: 403 },
  { name: 'another origin', headers: { origin: 'https://evil.example' }, status: 403 },
  { name: 'a hidden origin', headers: { origin: 'null' }, status: 403 },
])('a reload sent by $name is $status', async ({ headers, status }) => {
  let reloads = 0;
  const ops = await runOps({
    reload: async () => {
      reloads += 1;
      return { ok: true };
    },
  });
  expect((await ops.ask('/api/reload', { method: 'POST', headers })).status).toBe(status);
  expect(reloads).toBe(status === 200 ? 1 : 0);
});

test('a port that is taken is said so, with the address', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void taken.close());
  await once(taken, 'listening');
  const port = portOf(taken.address());
  const settings = { host: '127.0.0.1', port, token: null };
  await expect(startOps({ settings, log: logInto([]), deps: opsDeps() })).rejects.toThrow(
    `ops: cannot listen on 127.0.0.1:${port}: another program listens there (EADDRINUSE)`,
  );
});

test('it listens on IPv6 and says so in its address', async () => {
  const ops = await runOps({}, { host: '::1' });
  expect(ops.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
  expect((await ops.ask('/api/upstreams')).status).toBe(200);
});

test('a disposal ends a request that hangs', async () => {
  const asked = Promise.withResolvers<void>();
  const ops = await startOps({
    settings: { host: '127.0.0.1', port: 0, token: null },
    log: logInto([]),
    deps: opsDeps({
      reload: () => {
        asked.resolve();
        return new Promise(() => undefined);
      },
    }),
  });
  const hanging = fetch(`${ops.url}/api/reload`, { method: 'POST' });
  const broken = expect(hanging).rejects.toThrow();
  await asked.promise;
  await ops[Symbol.asyncDispose]();
  await broken;
});
