import { describe, expect, test } from 'vitest';
import { startUpstream } from '../support/upstream.ts';
import { pageProbe, settingsOf, start, staticOf, until, verdictOnce, watch } from './watch.ts';

describe('an upstream', () => {
  test('is believed well at the start, and its endpoints can be had before the first probe', async () => {
    const { url } = await startUpstream();
    const { upstream } = watch(settingsOf({ discovery: staticOf(url) }));

    expect(upstream.belief).toEqual({
      upstream: 'app',
      component: 'Main Application',
      verdict: { state: 'up' },
    });
    expect(upstream.admit()).toBe('forward');
    expect(upstream.pick(null)?.url).toBe(url);
  });

  test('that refuses is down within two seconds, and up within three of its return', async () => {
    const app = await startUpstream();
    const { upstream, states, lines } = start(settingsOf({ discovery: staticOf(app.url) }));
    await until(upstream, () => upstream.counts.probesOk > 0);

    const refusedAt = Date.now();
    await app.refuse();
    const down = await verdictOnce(upstream, 'down');
    expect(down.cause).toBe('connection_refused');
    expect(Math.abs(down.since - refusedAt)).toBeLessThan(1000);
    expect(Date.now() - refusedAt).toBeLessThan(2000);

    const backAt = Date.now();
    await app.accept();
    await verdictOnce(upstream, 'up');
    expect(Date.now() - backAt).toBeLessThan(3000);
    expect(states).toEqual(['suspect', 'down', 'recovering', 'up']);

    const changes = lines.filter(({ message }) => message === 'verdict changed');
    expect(changes.map(({ level, fields }) => [level, fields.from, fields.to])).toEqual([
      ['warn', 'up', 'suspect'],
      ['error', 'suspect', 'down'],
      ['info', 'down', 'recovering'],
      ['info', 'recovering', 'up'],
    ]);
    for (const { fields } of changes) {
      expect(fields).toMatchObject({
        cause: 'connection_refused',
        since: new Date(down.since).toISOString(),
      });
    }
  });

  test.for([
    { behaviour: 'hang', cause: 'response_timeout' },
    { behaviour: 'unavailable', cause: 'probe_failed' },
    { behaviour: 'reset', cause: 'connection_reset' },
    { behaviour: 'garbage', cause: 'bad_response' },
  ] as const)(
    'whose health page does "$behaviour" is down with $cause',
    async ({ behaviour, cause }) => {
      const app = await startUpstream(behaviour);
      const { upstream } = start(settingsOf({ discovery: staticOf(app.url), probe: pageProbe }));
      expect(await verdictOnce(upstream, 'down')).toMatchObject({ cause });
    },
  );

  test('is probed at once when a request fails, and not at the next interval', async () => {
    const app = await startUpstream();
    const probe = { path: null, grpc: false, everyMs: 60_000, timeoutMs: 300, statuses: [200] };
    const { upstream } = start(settingsOf({ discovery: staticOf(app.url), probe }));
    await until(upstream, () => upstream.counts.probesOk > 0);
    await app.refuse();

    upstream.requestFailed('connection_refused');
    expect(upstream.belief.verdict.state).toBe('suspect');
    await verdictOnce(upstream, 'down');
  });

  test('replaces its belief at a change, and only then', async () => {
    const app = await startUpstream();
    const { upstream, beliefs } = start(settingsOf({ discovery: staticOf(app.url) }));
    await until(upstream, () => upstream.counts.probesOk >= 2);
    const before = upstream.belief;
    upstream.replied(upstream.pick(null)!);
    expect(upstream.belief).toBe(before);
    expect(beliefs).toEqual([]);
  });

  test('can be started twice to no effect', async () => {
    const app = await startUpstream();
    const { upstream } = start(settingsOf({ discovery: staticOf(app.url) }));
    upstream.start();
    await until(upstream, () => upstream.counts.probesOk >= 2);
    expect(app.connections).toBeLessThanOrEqual(3);
  });
});

describe('of several endpoints', () => {
  test('one that refuses is set aside alone, and comes back alone', async () => {
    const apps = [await startUpstream(), await startUpstream(), await startUpstream()] as const;
    const sick = apps[1];
    await sick.refuse();
    const { upstream, beliefs, lines } = start(
      settingsOf({ discovery: staticOf(...apps.map(({ url }) => url)) }),
    );
    const isAside = () => upstream.endpoints.map(({ setAside }) => setAside);

    await until(upstream, () => isAside()[1] === true);
    expect(isAside()).toEqual([false, true, false]);
    const picked = Array.from({ length: 6 }, () => upstream.pick(null)?.url);
    expect(new Set(picked)).toEqual(new Set([apps[0].url, apps[2].url]));
    expect(upstream.endpoints[1]).toMatchObject({
      url: sick.url,
      lastProbe: { ok: false, cause: 'connection_refused' },
    });
    expect(lines).toContainEqual({
      level: 'warn',
      message: 'endpoint set aside',
      fields: { upstream: 'app', endpoint: sick.url, cause: 'connection_refused' },
    });

    await sick.accept();
    await until(upstream, () => isAside()[1] === false);
    expect(beliefs).toEqual([]);
    expect(upstream.counts.setAside).toBe(1);
  });

  test('one that hangs is set aside by its requests, and a connect does not bring it back at once', async () => {
    const apps = [await startUpstream(), await startUpstream('hang')] as const;
    const { upstream, beliefs } = start(
      settingsOf({ discovery: staticOf(...apps.map(({ url }) => url)) }),
    );
    const hung = [upstream.pick(null)!, upstream.pick(null)!].find(
      ({ url }) => url === apps[1].url,
    )!;
    for (let attempt = 0; attempt < 3; attempt += 1)
      upstream.attemptFailed(hung, 'response_timeout');
    expect(upstream.endpoints[1]?.setAside).toBe(true);

    const probes = upstream.counts.probesOk;
    await until(upstream, () => upstream.counts.probesOk >= probes + 2);
    expect(upstream.endpoints[1]?.setAside).toBe(true);
    await until(upstream, () => upstream.endpoints[1]?.setAside === false);
    upstream.attemptFailed(hung, 'response_timeout'); // It has had its chance.
    expect(upstream.endpoints[1]?.setAside).toBe(true);
    expect(beliefs).toEqual([]);
  });

  test('all that are sick are still offered, to one request at a time', async () => {
    const apps = [await startUpstream(), await startUpstream()] as const;
    const { upstream } = watch(settingsOf({ discovery: staticOf(...apps.map(({ url }) => url)) }));
    const first = upstream.pick(null)!;
    const second = upstream.pick([first])!;
    expect(upstream.pick([first, second])).toBeNull();
    upstream.attemptFailed(first, 'connection_refused');
    upstream.attemptFailed(second, 'connection_refused');
    const offered = upstream.pick(null)!;
    expect(upstream.pick([offered])).toBeNull(); // One request at a time tries what is known to be gone.
    upstream.release(offered, false);
    expect(upstream.pick([first])).toBe(second);
  });
});

