import { expect, test } from 'vitest';
import { parseSettings } from '../../src/config/load.ts';
import { DETECTION } from '../support/detection.ts';
import { marked, problemsOf, settingsOf, withApp } from './marked.ts';

const STATIC = '    endpoints: [http://10.0.0.5]\n';

test('an upstream is discovered by DNS', async () => {
  const text =
    'upstreams:\n  app:\n    discover: { dns: tasks.demo_app, port: 80, scheme: https, servers: [127.0.0.11, "::1"] }';

  const { upstreams } = await settingsOf(text);

  expect(upstreams.app?.discovery).toEqual({
    kind: 'dns',
    name: 'tasks.demo_app',
    port: 80,
    scheme: 'https',
    everyMs: 1_000,
    servers: ['127.0.0.11:53', '[::1]:53'],
  });
});

test('without a port, discovery by DNS asks for SRV records', async () => {
  const text =
    'upstreams:\n  app:\n    discover: { dns: _http._tcp.app.default.svc.cluster.local }';

  const { upstreams } = await settingsOf(text);

  expect(upstreams.app?.discovery).toMatchObject({ kind: 'dns', port: null });
});

test.for([
  { engine: '', address: { kind: 'socket', path: '/var/run/docker.sock' } },
  { engine: 'unix:///run/user/1000/docker.sock', address: { path: '/run/user/1000/docker.sock' } },
  { engine: 'tcp://proxy:2375', address: { kind: 'tcp', host: 'proxy', port: 2375 } },
  { engine: 'tcp://[::1]:2375', address: { kind: 'tcp', host: '::1', port: 2375 } },
])('an upstream is discovered by an Engine at "$engine"', async ({ engine, address }) => {
  const at = engine === '' ? '' : `, engine: "${engine}"`;
  const text = `upstreams:\n  app:\n    discover: { swarm: demo_app, port: 80, every: 5s${at} }`;

  const { upstreams } = await settingsOf(text);

  expect(upstreams.app?.discovery).toMatchObject({
    kind: 'swarm',
    service: 'demo_app',
    port: 80,
    scheme: 'http',
    everyMs: 5_000,
    engine: address,
    network: null,
  });
});

test('growing durations grow where nothing is said of them', async () => {
  const { upstreams } = await settingsOf(withApp(''));

  const { streakMs, mostStreakMs, setAside } = upstreams.app?.detection ?? DETECTION;
  expect(streakMs).toBeLessThan(mostStreakMs);
  expect(setAside.firstMs).toBeLessThan(setAside.mostMs);
});

test('a gRPC health check is asked for where HTTP/2 is spoken', async () => {
  const { upstreams } = await settingsOf(withApp('    protocol: http2\n    probe: { grpc: true }'));

  expect(upstreams.app).toMatchObject({ protocol: 'http2', probe: { grpc: true, path: null } });
});

test('thresholds are settings of each upstream, and those that are not said keep their defaults', async () => {
  const text = withApp(
    '    detection: { confirm: 2s, failingShare: 0.3, streakTime: 1m, mostStreakTime: 1m, setAside: { first: 100ms } }',
  );

  const { upstreams } = await settingsOf(text);

  expect(upstreams.app?.detection).toEqual({
    ...DETECTION,
    confirmMs: 2_000,
    failingShare: 0.3,
    streakMs: 60_000,
    mostStreakMs: 60_000,
    setAside: { ...DETECTION.setAside, firstMs: 100 },
  });
});

test('a threshold that is no whole number can come from the environment', async () => {
  const text = withApp(`    detection: { failingShare: "\${SHARE}" }`);

  const { upstreams } = await settingsOf(text, { SHARE: '0.25' });

  expect(upstreams.app?.detection.failingShare).toBe(0.25);
});

test('the same text loads to equal settings, by which a reload knows what may stay', async () => {
  const text = withApp('    tls: { serverName: app }\n    detection: { window: 20s }\n');

  expect(await settingsOf(text)).toStrictEqual(await settingsOf(text));
});

