import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { connectRaw } from '../support/raw-client.ts';
import { startUpstream } from '../support/upstream.ts';

const EACH = 60;
const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

/** Connections that all begin in one way, and go on byte by byte or not at all. */
function crowd(url: string, begin: string, drip: string): Socket[] {
  const { hostname, port } = new URL(url);
  const sockets = Array.from({ length: EACH }, () => {
    const socket = connect({ host: hostname, port: Number(port) }).resume();
    socket.on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
    socket.write(begin);
    return socket;
  });
  const timer = setInterval(() => {
    for (const socket of sockets) socket.write(drip);
  }, 100);
  onTestFinished(() => clearInterval(timer));
  return sockets;
}

test('idle and dripping connections are ended one and all, while the others are served', async () => {
  const upstream = await startUpstream((request, response) => {
    request.resume().once('end', () => response.end('served'));
  });
  const {
    url,
    gateway,
    upstream: app,
  } = await startGateway({
    ...oneUpstream([upstream.url]),
    limits: { headTimeout: '400ms', keepAlive: '400ms', bodyRate: '100B', bodyTimeout: '400ms' },
  });
  crowd(url, '', '');
  crowd(url, GET, '');
  crowd(url, 'GET / HTTP/1.1\r\nHost: a\r\nX-Drip: ', 'x');
  crowd(url, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n', 'x');
  const client = await connectRaw(url);
  let served = 0;
  const limited = () => [...gateway.counts.limited.values()].reduce((sum, count) => sum + count, 0);
  // One request after the other, until nobody else is left.
  while (limited() < 3 * EACH || gateway.counts.connections > 1) {
    client.send(GET);
    expect((await client.response()).body).toBe('served');
    served += 1;
  }
  expect(served).toBeGreaterThan(20);
  expect(Object.fromEntries(gateway.counts.limited)).toEqual({
    head_timeout: 2 * EACH,
    body_rate: EACH,
  });
  expect(app().belief.verdict.state).toBe('up');
});
