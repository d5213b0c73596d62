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
  everyMs: 1_000,
  timeoutMs: 300,
  statuses: [200],
  dialer,
};

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

  const result = await probe(endpointOf(app.url), page, never);

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
  expect(await probe(endpointOf(url), page, never)).toMatchObject({ ok: false, cause });
});

test('without a path, a connection is enough', async () => {
  const app = await startHttp2Upstream(() => undefined);
  const result = await probe(endpointOf(app.url), { ...page, path: null }, never);
  expect(result).toMatchObject({ ok: true });
  expect(app.requests).toBe(0);
});
