import { expect, test } from 'vitest';
import { startDns } from '../support/dns-server.ts';
import { startGateway } from '../support/gateway.ts';
import { request } from '../support/raw-client.ts';
import {
  certificatePath,
  pem,
  type SecureUpstream,
  startSecureUpstream,
} from '../support/secure-upstream.ts';

const TRUSTING = { ca: certificatePath('authority'), serverName: 'app.internal' };
const pair = (name: string) => ({
  cert: certificatePath(name),
  key: certificatePath(`${name}-key`),
});

const get = (host = 'a') => `GET / HTTP/1.1\r\nHost: ${host}\r\nAccept: application/json\r\n\r\n`;
const post = (host = 'a') => `POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 2\r\n\r\nhi`;

/** A gateway that nobody but requests moves. */
function inFrontOf({ url }: SecureUpstream, tls?: Readonly<Record<string, string>>) {
  const app = { endpoints: [url], hold: '0ms', ...(tls === undefined ? {} : { tls }) };
  return startGateway({ upstreams: { app } }, { isQuiet: true });
}

test('requests of every kind go over TLS to an endpoint that its own authority vouches for', async () => {
  const app = await startSecureUpstream('server');
  const { url, upstream } = await inFrontOf(app, TRUSTING);
  for (const bytes of [get(), post(), get()]) {
    expect((await request(url, bytes)).body.toString()).toBe('served\n');
  }
  expect(upstream().counts.attemptFailures.tls_error).toBe(0);
});

test("the name is the settings', whatever Host the client sends, and its connection is kept", async () => {
  const app = await startSecureUpstream('server');
  const { url } = await inFrontOf(app, TRUSTING);
  for (const host of ['one.example', 'two.example', '10.0.0.1', 'app.internal']) {
    expect((await request(url, post(host))).status).toBe(200);
  }
  expect(app.names).toEqual(['app.internal']);
});

test('a connection after the first resumes its session', async () => {
  const app = await startSecureUpstream('server');
  const { url } = await inFrontOf(app, TRUSTING);
  await request(url, get());
  app.hangUp();
  await request(url, get());
  expect(app).toMatchObject({ handshakes: 2, resumed: 1 });
});

test.for([
  {
    name: 'is of an authority that is not believed',
    tls: { ...TRUSTING, ca: certificatePath('other-authority') },
  },
  { name: 'is of another name', tls: { ...TRUSTING, serverName: 'app.example' } },
  { name: "is not the address's", tls: { ca: certificatePath('authority') } },
  { name: 'is of an authority of its own, which nobody named', tls: undefined },
  { name: 'has expired', certificate: 'expired', tls: TRUSTING },
])(
  'an endpoint whose certificate $name gets nothing, and the client an honest answer',
  async ({ tls, certificate = 'server' }) => {
    const app = await startSecureUpstream(certificate);
    const { url, upstream } = await inFrontOf(app, tls);
    for (const bytes of [get(), post()]) {
      const answer = await request(url, bytes);
      expect(answer.status).toBe(503);
      expect(answer.field('proxy-status')).toMatch(/error=tls_/);
      expect(answer.field('candor-disposition')).toMatch(/^not_processed;/);
    }
    expect(app.requests).toBe(0);
    expect(upstream().belief.verdict).toMatchObject({ state: 'suspect', cause: 'tls_error' });
  },
);

test.for([
  { name: 'that it believes', tls: { ...TRUSTING, ...pair('client') }, status: 200 },
  { name: 'of a stranger', tls: { ...TRUSTING, ...pair('strange-client') }, status: 503 },
  { name: 'not at all', tls: TRUSTING, status: 503 },
])(
  'an endpoint that asks for a certificate is shown one $name: $status',
  async ({ tls, status }) => {
    const app = await startSecureUpstream('server', { requestCert: true, ca: pem('authority') });
    const { url, upstream } = await inFrontOf(app, tls);
    for (const bytes of [get(), post()]) expect((await request(url, bytes)).status).toBe(status);
    const { tls_error, connection_reset } = upstream().counts.attemptFailures;
    expect(connection_reset).toBe(0); // It is told by TLS 1.3 after our side of the handshake is done.
    if (status === 200) expect([tls_error, app.requests]).toEqual([0, 2]);
    else expect([tls_error > 0, app.requests]).toEqual([true, 0]);
  },
);

test('endpoints that DNS lists by address are held to the name of the settings', async () => {
  const app = await startSecureUpstream('server');
  const dns = await startDns();
  dns.set('tasks.app', ['127.0.0.1']);
  const discover = { dns: 'tasks.app', port: app.port, scheme: 'https', servers: [dns.address] };
  const { url, upstream } = await startGateway({ upstreams: { app: { discover, tls: TRUSTING } } });
  while (upstream().endpoints.length === 0) await upstream().changed();
  expect((await request(url, post())).status).toBe(200);
  while (upstream().counts.probesOk === 0) await upstream().changed();
  expect(upstream().counts.probesFailed).toBe(0);
});
