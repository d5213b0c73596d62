import { constants, type ServerHttp2Stream } from 'node:http2';
import { expect, test, vi } from 'vitest';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { type OnStream, serve, startHttp2Upstream } from '../support/http2-upstream.ts';
import { connectRaw, exchange, request } from '../support/raw-client.ts';
import { startRawUpstream } from '../support/raw-upstream.ts';
import { startUpstream } from '../support/upstream.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a.example\r\n\r\n';
const POST = 'POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 2\r\n\r\nhi';
const CHUNKED = 'POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n';

/** One frame as text (RFC 9113, section 4.1). */
function frame(type: number, flags: number, stream: number, payload = ''): string {
  return `\0\0${String.fromCharCode(payload.length, type, flags)}\0\0\0${String.fromCharCode(stream)}${payload}`;
}

/** SETTINGS without any, and the acknowledgement of the other side's. */
const SETTINGS = frame(4, 0, 0) + frame(4, 1, 0);
/** The head of a reply with `:status: 200`, and the first of its body. */
const BEGUN = frame(1, 4, 1, '\x88') + frame(0, 0, 1, 'some of it');
/** The same with `content-length: 99`. */
const BEGUN_OF_99 = frame(1, 4, 1, '\x88\x0f\x0d\x0299') + frame(0, 0, 1, 'some of it');
const resetFrame = (code: number) => frame(3, 0, 1, `\0\0\0${String.fromCharCode(code)}`);

/** An endpoint that sends these frames, whatever it is asked. */
function startFrames(frames: string) {
  return startRawUpstream(({ socket, received }) => {
    if (received.includes('PRI * HTTP/2.0') && socket.bytesWritten === 0) {
      socket.write(SETTINGS, 'latin1');
    } else if (received.includes('a.example') || received.length > 100) {
      socket.write(frames, 'latin1');
    }
  });
}

/** A gateway in front of endpoints that speak HTTP/2. */
function inFrontOf(urls: readonly string[], rest: Readonly<Record<string, unknown>> = {}) {
  const settings = { protocol: 'http2', hold: '0s', ...rest };
  return startGateway(oneUpstream(urls, settings), { isQuiet: true, random: () => 0 });
}

const reset =
  (code: number): OnStream =>
  (stream) =>
    stream.close(code);
const goAway =
  (code: number): OnStream =>
  ({ session, id = 0 }) => {
    // The last one that was looked at is that before it.
    session?.goaway(code, id - 2);
    session?.close();
  };

test.for<{ name: string; bytes: string; act: OnStream; status: number; error: string }>([
  { name: 'a reset', bytes: POST, act: reset(2), status: 502, error: 'connection_terminated' },
  { name: 'a cancel', bytes: POST, act: reset(8), status: 502, error: 'connection_terminated' },
  { name: 'a reset', bytes: GET, act: reset(2), status: 502, error: 'connection_terminated' },
  {
    name: 'a protocol error',
    bytes: POST,
    act: reset(constants.NGHTTP2_PROTOCOL_ERROR),
    status: 502,
    error: 'http_protocol_error',
  },
  {
    name: 'silence',
    bytes: POST,
    act: () => undefined,
    status: 504,
    error: 'http_response_timeout',
  },
  {
    name: 'the end of the connection',
    bytes: POST,
    act: ({ session }) => session?.socket.destroySoon(),
    status: 502,
    error: 'connection_terminated',
  },
  {
    name: 'a broken connection',
    bytes: POST,
    act: ({ session }) => session?.destroy(new Error('broken'), constants.NGHTTP2_INTERNAL_ERROR),
    status: 502,
    error: 'connection_terminated',
  },
])('$name in place of a reply leaves it open what became of it: $status', async (scene) => {
  const upstream = await startHttp2Upstream(scene.act);
  const { url } = await inFrontOf([upstream.url], {
    timeouts: { response: scene.name === 'silence' ? '300ms' : '10s' },
  });

  const answer = await request(url, scene.bytes);

  expect([answer.status, answer.field('proxy-status')]).toEqual([
    scene.status,
    `candor; error=${scene.error}`,
  ]);
  expect(answer.field('candor-disposition')).toContain('unknown');
  expect(upstream.requests).toBe(scene.bytes === GET && scene.status === 502 ? 2 : 1);
});

