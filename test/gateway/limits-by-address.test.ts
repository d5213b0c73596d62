import { expect, test, vi } from 'vitest';
import { networkOf } from '../../src/gateway/network-counts.ts';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { askHttp2 } from '../support/http2-client.ts';
import { connectRaw } from '../support/raw-client.ts';
import { startUpstream } from '../support/upstream.ts';
import { pairOf } from './certificate-files.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\nAccept: text/plain\r\n\r\n';
const GET_EVENTS = 'GET /_candor/events HTTP/1.1\r\nHost: a\r\n';

async function scene(settings: Readonly<Record<string, unknown>> = {}) {
  const upstream = await startUpstream();
  const started = await startGateway({
    ...oneUpstream([upstream.url]),
    ...settings,
    limits: { connectionsPerAddress: 2 },
  });
  /** The status that a request on a connection of its own gets, which stays open. */
  const statusFrom = async (from: string, request = GET) => {
    const client = await connectRaw(started.url, from);
    client.send(request);
    return { client, status: (await client.response()).status };
  };
  return { ...started, upstream, statusFrom };
}

test('connections of one address beyond its limit get the overload answer; other addresses are served', async () => {
  const { gateway, statusFrom } = await scene();
  const first = await statusFrom('127.0.0.2');
  const second = await statusFrom('127.0.0.2');
  const third = await statusFrom('127.0.0.2');
  expect([first.status, second.status, third.status]).toEqual([200, 200, 503]);
  expect(gateway.counts.limited.get('connections_per_address')).toBe(1);
  expect((await statusFrom('127.0.0.3')).status).toBe(200);

  await third.client.ending();
  first.client.leave();
  await vi.waitFor(() => expect(gateway.counts.connections).toBe(2));
  expect((await statusFrom('127.0.0.2')).status).toBe(200);
});

test('a crowd from one address is closed unheard, and takes no room from others', async () => {
  const { gateway, url, statusFrom } = await scene();
  const crowd = await Promise.all(Array.from({ length: 60 }, () => connectRaw(url, '127.0.0.2')));
  await vi.waitFor(() => expect(gateway.counts.connections).toBe(22));
  expect((await statusFrom('127.0.0.3')).status).toBe(200);
  for (const client of crowd) client.leave();
});

test('who opens connections with TLS and does not shake hands is counted, and ended, as well', async () => {
  const upstream = await startUpstream();
  const { gateway, url } = await startGateway({
    ...oneUpstream([upstream.url]),
    listen: { address: '127.0.0.1:0', tls: pairOf('app') },
    limits: { connectionsPerAddress: 2, headTimeout: '500ms' },
  });
  const crowd = await Promise.all(Array.from({ length: 60 }, () => connectRaw(url, '127.0.0.2')));
  await vi.waitFor(() => expect(gateway.counts.limited.get('connections_per_address')).toBe(38));
  expect(gateway.counts.connections).toBeLessThanOrEqual(22);
  expect((await askHttp2(url)).status).toBe(200);

  await Promise.all(crowd.map((client) => client.ending()));
  await vi.waitFor(() => expect(gateway.counts.limited.get('head_timeout')).toBe(22));
});

test('a trusted proxy may have any number', async () => {
  const { statusFrom } = await scene({ trustedProxies: ['127.0.0.2'] });
  const statuses = [];
  for (let count = 0; count < 5; count++) statuses.push((await statusFrom('127.0.0.2')).status);
  expect(statuses).toEqual([200, 200, 200, 200, 200]);
});

test('behind a trusted proxy a client has no more event streams than it could have connections', async () => {
  const { gateway, url } = await scene({ trustedProxies: ['127.0.0.2'] });
  const listen = async (address: string) => {
    const client = await connectRaw(url, '127.0.0.2');
    client.send(`${GET_EVENTS}X-Forwarded-For: ${address}\r\n\r\n`);
    return client;
  };
  for (const address of ['192.0.2.1', '192.0.2.1', '192.0.2.2']) {
    await (await listen(address)).until('200 OK');
  }
  expect((await (await listen('192.0.2.1')).response()).status).toBe(503);
  expect(gateway.counts.limited.get('event_streams')).toBe(1);
});

test.for([
  ['192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::6', '2001:db8:1:2::/64'],
  ['2001:db8::6', '2001:db8:0:0::/64'],
  ['2001:db8::', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['unknown', 'unknown'],
])('%s is counted as %s', ([address, network]) => {
  expect(networkOf(address ?? '')).toBe(network);
});
