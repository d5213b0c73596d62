import { describe, expect, test } from 'vitest';
import type { UpstreamTls } from '../../src/config/upstream-settings.ts';
import { Dialer } from '../../src/upstream/dialer.ts';
import { endpointOf } from '../../src/upstream/endpoint.ts';
import { probe } from '../../src/upstream/probe.ts';
import { pem, startSecureUpstream } from '../support/secure-upstream.ts';

const never = new AbortController().signal;
const pair = (name: string) => ({ cert: pem(name), key: pem(`${name}-key`) });
const trusting: UpstreamTls = { ca: pem('authority'), serverName: 'app.internal', client: null };
const asksForCertificate = { requestCert: true, ca: pem('authority') };

interface Case {
  readonly name: string;
  readonly tls: UpstreamTls | null;
  readonly certificate?: string;
  readonly options?: Parameters<typeof startSecureUpstream>[1];
  readonly cause: 'tls_error' | null;
}

const CASES: readonly Case[] = [
  { name: 'its own authority and name', tls: trusting, cause: null },
  {
    name: 'an address in the certificate and no name',
    certificate: 'server-at-address',
    tls: { ...trusting, serverName: null },
    cause: null,
  },
  { name: 'no authority', tls: { ...trusting, ca: null }, cause: 'tls_error' },
  { name: 'nothing said of TLS', tls: null, cause: 'tls_error' },
  {
    name: 'another authority',
    tls: { ...trusting, ca: pem('other-authority') },
    cause: 'tls_error',
  },
  { name: 'another name', tls: { ...trusting, serverName: 'app.example' }, cause: 'tls_error' },
  { name: 'the address for a name', tls: { ...trusting, serverName: null }, cause: 'tls_error' },
  {
    name: 'a certificate that has expired',
    certificate: 'expired',
    tls: trusting,
    cause: 'tls_error',
  },
  {
    name: 'the certificate that it asks for',
    options: asksForCertificate,
    tls: { ...trusting, client: pair('client') },
    cause: null,
  },
  {
    name: 'no certificate where it asks for one',
    options: asksForCertificate,
    tls: trusting,
    cause: 'tls_error',
  },
  {
    name: 'a certificate of a stranger',
    options: asksForCertificate,
    tls: { ...trusting, client: pair('strange-client') },
    cause: 'tls_error',
  },
  {
    name: 'no certificate where it asks for one, by TLS 1.2',
    options: { ...asksForCertificate, maxVersion: 'TLSv1.2' },
    tls: trusting,
    cause: 'tls_error',
  },
];

describe.for([
  { by: 'connect', path: null },
  { by: 'GET', path: '/healthz' },
])('a probe by $by of an https endpoint', ({ path }) => {
  test.for(CASES)('with $name: $cause', async ({ tls, certificate = 'server', options, cause }) => {
    const app = await startSecureUpstream(certificate, options);
    const way = {
      path,
      grpc: false,
      everyMs: 1_000,
      timeoutMs: 2_000,
      statuses: [200],
      dialer: new Dialer(tls),
    };
    const result = await probe(endpointOf(app.url), way, never);
    expect(result).toMatchObject({ ok: cause === null, cause });
    expect(app.requests).toBe(path !== null && cause === null ? 1 : 0);
  });
});

test('each probe looks at the certificate again', async () => {
  const app = await startSecureUpstream('server');
  const endpoint = endpointOf(app.url);
  const dialer = new Dialer(trusting);
  const way = {
    path: null,
    grpc: false,
    everyMs: 1_000,
    timeoutMs: 2_000,
    statuses: [200],
    dialer,
  };
  for (let time = 0; time < 3; time += 1) await probe(endpoint, way, never);
  expect(app).toMatchObject({ handshakes: 3, resumed: 0 });
});

test('a server that gives no tickets is found to serve as well', async () => {
  // SSL_OP_NO_TICKET, and no sessions kept.
  const app = await startSecureUpstream('server', { secureOptions: 0x4000 });
  const dialer = new Dialer(trusting);
  const way = {
    path: null,
    grpc: false,
    everyMs: 1_000,
    timeoutMs: 2_000,
    statuses: [200],
    dialer,
  };
  expect(await probe(endpointOf(app.url), way, never)).toMatchObject({ ok: true });
});

test('a key that OpenSSL refuses fails the probe, and throws nothing', async () => {
  const app = await startSecureUpstream('server');
  const dialer = new Dialer({
    ...trusting,
    client: { cert: pem('client'), key: pem('server-key') },
  });
  const way = {
    path: null,
    grpc: false,
    everyMs: 1_000,
    timeoutMs: 2_000,
    statuses: [200],
    dialer,
  };
  expect(await probe(endpointOf(app.url), way, never)).toMatchObject({ cause: 'tls_error' });
});