test.for([
  { name: 'REFUSED_STREAM', act: reset(constants.NGHTTP2_REFUSED_STREAM) },
  { name: 'GOAWAY', act: goAway(constants.NGHTTP2_NO_ERROR) },
  { name: 'GOAWAY with an error', act: goAway(constants.NGHTTP2_ENHANCE_YOUR_CALM) },
])('$name has not been processed: the body is sent again on another session', async ({ act }) => {
  const bodies: string[] = [];
  const upstream = await startHttp2Upstream((stream, fields) => {
    if (upstream.requests === 1) return serve(stream, fields);
    if (upstream.requests === 2) return act(stream, fields);
    stream.on('data', (chunk: Buffer) => bodies.push(String(chunk)));
    stream.on('end', () => serve(stream, fields));
  });
  const { url, upstream: app } = await inFrontOf([upstream.url]);
  await request(url, GET);

  const reply = await request(url, POST);

  expect([reply.status, bodies.join('')]).toEqual([200, 'hi']);
  expect([upstream.requests, upstream.connections]).toEqual([3, 2]);
  expect(app().counts.attemptFailures.connection_reset).toBe(0);
});

test('what is refused again and again is answered as not processed', async () => {
  const upstream = await startHttp2Upstream(reset(constants.NGHTTP2_REFUSED_STREAM));
  const { url, upstream: app } = await inFrontOf([upstream.url]);

  const answer = await request(url, POST);

  expect([answer.status, answer.field('proxy-status')]).toEqual([
    503,
    'candor; error=connection_terminated',
  ]);
  expect(answer.field('candor-disposition')).toContain('not_processed');
  expect(app().belief.verdict.state).toBe('suspect');
});

test('a refused body goes to another endpoint, in the order in which it came', async () => {
  const ill = await startHttp2Upstream(reset(constants.NGHTTP2_REFUSED_STREAM));
  const well = await startHttp2Upstream((stream) => {
    stream.respond({ ':status': 200 });
    stream.pipe(stream);
  });
  const { url } = await inFrontOf([ill.url, well.url]);
  const client = await connectRaw(url);

  client.send(`${CHUNKED}3\r\none\r\n`);
  await client.until('one');
  client.send('3\r\ntwo\r\n0\r\n\r\n');

  expect((await client.response()).body).toBe('onetwo');
});

test('a refused body that is too long to be kept is answered, not sent in part', async () => {
  const refusing = Promise.withResolvers<ServerHttp2Stream>();
  const ill = await startHttp2Upstream((stream) => {
    stream.resume();
    refusing.resolve(stream);
  });
  const well = await startHttp2Upstream();
  const { url } = await inFrontOf([ill.url, well.url], { hold: '1s' });
  const client = await connectRaw(url);
  client.send(
    `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(500_000)}`,
  );
  const stream = await refusing.promise;
  let got = 0;
  stream.on('data', (chunk: Buffer) => {
    got += chunk.length;
  });
  await vi.waitFor(() => expect(got).toBeGreaterThan(200_000));

  stream.close(constants.NGHTTP2_REFUSED_STREAM);
  const answer = await client.response();

  expect([answer.status, well.requests]).toEqual([503, 0]);
  expect(answer.field('candor-disposition')).toContain('not_processed');
});

test.for([
  { name: 'HTTP/1.1', start: () => startUpstream(), error: 'destination_unavailable' },
  {
    name: 'nothing at all',
    start: () => startRawUpstream(),
    error: 'connection_timeout',
  },
  {
    name: 'a limit of no streams',
    start: () => startHttp2Upstream(serve, { settings: { maxConcurrentStreams: 0 } }),
    error: 'connection_terminated',
  },
])('an endpoint that says $name has not seen the request', async ({ start, error }) => {
  const upstream = await start();
  const connect = error === 'connection_timeout' ? '200ms' : '5s';
  const { url } = await inFrontOf([upstream.url], { timeouts: { connect } });

  const answer = await request(url, POST);

  expect([answer.status, answer.field('proxy-status')]).toEqual([503, `candor; error=${error}`]);
  expect(answer.field('candor-disposition')).toContain('not_processed');
});

test.for<{ name: string; frames: string }>([
  { name: 'resets its stream', frames: BEGUN + resetFrame(constants.NGHTTP2_INTERNAL_ERROR) },
  { name: 'cancels its stream', frames: BEGUN + resetFrame(constants.NGHTTP2_CANCEL) },
  { name: 'refuses its stream too late', frames: BEGUN + resetFrame(7) },
  { name: 'ends short of its length', frames: BEGUN_OF_99 + frame(0, 1, 1) },
  { name: 'stops it without a fault and without an end', frames: BEGUN + resetFrame(0) },
  { name: 'stops short of its length', frames: BEGUN_OF_99 + resetFrame(0) },
  { name: 'sends nonsense', frames: `${BEGUN}this is no frame of any kind` },
  { name: 'pauses for too long', frames: BEGUN },
])('a reply breaks off where its endpoint $name', async ({ frames }) => {
  const upstream = await startFrames(frames);
  const { url, upstream: app } = await inFrontOf([upstream.url], { timeouts: { idle: '200ms' } });

  const { received } = await exchange(url, GET);

  expect(received).toContain('some of it');
  expect(received).not.toContain('\r\n0\r\n');
  expect(app().counts.failures.connection_reset).toBe(1);
});

