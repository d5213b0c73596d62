import { describe, expect, test } from 'vitest';
import { discoverByDns } from '../../src/upstream/dns.ts';
import { startDns, type TestDns } from '../support/dns-server.ts';

const never = new AbortController().signal;

function discoverAt(servers: readonly TestDns[], name = 'tasks.app') {
  return discoverByDns({
    kind: 'dns',
    name,
    port: 8080,
    scheme: 'http',
    everyMs: 1000,
    servers: servers.map(({ address }) => address),
  });
}

describe('discovery by DNS', () => {
  test('lists A and AAAA records, each once, in a stable order', async () => {
    const dns = await startDns();
    dns.set('tasks.app', ['10.0.1.4', '10.0.1.3', '10.0.1.3', 'fd00::5', '::1']);
    expect(await discoverAt([dns]).ask(never)).toMatchObject({
      urls: [
        'http://10.0.1.3:8080',
        'http://10.0.1.4:8080',
        'http://[::1]:8080',
        'http://[fd00::5]:8080',
      ],
      error: null,
    });
  });

  test('tells the very same list while the servers list the same in whatever order', async () => {
    const dns = await startDns();
    const [first, second, third] = ['10.0.1.3', '10.0.1.4', '10.0.1.5'] as const;
    dns.set('tasks.app', [first, second]);
    const discover = discoverAt([dns]);
    const { urls } = await discover.ask(never);

    dns.set('tasks.app', [second, first]);
    expect((await discover.ask(never)).urls).toBe(urls);
    dns.set('tasks.app', [third, first]);
    expect((await discover.ask(never)).urls).toEqual([
      'http://10.0.1.3:8080',
      'http://10.0.1.5:8080',
    ]);
  });

  test('finds nothing where there is no such name, or no address of it', async () => {
    const dns = await startDns();
    dns.set('tasks.idle', []);
    expect(await discoverAt([dns]).ask(never)).toMatchObject({ urls: [], error: null });
    expect(await discoverAt([dns], 'tasks.idle').ask(never)).toMatchObject({
      urls: [],
      error: null,
    });
  });

  test('keeps what is known of one kind of address while its question fails', async () => {
    const dns = await startDns();
    dns.set('tasks.app', ['10.0.1.3', '::1']);
    const discover = discoverAt([dns]);
    await discover.ask(never);
    dns.behave('servfail', 'AAAA');
    dns.set('tasks.app', ['10.0.1.4']);
    const urls = ['http://10.0.1.4:8080', 'http://[::1]:8080'];
    expect(await discover.ask(never)).toMatchObject({ urls, error: null });
  });

  test('says that it cannot say when one kind has no address and the other fails', async () => {
    const dns = await startDns();
    dns.set('tasks.app', ['::1']);
    const discover = discoverAt([dns]);
    await discover.ask(never);
    dns.behave('servfail', 'AAAA');
    expect(await discover.ask(never)).toMatchObject({
      urls: ['http://[::1]:8080'],
      error: 'ESERVFAIL',
    });
  });

  test('knows that all are gone where one kind says so and the other never listed any', async () => {
    const dns = await startDns();
    dns.set('tasks.app', ['10.0.1.3']);
    const discover = discoverAt([dns]);
    dns.behave('servfail', 'AAAA');
    await discover.ask(never);
    dns.set('tasks.app', []);
    expect((await discover.ask(never)).urls).toEqual([]);
  });

  test('asks for the kind of address that is in use, and for the other at each thirtieth turn', async () => {
    const dns = await startDns();
    dns.set('tasks.app', ['10.0.1.3']);
    const discover = discoverAt([dns]);
    for (let turn = 0; turn < 30; turn += 1) await discover.ask(never);
    expect(dns.questions).toBe(2 + 29);
    dns.set('tasks.app', ['10.0.1.3', '::1']);
    expect((await discover.ask(never)).urls).toHaveLength(2);
    expect(dns.questions).toBe(2 + 29 + 2);
  });

  test('says that there is no endpoint where there is no such name, though one kind of question fails', async () => {
    const dns = await startDns();
    dns.behave('servfail', 'AAAA');
    expect(await discoverAt([dns]).ask(never)).toMatchObject({ urls: [], error: null });
  });

  test('takes garbage for no answer, and keeps what is known', async () => {
    const dns = await startDns();
    dns.set('tasks.app', ['10.0.1.3']);
    const discover = discoverAt([dns]);
    const { urls } = await discover.ask(never);
    dns.behave('garbage');
    const garbled = await discover.ask(never);
    expect(garbled).toMatchObject({ urls, error: expect.stringMatching(/^E[A-Z]+$/) });
  });

  test('asks the next name server when one is silent', async () => {
    const silent = await startDns();
    silent.behave('silent');
    const dns = await startDns();
    dns.set('tasks.app', ['10.0.1.3']);
    const { urls } = await discoverAt([silent, dns]).ask(never);
    expect(urls).toEqual(['http://10.0.1.3:8080']);
  });

  test('ends within its limit when nobody answers', async () => {
    const dns = await startDns();
    dns.behave('silent');
    const askedAt = performance.now();
    expect(await discoverAt([dns]).ask(never)).toMatchObject({ urls: [], error: 'ETIMEOUT' });
    expect(performance.now() - askedAt).toBeLessThan(3000);
  });

  test('ends at once when it is stopped', async () => {
    const dns = await startDns();
    dns.behave('silent');
    const stop = new AbortController();
    const asking = discoverAt([dns]).ask(stop.signal);
    stop.abort();
    const stoppedAt = performance.now();
    await asking;
    expect(performance.now() - stoppedAt).toBeLessThan(200);
  });

  test('finds a name that only the hosts file knows', async () => {
    const { urls, error } = await discoverAt([], 'localhost').ask(never);
    expect(error).toBeNull();
    expect(urls).toContain('http://127.0.0.1:8080');
  });
});