test.for([
  {
    name: 'discovery by two ways at once',
    source: 'upstreams:\n  app:\n    »discover: { swarm: demo_app, dns: a, port: 8080 }',
    path: 'upstreams.app.discover',
    message: /^found both dns and swarm, expected one of the two$/,
  },
  {
    name: 'discovery by no way',
    source: 'upstreams:\n  app:\n    »discover: { port: 8080 }',
    path: 'upstreams.app.discover',
    message: /^found neither dns nor swarm, expected { dns: tasks\.app, port: 8080 } or { swarm: /,
  },
  {
    name: 'a Swarm service without a port',
    source: 'upstreams:\n  app:\n    »discover: { swarm: demo_app }',
    path: 'upstreams.app.discover.port',
    message: /^found nothing, expected the port that every task listens on/,
  },
  {
    name: "an Engine's address for discovery by DNS",
    source: 'upstreams:\n  app:\n    discover: { dns: a, port: 80, »engine: tcp://proxy:2375 }',
    path: 'upstreams.app.discover.engine',
    message: /^found `engine` together with `dns`, expected it with `swarm` only$/,
  },
  {
    name: 'name servers for discovery by an Engine',
    source: 'upstreams:\n  app:\n    discover: { swarm: a, port: 80, »servers: [127.0.0.1] }',
    path: 'upstreams.app.discover.servers',
    message: /^found `servers` together with `swarm`, expected it with `dns` only$/,
  },
  {
    name: 'a gRPC health check over HTTP/1.1',
    source: withApp('    probe: { »grpc: true }'),
    path: 'upstreams.app.probe.grpc',
    message: /^found `grpc` where HTTP\/1\.1 is spoken, expected it with `protocol: http2`$/,
  },
  {
    name: 'a gRPC health check and a page',
    source: withApp('    protocol: http2\n    probe: { path: /, »grpc: true }'),
    path: 'upstreams.app.probe.grpc',
    message: /^found `grpc` together with `path`, expected one of the two$/,
  },
  {
    name: 'one growing duration beyond the other where both are said',
    source: withApp('    detection: { setAside: { first: »5s, most: 4s } }'),
    path: 'upstreams.app.detection.setAside.first',
    message: /^found "5s", expected at most setAside\.most, which is 4s$/,
  },
])('$name is refused', async ({ source, path, message }) => {
  const { text, line, column } = marked(source);

  const problems = await problemsOf(text);

  expect(problems).toEqual([expect.objectContaining({ line, column, path })]);
  expect(problems[0]?.message).toMatch(message);
});

test.for([
  { name: 'tls of endpoints that are all http', source: `${STATIC}    »tls: {}\n` },
  {
    name: 'tls of discovered endpoints that are http',
    source: '    discover: { dns: app, port: 80 }\n    »tls: {}\n',
  },
  { name: 'no port for tasks of Swarm', source: '    discover: { »dns: tasks.app }\n' },
  { name: 'no port for a plain name', source: '    discover: { »dns: app }\n' },
])('$name is warned of', async ({ source }) => {
  const { text, line, column } = marked(`upstreams:\n  app:\n${source}`);

  const loaded = await parseSettings({ text, file: 'candor.yaml', env: {} });

  expect(loaded).toMatchObject({ ok: true, warnings: [{ line, column }] });
});

test.for([
  '    endpoints: [http://a, https://b]\n    tls: {}\n',
  '    discover: { dns: a, port: 1, scheme: https }\n    tls: {}\n',
  '    discover: { dns: _http._tcp.app }\n',
  '    discover: { dns: web.service.consul }\n',
])('nothing is warned of in %j', async (source) => {
  const text = `upstreams:\n  app:\n${source}`;

  const loaded = await parseSettings({ text, file: 'candor.yaml', env: {} });

  expect(loaded).toMatchObject({ ok: true, warnings: [] });
});
