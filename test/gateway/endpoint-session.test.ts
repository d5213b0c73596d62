import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { EndpointSession } from '../../src/gateway/endpoint-session.ts';
import { startHttp2Upstream } from '../support/http2-upstream.ts';
import { startRawUpstream } from '../support/raw-upstream.ts';

/** A session that is kept for ten seconds, and how it ended. */
function openSession(url: string) {
  const ended: string[] = [];
  const session = new EndpointSession({
    url,
    connectMs: 1_000,
    keepAliveMs: 10_000,
    open(callback) {
      const socket: Socket = connect({
        port: Number(new URL(url).port),
        host: '127.0.0.1',
        allowHalfOpen: true,
      });
      onTestFinished(() => void socket.destroy());
      socket.once('connect', () => callback(null, socket));
    },
    onSurplus: () => undefined,
    onClosed: (_session, how) => ended.push(how),
  });
  return { session, ended };
}

test('a session without requests is retired after a while, and closes in order', async () => {
  const upstream = await startHttp2Upstream();
  const { session, ended } = openSession(upstream.url);
  await vi.waitFor(() => expect(upstream.sessions.size).toBe(1));
  session.sweep(performance.now() + 5_000);
  expect(session.hasRoom).toBe(true);

  await vi.waitFor(() => {
    session.sweep(performance.now() + 15_000);
    expect(session.hasRoom).toBe(false);
  });

  await vi.waitFor(() => expect([upstream.sessions.size, ended]).toEqual([0, ['in_order']]));
});

test('an endpoint that does not close with it is not waited for', async () => {
  const upstream = await startRawUpstream(
    ({ socket }) => {
      if (socket.bytesWritten === 0) socket.write(Buffer.from('000000040000000000', 'hex'));
    },
    { allowHalfOpen: true },
  );
  const { session, ended } = openSession(upstream.url);
  await (await upstream.connection(0)).until('\0\0\0\x04\x01'); // Our acknowledgement.
  session.retire();
  session.sweep(performance.now() + 5_000);
  expect(ended).toEqual([]);

  session.sweep(performance.now() + 15_000);

  await vi.waitFor(() => expect(ended).toEqual(['in_order']));
});

test('one that ends without a word is broken', async () => {
  const upstream = await startHttp2Upstream();
  const { ended } = openSession(upstream.url);
  await vi.waitFor(() => expect(upstream.sessions.size).toBe(1));
  for (const socket of upstream.sockets) socket.destroy();
  await vi.waitFor(() => expect(ended).toEqual(['broken']));
});
