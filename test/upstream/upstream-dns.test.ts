import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Discovery } from '../../src/config/upstream-settings.ts';
import { startDns, type TestDns } from '../support/dns-server.ts';
import { startUpstream } from '../support/upstream.ts';
import { pageProbe, settingsOf, start, until, verdictOnce } from './watch.ts';

const NAME = 'tasks.app';

function dnsOf(dns: TestDns, port: number): Discovery {
  const servers = [dns.address];
  return { kind: 'dns', name: NAME, port, scheme: 'http', everyMs: 300, servers };
}

/** An application that DNS lists, and an upstream that has found it. */
async function discovered(everyMs = 300) {
  const app = await startUpstream();
  const dns = await startDns();
  dns.set(NAME, ['127.0.0.1']);
  const discovery = { ...dnsOf(dns, app.port), everyMs };
  const watched = start(settingsOf({ discovery }));
  await until(watched.upstream, () => watched.upstream.counts.probesOk > 0);
  return { app, dns, ...watched };
}

describe('an upstream that DNS lists', () => {
  test('offers no endpoint until one is known, and tells when one is', async () => {
    const app = await startUpstream();
    const dns = await startDns();
    dns.set(NAME, ['127.0.0.1']);
    const { upstream, lines } = start(settingsOf({ discovery: dnsOf(dns, app.port) }));
    expect(upstream.pick(null)).toBeNull();

    await upstream.changed();
    expect(upstream.pick(null)).toEqual({ url: app.url, host: '127.0.0.1', port: app.port });
    expect(upstream.discovery).toMatchObject({ count: 1, error: null });
    expect(lines).toEqual([
      {
        level: 'info',
        message: 'endpoints changed',
        fields: { upstream: 'app', endpoints: 1, added: [app.url], removed: [] },
      },
    ]);
  });

  test('does not serve once the name is gone, though the endpoint that it named still replies', async () => {
    const { dns, upstream } = await discovered(60_000);
    expect(await upstream.check()).toEqual({ serves: true });
    dns.remove(NAME);

    const asked = dns.questions;
    const checks = await Promise.all(Array.from({ length: 100 }, () => upstream.check()));
    const gone = { serves: false, source: 'discovery', cause: 'no_endpoints' };
    for (const check of checks) expect(check).toMatchObject(gone);
    expect(dns.questions - asked).toBe(1); // "No such name" goes for every kind of record.
  });

  test('counts as serving by its last known endpoints while the name server says nothing', async () => {
    const { dns, upstream } = await discovered(60_000);
    dns.behave('silent');
    expect(await upstream.check()).toEqual({ serves: true });
  });

  test('is down with no_endpoints soon after the name is gone, and up again soon after it is back', async () => {
    const { app, dns, upstream, removed } = await discovered();
    const endpoint = upstream.pick(null);

    const goneAt = Date.now();
    await app.refuse();
    dns.remove(NAME);
    const down = await verdictOnce(upstream, 'down');
    await until(upstream, () => upstream.admit() === 'answer');
    expect(down.since - goneAt).toBeLessThan(1000);
    expect(Date.now() - goneAt).toBeLessThan(2000);
    await until(upstream, () => upstream.discovery.count === 0);
    expect(upstream.belief.verdict).toMatchObject({ cause: 'no_endpoints' });
    expect(removed).toEqual([endpoint]);

    const backAt = Date.now();
    await app.accept();
    dns.set(NAME, ['127.0.0.1']);
    await verdictOnce(upstream, 'up');
    expect(Date.now() - backAt).toBeLessThan(3000);
  });

  test('is down with no_endpoints while the name lists no address', async () => {
    const { dns, upstream } = await discovered();
    dns.set(NAME, []);
    expect(await verdictOnce(upstream, 'down')).toMatchObject({ cause: 'no_endpoints' });
  });

  test('is down with no_endpoints, and throws nothing, when the name does not resolve at the start', async () => {
    const dns = await startDns();
    const { upstream, lines } = start(settingsOf({ discovery: dnsOf(dns, 80) }));
    expect(await verdictOnce(upstream, 'down')).toMatchObject({ cause: 'no_endpoints' });
    expect(lines).toContainEqual({
      level: 'warn',
      message: 'discovery found no endpoints',
      fields: { upstream: 'app', endpoints: 0, added: [], removed: [] },
    });
  });

  test.for([
    { mode: 'servfail', code: 'ESERVFAIL' },
    { mode: 'refused', code: 'EREFUSED' },
    { mode: 'silent', code: 'ETIMEOUT' },
  ] as const)(
    'keeps its endpoints while the resolver is $mode, and says so once',
    async ({ mode, code }) => {
      const { app, dns, upstream, beliefs, lines } = await discovered();
      const endpoint = upstream.pick(null);
      dns.behave(mode);
      await until(upstream, () => upstream.counts.discoveryFailures >= 2);

      expect(upstream.pick(null)).toBe(endpoint);
      expect(upstream.discovery).toMatchObject({ count: 1, error: code });
      expect(beliefs).toEqual([]);

      dns.behave('answer');
      await until(upstream, () => upstream.discovery.error === null);
      const told = lines.filter(({ message }) => /^discovery (failed|answers)/.test(message));
      expect(told).toEqual([
        {
          level: 'warn',
          message: 'discovery failed, keeping what is known',
          fields: { upstream: 'app', code, endpoints: 1 },
        },
        { level: 'info', message: 'discovery answers again', fields: { upstream: 'app' } },
      ]);
      expect(app.connections).toBeGreaterThan(0);
    },
  );

  test('is down with dns_error when the resolver has failed since the start', async () => {
    const dns = await startDns();
    dns.behave('servfail');
    const { upstream } = start(settingsOf({ discovery: dnsOf(dns, 80) }));
    expect(await verdictOnce(upstream, 'down')).toMatchObject({ cause: 'dns_error' });
  });

  test('keeps the identity of the endpoints that stay, and tells which ones went', async () => {
    const { app, dns, upstream, removed, beliefs } = await discovered();
    const stays = upstream.pick(null);
    dns.set(NAME, ['127.0.0.1', '127.0.0.2']);
    await until(upstream, () => upstream.discovery.count === 2);
    dns.set(NAME, ['127.0.0.1']);
    await until(upstream, () => upstream.discovery.count === 1);

    expect(upstream.pick(null)).toBe(stays);
    expect(removed).toEqual([
      { url: `http://127.0.0.2:${app.port}`, host: '127.0.0.2', port: app.port },
    ]);
    expect(beliefs).toEqual([]);
  });

  test('is asked for anew when an endpoint is set aside, and not at the next interval', async () => {
    const app = await startUpstream();
    const dns = await startDns();
    dns.set(NAME, ['127.0.0.1']);
    const discovery = { ...dnsOf(dns, app.port), everyMs: 3_600_000 } as const;
    const { upstream } = start(settingsOf({ discovery }));
    await until(upstream, () => upstream.discovery.count === 1);
    dns.set(NAME, ['127.0.0.1', '127.0.0.2']);
    upstream.attemptFailed(upstream.pick(null)!, 'connection_refused');
    await until(upstream, () => upstream.discovery.count === 2);
  });

  test('is found at an IPv6 address', async ({ skip }) => {
    const server = createServer((_, response) => response.end());
    const listening = Promise.withResolvers<boolean>();
    server.once('error', () => listening.resolve(false));
    server.listen(0, '::1', () => listening.resolve(true));
    skip(!(await listening.promise), 'the machine has no IPv6');
    onTestFinished(() => void server.close());
    // The address of a TCP server that listens is an object.
    const { port } = server.address() as AddressInfo;
    const dns = await startDns();
    dns.set(NAME, ['::1']);
    const { upstream } = start(settingsOf({ discovery: dnsOf(dns, port), probe: pageProbe }));
    await until(upstream, () => upstream.counts.probesOk > 0);
    expect(upstream.pick(null)).toEqual({ url: `http://[::1]:${port}`, host: '::1', port });
  });

  test('lets the outcomes of an endpoint that went pass', async () => {
    const { dns, upstream } = await discovered();
    const gone = upstream.pick(null)!;
    dns.set(NAME, ['127.0.0.2']);
    await until(upstream, () => upstream.endpoints[0]?.url.includes('127.0.0.2') === true);
    upstream.replied(gone);
    upstream.attemptFailed(gone, 'connection_reset');
    expect(upstream.endpoints).toHaveLength(1);
  });
});
