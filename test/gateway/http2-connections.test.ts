import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { askHttp2, connectHttp2, type Http2Client } from '../support/http2-client.ts';
import {
  connectFrames,
  END_HEADERS,
  END_STREAM,
  FRAME,
  frame,
  framesIn,
  headerBlock,
  headers,
  PREFACE,
  reset,
} from '../support/http2-frames.ts';
import { connectRaw, exchange } from '../support/raw-client.ts';
import { startUpstream } from '../support/upstream.ts';

async function startPlain(limits: Readonly<Record<string, unknown>> = {}) {
  const upstream = await startUpstream();
  const settings = { ...oneUpstream([upstream.url]), limits };
  return { upstreamSide: upstream, ...(await startGateway(settings, { isQuiet: true })) };
}

/** What a listener says as it ends a connection: the code of its GOAWAY. */
function farewell({ session }: Http2Client): Promise<number> {
  return new Promise((resolve) => session.once('goaway', resolve));
}

function closed({ session }: Http2Client): Promise<unknown> {
  return new Promise((resolve) => session.once('close', resolve));
}

test('a connection on which nothing is asked is closed after limits.headTimeout', async () => {
  const { url } = await startPlain({ headTimeout: '100ms', keepAlive: '1h' });
  const client = await connectFrames(url);

  const { received, code } = await client.ending();

  expect(code).toBeNull();
  expect(framesIn(received).at(-1)).toMatchObject({ type: FRAME.goaway });
});

test('an idle connection is closed after limits.keepAlive, by a GOAWAY without a fault', async () => {
  const { url } = await startPlain({ keepAlive: '100ms' });
  const client = await connectHttp2(url);
  const said = farewell(client);

  await client.ask();

  await expect(said).resolves.toBe(0);
  await closed(client);
});

test('a stream that is silent is no idle connection, until it has ended', async () => {
  const { url, upstreamSide } = await startPlain({ headTimeout: '100ms', keepAlive: '100ms' });
  upstreamSide.behave((_, response) => {
    response.write('first');
    setTimeout(() => response.end('last'), 400);
  });

  const client = await connectHttp2(url);

  await expect(client.ask()).resolves.toMatchObject({ text: 'firstlast', code: 'NO_ERROR' });
  await closed(client);
});

test('while the gateway drains, streams end and no others begin', async () => {
  const { url, upstreamSide, drain } = await startPlain({ drain: '5s' });
  const release = Promise.withResolvers<void>();
  upstreamSide.behave((_, response) => {
    response.write('first');
    void release.promise.then(() => response.end('last'));
  });
  const client = await connectHttp2(url);
  const { stream, over } = client.open();
  await new Promise((resolve) => stream.once('data', resolve));
  const said = farewell(client);

  const drained = drain();
  await expect(said).resolves.toBe(0);
  await expect(connectRaw(url).then((late) => late.ending())).resolves.toMatchObject({
    received: '',
  });
  release.resolve();

  await expect(over).resolves.toMatchObject({ text: 'firstlast', code: 'NO_ERROR' });
  await closed(client);
  await drained;
});

test('what does not end within limits.drain is cut off', async () => {
  const { url, upstreamSide, drain } = await startPlain({ drain: '100ms' });
  upstreamSide.behave((_, response) => response.write('first'));
  const client = await connectHttp2(url);
  const { stream, over } = client.open();
  await new Promise((resolve) => stream.once('data', resolve));

  await drain();

  expect((await over).code).not.toBe('NO_ERROR');
});

test('a connection beyond limits.connections is told that all is busy, and ends', async () => {
  const { url } = await startPlain({ connections: 1 });
  const first = await connectHttp2(url);
  await first.ask();

  const second = await connectHttp2(url);
  const got = await second.ask({ headers: { accept: 'application/json' } });

  expect(got.status).toBe(503);
  expect(got.field('candor-disposition')).toContain('reason=overload');
  await closed(second);
  await expect(first.ask()).resolves.toMatchObject({ status: 200 });
});

test('limits.streams is told, and what goes beyond it is refused unprocessed', async () => {
  const { url, upstreamSide } = await startPlain({ streams: 2 });
  upstreamSide.behave('hang');
  const client = await connectFrames(url);
  await client.until('\0\0\0\x04\x01'); // The listener has acknowledged our settings.

  client.send(headers(1) + headers(3) + headers(5));

  await vi.waitFor(() => expect(upstreamSide.requests).toBe(2));
  const refused = frame(FRAME.reset, { stream: 5, payload: '\0\0\0\x07' });
  await client.until(refused);
  client.leave();
});

