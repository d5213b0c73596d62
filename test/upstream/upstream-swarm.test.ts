import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startFakeEngine } from '../support/fake-engine.ts';
import { startUpstream } from '../support/upstream.ts';
import { settingsOf, start, until, verdictOnce } from './watch.ts';

const NAME = 'demo_app';
const REMOVED = { Type: 'service', Action: 'remove', Actor: { Attributes: { name: NAME } } };
const CREATED = { Type: 'service', Action: 'create', Actor: { Attributes: { name: NAME } } };

const service = (replicas: number) => ({
  ID: 'id1',
  Spec: { Name: NAME, Mode: { Replicated: { Replicas: replicas } } },
});
const TASK = {
  DesiredState: 'running',
  Status: { State: 'running' },
  NetworksAttachments: [{ Network: { ID: 'id2', Spec: {} }, Addresses: ['127.0.0.1/8'] }],
};

/** An application that an Engine lists, and an upstream that has found it and asks once an hour. */
async function found() {
  const app = await startUpstream();
  const engine = await startFakeEngine();
  engine.services = [service(1)];
  engine.tasks = [TASK];
  const watched = start(
    settingsOf({
      discovery: {
        kind: 'swarm',
        service: NAME,
        port: app.port,
        scheme: 'http',
        everyMs: 3_600_000,
        engine: { kind: 'socket', path: engine.path },
        network: null,
      },
    }),
  );
  const { upstream } = watched;
  await until(upstream, () => upstream.counts.probesOk > 0 && engine.listeners === 1);
  return { app, engine, ...watched };
}

test('an upstream whose service is removed is down within 300 ms, though its task still replies', async () => {
  const { engine, upstream, lines } = await found();
  engine.services = [];
  const removedAt = Date.now();
  engine.tell(REMOVED);
  const down = await verdictOnce(upstream, 'down');
  expect(Date.now() - removedAt).toBeLessThan(300);
  expect(down).toMatchObject({ cause: 'no_endpoints' });
  expect(upstream.discovery).toMatchObject({ count: 0, isDecided: true, desired: null });
  const alarms = lines.filter(({ message }) => message === 'service is absent');
  expect(alarms).toEqual([
    { level: 'error', message: 'service is absent', fields: { upstream: 'app' } },
  ]);
});

test('an upstream whose service is back is offered its task at once', async () => {
  const { app, engine, upstream } = await found();
  engine.services = [];
  engine.tell(REMOVED);
  await verdictOnce(upstream, 'down');
  engine.services = [service(1)];
  const backAt = Date.now();
  engine.tell(CREATED);
  await until(upstream, () => upstream.endpoints.length === 1);
  expect(Date.now() - backAt).toBeLessThan(300);
  expect(upstream.endpoints[0]?.url).toBe(app.url);
  await verdictOnce(upstream, 'up');
  expect(upstream.discovery).toMatchObject({ count: 1, isDecided: false, desired: 1 });
});

test('an upstream stays up, with its endpoints, while the Engine is gone', async () => {
  const { engine, upstream, states } = await found();
  await engine.close();
  for (let turn = 0; turn < 3; turn += 1) expect((await upstream.check()).serves).toBe(true);
  await eventually(() => (upstream.discovery.error === null ? undefined : true));
  expect(upstream.endpoints).toHaveLength(1);
  expect(states).toEqual([]);
});

test('an upstream whose Engine has never answered is down, and throws nothing', async () => {
  const { upstream } = start(
    settingsOf({
      discovery: {
        kind: 'swarm',
        service: NAME,
        port: 80,
        scheme: 'http',
        everyMs: 200,
        engine: { kind: 'socket', path: '/nowhere/docker.sock' },
        network: null,
      },
    }),
  );
  expect(await verdictOnce(upstream, 'down')).toMatchObject({ cause: 'dns_error' });
  expect(upstream.discovery).toMatchObject({ count: 0, error: 'ENOENT', isDecided: false });
});