describe('a check', () => {
  const HUNG = { serves: false, source: 'probe', cause: 'response_timeout' };

  test('is one round of probes, however many ask', async () => {
    const app = await startUpstream();
    const { upstream } = watch(settingsOf({ discovery: staticOf(app.url), probe: pageProbe }));
    const checks = await Promise.all(Array.from({ length: 1000 }, () => upstream.check()));
    expect(checks).toEqual(Array(1000).fill({ serves: true }));
    expect(app.requests).toBe(1);
  });

  test('says why when nobody serves, within the limit of the probe', async () => {
    const app = await startUpstream('hang');
    const probe = { ...pageProbe, timeoutMs: 50 };
    const { upstream } = watch(settingsOf({ discovery: staticOf(app.url), probe }));
    const askedAt = performance.now();
    expect(await upstream.check()).toMatchObject(HUNG);
    expect(performance.now() - askedAt).toBeLessThan(1000);
    expect(upstream.belief.verdict.state).toBe('suspect'); // What was asked for one reply is learnt.
  });

  test('says why after a second, however long the probe may take', async () => {
    const app = await startUpstream('hang');
    const probe = { ...pageProbe, timeoutMs: 5000 };
    const { upstream } = watch(settingsOf({ discovery: staticOf(app.url), probe }));
    const askedAt = performance.now();
    expect(await upstream.check()).toMatchObject(HUNG);
    expect(performance.now() - askedAt).toBeLessThan(1500);
  });

  test('serves as soon as one endpoint serves, whatever the others do', async () => {
    const apps = [await startUpstream('hang'), await startUpstream('serve')];
    const probe = { ...pageProbe, timeoutMs: 5000 };
    const discovery = staticOf(...apps.map(({ url }) => url));
    const { upstream } = watch(settingsOf({ discovery, probe }));
    const askedAt = performance.now();
    expect(await upstream.check()).toEqual({ serves: true });
    expect(performance.now() - askedAt).toBeLessThan(900);
  });
});

test('retries are a fifth of recent requests, and ten at least', async () => {
  const { url } = await startUpstream();
  const { upstream } = watch(settingsOf({ discovery: staticOf(url) }));
  const take = (tries: number) =>
    Array.from({ length: tries }, () => upstream.takeRetry()).filter(Boolean).length;
  expect(take(50)).toBe(10);

  const endpoint = upstream.pick(null)!;
  for (let request = 0; request < 100; request += 1) upstream.replied(endpoint);
  expect(take(50)).toBe(10); // Twenty in all, of which ten were taken before.
  expect(upstream.counts).toMatchObject({ requests: 100, retries: 20, retriesRefused: 80 });
});

describe('a shutdown', () => {
  test('while a probe waits for its reply reports nothing', async () => {
    const app = await startUpstream('hang');
    const probe = { ...pageProbe, timeoutMs: 60_000 };
    const { upstream, beliefs, lines } = start(settingsOf({ discovery: staticOf(app.url), probe }));
    await until(upstream, () => app.requests === 1);
    await upstream[Symbol.asyncDispose]();
    expect(beliefs).toEqual([]);
    expect(lines).toEqual([]);
    expect(upstream.endpoints[0]?.lastProbe).toBeNull();
  });

  test('ends what waits for a change, and leaves a check without evidence', async () => {
    const app = await startUpstream('hang');
    const probe = { ...pageProbe, timeoutMs: 60_000 };
    const { upstream } = start(settingsOf({ discovery: staticOf(app.url), probe }));
    const changed = upstream.changed();
    const check = upstream.check();
    await upstream[Symbol.asyncDispose]();
    await changed;
    expect(await check).toEqual({ serves: true });
    expect(await upstream.check()).toEqual({ serves: true });
  });

  test('before the start, or twice, is harmless', async () => {
    const { url } = await startUpstream();
    const { upstream } = watch(settingsOf({ discovery: staticOf(url) }));
    await upstream[Symbol.asyncDispose]();
    upstream.start();
    await upstream[Symbol.asyncDispose]();
    expect(upstream.counts.probesOk).toBe(0);
  });
});