test.for([
  {
    name: 'streams that are reset at once',
    bytes: floodOf((stream) => headers(stream) + reset(stream, 8)),
  },
  {
    name: 'a head without an end',
    bytes:
      headers(1, { flags: END_STREAM }) +
      floodOf(() =>
        frame(FRAME.continuation, { stream: 1, payload: headerBlock({ x: 'y'.repeat(100) }) }),
      ),
  },
  { name: 'pings', bytes: floodOf(() => frame(FRAME.ping, { payload: '\0'.repeat(8) })) },
  { name: 'settings', bytes: floodOf(() => frame(FRAME.settings)) },
  { name: 'malformed requests', bytes: floodOf((stream) => headers(stream, { ':path': '' })) },
  { name: 'what is no frame', bytes: 'x'.repeat(100) },
])('a flood of $name ends its connection; the others go on', async ({ bytes }) => {
  const { url, upstream, gateway } = await startPlain();
  const other = await connectHttp2(url);

  const client = await connectFrames(url);
  client.socket.pause(); // Whoever sends a flood need not read what comes of it.
  client.send(bytes);
  await vi.waitFor(() => expect(gateway.counts.connections).toBe(1), { timeout: 10_000 });

  await expect(other.ask()).resolves.toMatchObject({ status: 200 });
  expect(upstream().belief.verdict.state).toBe('up');
});

test('how many streams a client may reset is limits.streamResets', async () => {
  const upstream = await startUpstream();
  const { url } = await startGateway({
    ...oneUpstream([upstream.url]),
    limits: { streamResets: 20 },
  });
  const begin = async (count: number) => {
    const client = await connectRaw(url);
    const streams = Array.from({ length: count }, (_, index) => 2 * index + 1);
    client.send(PREFACE + streams.map((stream) => headers(stream) + reset(stream, 8)).join(''));
    return client;
  };
  const few = await begin(20);
  const many = await begin(25);
  await many.ending();

  few.send(headers(1001));
  await few.until('served');
});

function floodOf(make: (stream: number) => string): string {
  return Array.from({ length: 5_000 }, (_, index) => make(2 * index + 1)).join('');
}

test('streams that are reset in the bytes behind them cost an upstream nothing', async () => {
  const { url, upstreamSide, gateway } = await startPlain();
  const client = await connectFrames(url);

  client.send(
    Array.from(
      { length: 200 },
      (_, index) => headers(2 * index + 1) + reset(2 * index + 1, 8),
    ).join(''),
  );
  client.send(headers(401));
  await client.until('served');

  expect(upstreamSide.requests).toBeLessThan(20); // Bytes may be cut between a head and its reset.
  expect(gateway.counts.requests.http2).toBeLessThan(20);
});

test("a body that is not as long as was said is the client's fault", async () => {
  const { url, upstream } = await startPlain();
  const client = await connectFrames(url);
  const head = headers(1, { flags: END_HEADERS, ':method': 'POST', 'content-length': '10' });

  client.send(head + frame(FRAME.data, { flags: END_STREAM, stream: 1, payload: 'short' }));

  await client.until(frame(FRAME.reset, { stream: 1, payload: '\0\0\0\x01' }));
  expect(upstream().belief.verdict.state).toBe('up');
});

test('an upload that is reset without a fault does not reach the upstream as a whole one', async () => {
  const { url, upstreamSide } = await startPlain();
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<boolean>();
  upstreamSide.behave((incoming) => {
    incoming.on('data', () => begun.resolve());
    incoming.once('end', () => ended.resolve(true)).once('error', () => ended.resolve(false));
  });
  const client = await connectFrames(url);

  client.send(headers(1, { flags: END_HEADERS, ':method': 'POST' }));
  client.send(frame(FRAME.data, { stream: 1, payload: 'half' }));
  await begun.promise;
  client.send(reset(1, 0));

  await expect(ended.promise).resolves.toBe(false);
});

test('a preface that comes byte by byte is one all the same', async () => {
  const { url } = await startPlain();
  const client = await connectRaw(url);
  client.socket.setNoDelay(true);

  for (const byte of PREFACE + headers(1)) {
    client.send(byte);
    await new Promise((resolve) => setImmediate(resolve));
  }

  await client.until('served');
});

test('whatever comes after the preface, the gateway goes on', async () => {
  const { url, upstream } = await startPlain({ headTimeout: '100ms' });
  const anyFrame = fc
    .record({
      type: fc.integer({ min: 0, max: 12 }),
      flags: fc.integer({ min: 0, max: 255 }),
      stream: fc.oneof(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 0, max: 2 ** 31 - 1 })),
      payload: fc.uint8Array({ maxLength: 64 }),
    })
    .map(({ type, payload, ...rest }) =>
      frame(type, { ...rest, payload: Buffer.from(payload).toString('latin1') }),
    );
  const anyHead = fc.constantFrom(
    headers(1),
    headers(3, { ':method': 'POST', flags: END_HEADERS }),
  );

  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(anyFrame, anyHead), { maxLength: 12 }), async (frames) => {
      const client = await connectFrames(url);
      client.send(frames.join(''));
      client.socket.end();
      await client.ending();
      client.socket.destroy();
    }),
    { numRuns: 50 },
  );

  await expect(askHttp2(url)).resolves.toMatchObject({ status: 200 });
  const { received } = await exchange(
    url,
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
  );
  expect(received).toMatch(/^HTTP\/1\.1 200 /);
  expect(upstream().belief.verdict.state).toBe('up');
});
