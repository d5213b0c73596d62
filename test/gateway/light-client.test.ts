import { connect, type OnReadOpts } from 'node:net';
import type { Dispatcher } from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import { LightClient } from '../../src/gateway/light-client.ts';
import { eventually } from '../support/eventually.ts';
import { type RawUpstream, replying, startRawUpstream } from '../support/raw-upstream.ts';

function clientOf(
  { url }: RawUpstream,
  limits = { responseMs: 60_000, idleMs: 60_000 },
  onOpen: (onread: OnReadOpts) => void = () => undefined,
) {
  const client = new LightClient({
    ...limits,
    onClosed: () => undefined,
    keepAliveMs: 4_000,
    open(onread, callback) {
      onOpen(onread);
      const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', onread });
      socket.once('error', (error) => callback(error, socket));
      socket.once('connect', () => callback(null, socket));
      return () => socket.destroy(new Error('stopped'));
    },
  });
  onTestFinished(() => client.close());
  return client;
}

type Hooks = Partial<Pick<Dispatcher.DispatchHandler, 'onRequestStart' | 'onResponseData'>>;

/** Asks for a reply, and tells how it went on; `ended` resolves to its body or its error's code. */
function ask(client: LightClient, hooks: Hooks = {}) {
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  const seen = { body: '', ends: 0, controller: null as Dispatcher.DispatchController | null };
  client.dispatch(
    { method: 'GET', path: '/', headers: ['host', 'a'] },
    {
      onRequestStart(controller, context) {
        seen.controller = controller;
        hooks.onRequestStart?.(controller, context);
      },
      onResponseData(controller, chunk) {
        seen.body += chunk.toString('latin1');
        hooks.onResponseData?.(controller, chunk);
      },
      onResponseEnd() {
        seen.ends += 1;
        resolve(seen.body);
      },
      onResponseError(_controller, error: Error & { code?: string }) {
        seen.ends += 1;
        resolve(error.code ?? error.message);
      },
    },
  );
  return { seen, ended };
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const CHUNKS = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n';

test('one connection serves one request after the other', async () => {
  const upstream = await startRawUpstream(replying(OK));
  const client = clientOf(upstream);
  for (let count = 0; count < 5; count += 1) expect(await ask(client).ended).toBe('ok');
  expect(upstream.connections).toHaveLength(1);
});

test('a connection that is being opened can be stopped, and the next one opens', async () => {
  const upstream = await startRawUpstream(replying(OK));
  const client = clientOf(upstream);
  const { ended } = ask(client);

  client.stopOpening();

  expect(await ended).toBe('stopped');
  expect(upstream.connections).toEqual([]);
  expect(await ask(client).ended).toBe('ok');
});

test('bytes that nobody asked for end an idle connection, and reach no later request', async () => {
  const upstream = await startRawUpstream(replying(OK));
  const client = clientOf(upstream);
  await ask(client).ended;
  const first = await upstream.connection(0);
  first.socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil');
  await first.closed;
  expect(await ask(client).ended).toBe('ok');
  expect(upstream.connections).toHaveLength(2);
});

test('bytes that come before a request is sent are no reply to it', async () => {
  const upstream = await startRawUpstream(replying(OK));
  const opened: OnReadOpts[] = [];
  const client = clientOf(upstream, undefined, (onread) => opened.push(onread));
  await ask(client).ended;
  const early = ask(client);
  const [{ buffer, callback } = expect.fail('no connection was opened')] = opened;
  const place = typeof buffer === 'function' ? buffer() : buffer;
  callback(Buffer.from(place.buffer).write(OK.replace('ok', 'no')), place);
  expect(await early.ended).toBe('ECONNRESET');
  expect(early.seen.body).toBe('');
});

test('a request that is given up in the turn in which it came is not sent', async () => {
  const upstream = await startRawUpstream(replying(OK));
  const client = clientOf(upstream);
  await ask(client).ended;
  const given = ask(client);
  client.close();
  expect(await given.ended).toBe('ECONNRESET');
  expect(given.seen.controller).toBe(null);
  const first = await upstream.connection(0);
  await first.closed;
  expect(first.received.match(/GET /g)).toHaveLength(1);
});

test('a paused reply is read to its end although the endpoint has closed', async () => {
  const upstream = await startRawUpstream(({ socket }) => socket.end(CHUNKS));
  const client = clientOf(upstream);
  const { seen, ended } = ask(client, { onResponseData: (controller) => controller.pause() });
  await eventually(() => seen.body === 'a' || undefined);
  client.socket?.emit('end'); // As it may have been read before.
  expect(client.socket).toBe(null);
  seen.controller?.resume();
  expect(seen.body).toBe('ab');
  seen.controller?.resume();
  expect(await ended).toBe('ab');
  expect(seen.ends).toBe(1);
});

test('a connection that the last part has paused serves the next request', async () => {
  const upstream = await startRawUpstream(replying(OK));
  const client = clientOf(upstream);
  await ask(client, { onResponseData: (controller) => controller.pause() }).ended;
  expect(await ask(client).ended).toBe('ok');
  expect(upstream.connections).toHaveLength(1);
});

test.for([
  ['no reply', ''],
  ['a reply that stops', OK.slice(0, -1)],
])('%s in time is a time-out, unless it is paused', async ([, reply = '']) => {
  const upstream = await startRawUpstream(({ socket }) => socket.write(reply));
  const client = clientOf(upstream, { responseMs: 1000, idleMs: 1000 });
  const { seen, ended } = ask(client);
  await eventually(() => seen.body.length === (reply === '' ? 0 : 1) || undefined);
  await upstream.connection(0);
  seen.controller?.pause();
  client.sweep(performance.now() + 5000);
  expect(seen.ends).toBe(0);
  seen.controller?.resume();
  client.sweep(performance.now() + 5000);
  expect(await ended).toBe('CANDOR_RESPONSE_TIMEOUT');
});

test.for(['start', 'wait', 'body'])('an abort in %s ends it once', async (phase) => {
  const upstream = await startRawUpstream(({ socket }) => {
    if (phase === 'body') socket.write(CHUNKS);
  });
  const stop = (controller: Dispatcher.DispatchController) => controller.abort(new Error('left'));
  const { seen, ended } = ask(clientOf(upstream), {
    ...(phase === 'start' ? { onRequestStart: stop } : {}),
    ...(phase === 'body' ? { onResponseData: stop } : {}),
  });
  if (phase === 'wait') {
    await upstream.connection(0);
    seen.controller?.abort(new Error('left'));
  }
  expect(await ended).toBe('left');
  expect(seen.ends).toBe(1);
});

test('closing ends a running request, connected or not', async () => {
  const client = clientOf(await startRawUpstream());
  const connecting = ask(client);
  client.close();
  expect(await connecting.ended).toBe('ECONNRESET');
  const running = ask(client);
  await eventually(() => client.socket ?? undefined);
  client.close();
  expect(await running.ended).toBe('ECONNRESET');
});

test('a handler that throws ends its request, and nothing else', async () => {
  const client = clientOf(await startRawUpstream(replying(OK)));
  const fail = () => {
    throw new Error('broken handler');
  };
  expect(await ask(client, { onRequestStart: fail }).ended).toBe('broken handler');
  expect(await ask(client, { onResponseData: fail }).ended).toBe('broken handler');
  expect(await ask(client).ended).toBe('ok');
});
