import { expect, test } from 'vitest';
import { Dialer } from '../../src/upstream/dialer.ts';
import { endpointOf } from '../../src/upstream/endpoint.ts';
import { type ProbeWay, probe } from '../../src/upstream/probe.ts';
import { type OnStream, serve, startHttp2Upstream } from '../support/http2-upstream.ts';
import { startRawUpstream } from '../support/raw-upstream.ts';
import { pem } from '../support/secure-upstream.ts';
import { startUpstream } from '../support/upstream.ts';

const never = new AbortController().signal;
const dialer = new Dialer(
  { ca: pem('authority'), serverName: 'app.internal', client: null },
  'http2',
);
const page: ProbeWay = {
  path: '/healthz',
  grpc: false,
  everyMs: 1_000,
  timeoutMs: 5_000,
  statuses: [200],
  dialer,
};

/** Only what takes too long is not waited for. */
const patient = (way: ProbeWay, cause: string | null): ProbeWay =>
  cause === 'response_timeout' ? { ...way, timeoutMs: 300 } : way;

test.for<{ name: string; act: OnStream; cause: string | null }>([
  { name: '200', act: serve, cause: null },
  {
    name: '503',
    act: (stream) => stream.respond({ ':status': 503 }, { endStream: true }),
    cause: 'probe_failed',
  },
  { name: 'a body without end', act: (stream) => stream.respond({ ':status': 200 }), cause: null },
  { name: 'silence', act: () => undefined, cause: 'response_timeout' },
  { name: 'a reset', act: (stream) => stream.close(2), cause: 'connection_reset' },
  { name: 'a cancel', act: (stream) => stream.close(8), cause: 'connection_reset' },
  { name: 'a refusal', act: (stream) => stream.close(7), cause: 'connection_reset' },
  { name: 'GOAWAY', act: ({ session }) => session?.goaway(11), cause: 'connection_reset' },
  {
    name: 'the end of the connection',
    act: ({ session }) => session?.socket.destroySoon(),
    cause: 'connection_reset',
  },
])('a probe by GET over HTTP/2 that is told $name: $cause', async ({ act, cause }) => {
  const app = await startHttp2Upstream(act);

  const result = await probe(endpointOf(app.url), patient(page, cause), never);

  expect(result).toMatchObject({ ok: cause === null, cause });
  expect(app.requests).toBe(1);
});

test('over TLS it agrees to HTTP/2', async () => {
  const app = await startHttp2Upstream(serve, { certificate: 'server' });
  expect(await probe(endpointOf(app.url), page, never)).toMatchObject({ ok: true });
});

test.for([
  { name: 'HTTP/1.1', start: () => startUpstream(), cause: 'bad_response' },
  { name: 'nothing', start: () => startRawUpstream(), cause: 'response_timeout' },
])('an endpoint that speaks $name: $cause', async ({ start, cause }) => {
  const { url } = await start();
  expect(await probe(endpointOf(url), patient(page, cause), never)).toMatchObject({
    ok: false,
    cause,
  });
});

test('without a path, a connection is enough', async () => {
  const app = await startHttp2Upstream(() => undefined);
  const result = await probe(endpointOf(app.url), { ...page, path: null }, never);
  expect(result).toMatchObject({ ok: true });
  expect(app.requests).toBe(0);
});

/** A reply of the gRPC health service, as bytes of its one message. */
const health =
  (message: string, cut = 0): OnStream =>
  (stream, fields) => {
    expect(fields).toMatchObject({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const asked: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => asked.push(chunk));
    stream.on('end', () => {
      expect(Buffer.concat(asked).toString('hex')).toBe('0000000000');
      stream.respond(
        { ':status': 200, 'content-type': 'application/grpc' },
        { waitForTrailers: true },
      );
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      const bytes = Buffer.from(`00000000${message}`, 'hex');
      stream.write(bytes.subarray(0, cut));
      setImmediate(() => stream.end(bytes.subarray(cut)));
    });
  };

test.for<{ name: string; act: OnStream; cause: string | null }>([
  { name: 'SERVING', act: health('020801'), cause: null },
  { name: 'SERVING in two parts', act: health('020801', 3), cause: null },
  { name: 'NOT_SERVING', act: health('020802'), cause: 'probe_failed' },
  { name: 'UNKNOWN', act: health('00'), cause: 'probe_failed' },
  { name: 'something longer', act: health('0408011001'), cause: 'probe_failed' },
  {
    name: 'UNIMPLEMENTED',
    act: (stream) =>
      stream.respond(
        { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '12' },
        { endStream: true },
      ),
    cause: 'probe_failed',
  },
  {
    name: '404',
    act: (stream) => stream.respond({ ':status': 404 }, { endStream: true }),
    cause: 'probe_failed',
  },
  { name: 'silence', act: () => undefined, cause: 'response_timeout' },
  { name: 'a reset', act: (stream) => stream.close(2), cause: 'connection_reset' },
])('a gRPC health check that is told $name: $cause', async ({ act, cause }) => {
  const app = await startHttp2Upstream(act);

  const way = patient({ ...page, path: null, grpc: true }, cause);
  const result = await probe(endpointOf(app.url), way, never);

  expect(result).toMatchObject({ ok: cause === null, cause });
});