test('a reply breaks off where the connection does', async () => {
  const upstream = await startHttp2Upstream((stream) => {
    stream.respond({ ':status': 200 });
    stream.write('some of it', () => stream.session?.socket.destroySoon());
  });
  const { url } = await inFrontOf([upstream.url]);

  const { received } = await exchange(url, GET);

  expect(received).toContain('some of it');
  expect(received).not.toContain('\r\n0\r\n');
});

test('a connection that closes with half of the streams done fails the others alone', async () => {
  const streams: ServerHttp2Stream[] = [];
  const upstream = await startHttp2Upstream((stream) => void streams.push(stream));
  const { url } = await inFrontOf([upstream.url], { timeouts: { response: '10s' } });
  const [one, other] = [request(url, POST), request(url, POST)];
  await vi.waitFor(() => expect(streams).toHaveLength(2));
  const [first, second] = streams;
  if (first === undefined || second === undefined) throw new Error('two streams');

  serve(first, {});
  first.once('close', () => second.session?.socket.destroy());

  expect([(await one).status, (await other).status].toSorted()).toEqual([200, 502]);
  expect(upstream.connections).toBe(1);
});

test('requests beyond the limit of concurrent streams open further sessions', async () => {
  const streams: ServerHttp2Stream[] = [];
  const upstream = await startHttp2Upstream((stream) => void streams.push(stream), {
    settings: { maxConcurrentStreams: 3 },
  });
  const { url } = await inFrontOf([upstream.url], { timeouts: { response: '10s' } });

  const replies = Array.from({ length: 10 }, () => request(url, POST));
  await vi.waitFor(() => expect(streams).toHaveLength(10));
  expect(upstream.connections).toBe(4);
  for (const stream of streams) serve(stream, {});

  for (const { status } of await Promise.all(replies)) expect(status).toBe(200);
});

test('after GOAWAY what runs comes to its end, and what comes next takes another session', async () => {
  const streams: ServerHttp2Stream[] = [];
  const upstream = await startHttp2Upstream((stream, fields) => {
    if (streams.push(stream) > 1) serve(stream, fields);
  });
  const { url } = await inFrontOf([upstream.url], { timeouts: { response: '10s' } });
  const running = request(url, POST);
  await vi.waitFor(() => expect(streams).toHaveLength(1));
  streams[0]?.session?.close();

  await vi.waitFor(async () => {
    expect((await request(url, POST)).status).toBe(200);
    expect(upstream.connections).toBe(2);
  });
  if (streams[0] !== undefined) serve(streams[0], {});

  expect((await running).status).toBe(200);
});

test('an endpoint that is gone refuses the next request before it is sent', async () => {
  const upstream = await startHttp2Upstream();
  const { url } = await inFrontOf([upstream.url]);
  await request(url, POST);

  upstream.refuse();
  await vi.waitFor(async () => {
    const answer = await request(url, POST);
    expect(answer.field('proxy-status')).toBe('candor; error=connection_refused');
  });
  expect(upstream.requests).toBe(1);
});

test('a host that has vanished is noticed by a PING, not by the time-out of each request', async () => {
  const upstream = await startFrames('');
  const { url } = await inFrontOf([upstream.url], {
    timeouts: { connect: '500ms', response: '20s' },
  });

  const answer = await request(url, POST);

  expect(answer.field('proxy-status')).toBe('candor; error=connection_terminated');
  expect(answer.field('candor-disposition')).toContain('unknown');
});

test('a slow endpoint that answers the PING is waited for', async () => {
  const upstream = await startHttp2Upstream((stream, fields) => {
    setTimeout(() => serve(stream, fields), 1_800);
  });
  const { url } = await inFrontOf([upstream.url], {
    timeouts: { connect: '500ms', response: '20s' },
  });

  expect((await request(url, POST)).status).toBe(200);
});

test('a gRPC stream may be silent, in both directions', async () => {
  const streams: ServerHttp2Stream[] = [];
  const upstream = await startHttp2Upstream((stream) => void streams.push(stream));
  const { url } = await inFrontOf([upstream.url], {
    timeouts: { response: '100ms', idle: '100ms' },
  });
  const client = await connectRaw(url);
  client.send(CHUNKED.replace('\r\n\r\n', '\r\nContent-Type: application/grpc+proto\r\n\r\n'));
  client.send('3\r\none\r\n');
  await vi.waitFor(() => expect(streams).toHaveLength(1));
  // Four times what would end any other exchange: that nothing ends is known by no event.
  const quiet = () => new Promise((resolve) => setTimeout(resolve, 400));

  await quiet();
  streams[0]?.respond({ ':status': 200, 'content-type': 'application/grpc' });
  await client.until('application/grpc');
  await quiet();
  streams[0]?.end('two');
  client.send('0\r\n\r\n');

  expect((await client.response()).body).toBe('two');
});
