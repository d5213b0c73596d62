import { once } from 'node:events';
import { Metadata, status } from '@grpc/grpc-js';
import { expect, test, vi } from 'vitest';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { connectGrpc, ECHO, startGrpcUpstream } from '../support/grpc.ts';

function inFrontOf(urls: readonly string[], rest: Readonly<Record<string, unknown>> = {}) {
  return startGateway(oneUpstream(urls, { protocol: 'http2', hold: '0s', ...rest }), {
    isQuiet: true,
  });
}

/** A channel through a gateway to a server that echoes. */
async function echoing(service = ECHO) {
  const upstream = await startGrpcUpstream(service);
  const gateway = await inFrontOf([upstream.url]);
  return { upstream, gateway, ...connectGrpc(gateway.url) };
}

test('a unary call passes with metadata and trailers', async () => {
  const { unary } = await echoing();
  const metadata = new Metadata();
  metadata.set('x-asked', 'before');
  metadata.set('x-bytes-bin', Buffer.from([0, 255]));

  const { reply, fields, trailers } = await unary('hello', metadata);

  expect(reply).toBe('hello!');
  expect([fields.get('x-asked'), fields.get('x-bytes-bin')]).toEqual([
    ['before'],
    [Buffer.from([0, 255])],
  ]);
  expect(trailers.get('x-trailer')).toEqual(['after']);
});

test('a large message passes', async () => {
  const { unary } = await echoing();
  const message = 'x'.repeat(3_000_000);
  expect((await unary(message)).reply).toBe(`${message}!`);
});

test('a stream of requests passes', async () => {
  const { up } = await echoing();
  const call = up();
  for (const word of ['a', 'b', 'c']) call.write(word);
  call.end();
  expect(await call.reply).toBe('abc');
});

test('a stream of replies passes', async () => {
  const { down } = await echoing();
  const got: string[] = [];
  for await (const message of down('abc')) got.push(String(message));
  expect(got).toEqual(['a', 'b', 'c']);
});

test('streams pass both ways at the same time', async () => {
  const { both } = await echoing();
  const call = both();
  for (const word of ['one', 'two', 'three']) {
    call.write(word);
    expect(await once(call, 'data')).toEqual([`${word}!`]);
  }
  call.end();
  const [ended] = await once(call, 'status');
  expect(ended).toMatchObject({ code: status.OK });
});

test('an error of the application passes as it is', async () => {
  const { unary, client } = await echoing({
    ...ECHO,
    unary: (_call, callback) => callback({ code: status.NOT_FOUND, details: 'no such thing' }),
  });
  expect((await unary('x')).error).toMatchObject({
    code: status.NOT_FOUND,
    details: 'no such thing',
  });

  const unknown = Promise.withResolvers<unknown>();
  const same = (value: Buffer) => value;
  client.makeUnaryRequest('/test.Echo/no', same, same, Buffer.from(''), unknown.resolve);
  expect(await unknown.promise).toMatchObject({ code: status.UNIMPLEMENTED });
});

test('a call that its client cancels is cancelled at the server', async () => {
  const cancelled = Promise.withResolvers<void>();
  const { both, gateway } = await echoing({
    ...ECHO,
    both: (call) => {
      call.on('cancelled', cancelled.resolve);
      call.write('begun');
    },
  });
  const call = both();
  call.on('error', () => undefined);
  await once(call, 'data');

  call.cancel();

  await cancelled.promise;
  expect(gateway.upstream().belief.verdict.state).toBe('up');
});

test('a server that drains in the middle of many calls fails none of them', async () => {
  const [first, second] = [await startGrpcUpstream(), await startGrpcUpstream()];
  const gateway = await inFrontOf([first.url, second.url]);
  const { unary } = connectGrpc(gateway.url);
  const caller = async () => {
    for (let count = 0; count < 50; count += 1) {
      const { reply, error } = await unary(`${count}`);
      expect([reply, error]).toEqual([`${count}!`, null]);
    }
  };

  const calls = Array.from({ length: 8 }, caller);
  const requests = () => gateway.upstream().counts.requests;
  await vi.waitFor(() => expect(requests()).toBeGreaterThan(50), 10_000);
  await first.drain();

  await Promise.all(calls);
});

test('an outage is UNAVAILABLE, with when to come back', async () => {
  const { unary, upstream } = await echoing();
  await unary('x');
  await upstream.drain();

  const { error } = await unary('x');

  expect(error).toMatchObject({ code: status.UNAVAILABLE });
  expect(error?.details).toContain('Nothing was sent');
  expect(Number(error?.metadata.get('grpc-retry-pushback-ms')[0])).toBeGreaterThanOrEqual(1_000);
});

test('a reply that breaks off is an error, never an end', async () => {
  const { down } = await echoing({
    ...ECHO,
    down: (call) => {
      call.write('some', () => call.emit('error', new Error('broken')));
    },
  });
  const got: unknown[] = [];
  const call = down('abc');
  const [error] = await new Promise<unknown[]>((resolve) => {
    call.on('data', (message) => got.push(message));
    call.on('error', (...args) => resolve(args));
  });

  expect(got).toEqual(['some']);
  expect(error).toMatchObject({ code: status.UNKNOWN });
});

test('a retry policy retries what was not processed, and not what may have been', async () => {
  const asked: string[] = [];
  const upstream = await startGrpcUpstream({
    ...ECHO,
    unary: (call, callback) => {
      asked.push(call.request);
      if (call.request === 'hang') return; // The gateway gives it up.
      callback(null, 'served');
    },
  });
  const gateway = await inFrontOf([upstream.url], { timeouts: { response: '700ms' } });
  const retryPolicy = {
    maxAttempts: 5,
    initialBackoff: '0.01s',
    maxBackoff: '0.01s',
    backoffMultiplier: 1,
    retryableStatusCodes: ['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'UNKNOWN'],
  };
  const { unary } = connectGrpc(gateway.url, {
    'grpc.service_config': JSON.stringify({ methodConfig: [{ name: [{}], retryPolicy }] }),
  });

  const { error } = await unary('hang');

  expect(error).toMatchObject({ code: status.DEADLINE_EXCEEDED });
  expect(asked).toEqual(['hang']);
  expect((await unary('well')).reply).toBe('served');
});
