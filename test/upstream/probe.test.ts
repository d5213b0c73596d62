import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Dialer } from '../../src/upstream/dialer.ts';
import { endpointOf } from '../../src/upstream/endpoint.ts';
import { type ProbeWay, probe } from '../../src/upstream/probe.ts';
import { startUpstream } from '../support/upstream.ts';

const never = new AbortController().signal;
const dialer = new Dialer(null);
const connect: ProbeWay = {
  path: null,
  grpc: false,
  everyMs: 1000,
  timeoutMs: 250,
  statuses: [200],
  dialer,
};
const page: ProbeWay = { ...connect, path: '/healthz' };

/** Accepts connections, and keeps silent. */
async function startSilent(): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined); // The probe breaks off: that is what is tested.
    onTestFinished(() => void socket.destroy());
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  onTestFinished(() => void server.close());
  // The address of a TCP server that listens is an object.
  return (server.address() as AddressInfo).port;
}

describe('a probe by connect', () => {
  test('succeeds where connections are accepted, and leaves none open', async () => {
    const app = await startUpstream('hang');
    expect(await probe(endpointOf(app.url), connect, never)).toMatchObject({
      ok: true,
      cause: null,
    });
    expect(app.connections).toBe(1);
    await app.refuse(); // Would wait for a connection that is still open.
  });

  test('fails where they are refused', async () => {
    const app = await startUpstream();
    await app.refuse();
    const result = await probe(endpointOf(app.url), connect, never);
    expect(result).toMatchObject({ ok: false, cause: 'connection_refused' });
  });

  test('fails with tls_error where TLS is expected and something else is spoken', async () => {
    const app = await startUpstream();
    const result = await probe(endpointOf(`https://127.0.0.1:${app.port}`), connect, never);
    expect(result).toMatchObject({ ok: false, cause: 'tls_error' });
  });

  test('fails with connection_timeout where no TLS handshake comes to its end', async () => {
    const port = await startSilent();
    const result = await probe(endpointOf(`https://127.0.0.1:${port}`), connect, never);
    expect(result).toMatchObject({ ok: false, cause: 'connection_timeout' });
    expect(result?.ms).toBeGreaterThanOrEqual(240);
  });
});

describe('a probe by GET', () => {
  test.for([
    { behaviour: 'serve', cause: null },
    { behaviour: 'drip', cause: null },
    { behaviour: 'hang_mid_body', cause: null },
    { behaviour: 'end_early', cause: null },
    { behaviour: 'unavailable', cause: 'probe_failed' },
    { behaviour: 'hang', cause: 'response_timeout' },
    { behaviour: 'reset', cause: 'connection_reset' },
    { behaviour: 'reset_mid_head', cause: 'connection_reset' },
    { behaviour: 'garbage', cause: 'bad_response' },
  ] as const)('of an application that does "$behaviour": $cause', async ({ behaviour, cause }) => {
    const app = await startUpstream(behaviour);
    const result = await probe(endpointOf(app.url), page, never);
    expect(result).toMatchObject({ ok: cause === null, cause });
    expect(app.requests).toBe(1);
  });

  test('names itself, asks for the path, and follows no redirect', async () => {
    const seen: unknown[] = [];
    const app = await startUpstream(({ method, url, headers }, response) => {
      seen.push([method, url, headers['user-agent']]);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect(await probe(endpointOf(app.url), page, never)).toMatchObject({ cause: 'probe_failed' });
    expect(seen).toEqual([['GET', '/healthz', 'candor-probe']]);
  });

  test('takes the statuses that the settings name', async () => {
    const app = await startUpstream('unavailable');
    const statuses = [200, 503];
    expect(await probe(endpointOf(app.url), { ...page, statuses }, never)).toMatchObject({
      ok: true,
    });
  });

  test('fails with connection_timeout where the connection does not come about', async () => {
    const port = await startSilent();
    const result = await probe(endpointOf(`https://127.0.0.1:${port}`), page, never);
    expect(result).toMatchObject({ ok: false, cause: 'connection_timeout' });
  });

  test('fails where connections are refused', async () => {
    const app = await startUpstream();
    await app.refuse();
    const result = await probe(endpointOf(app.url), page, never);
    expect(result).toMatchObject({ ok: false, cause: 'connection_refused' });
  });
});

test.for([connect, page])('a probe that is stopped says nothing (path $path)', async (settings) => {
  const port = await startSilent();
  const stop = new AbortController();
  const running = probe(endpointOf(`https://127.0.0.1:${port}`), settings, stop.signal);
  stop.abort();
  expect(await running).toBeNull();
  expect(await probe(endpointOf(`https://127.0.0.1:${port}`), settings, stop.signal)).toBeNull();
});
