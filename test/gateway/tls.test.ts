import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { Certificates } from '../../src/gateway/certificates.ts';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { askHttp2, connectHttp2 } from '../support/http2-client.ts';
import { exchange } from '../support/raw-client.ts';
import { startUpstream } from '../support/upstream.ts';
import { certificateFiles, mountedSecret, pairOf, shakeHands } from './certificate-files.ts';

/** A gateway with TLS in front of an upstream that serves. */
async function startSecure(tls: unknown, rest: Readonly<Record<string, unknown>> = {}) {
  const upstream = await startUpstream();
  const listen = { address: '127.0.0.1:0', tls, ...rest };
  return startGateway({ ...oneUpstream([upstream.url]), listen }, { isQuiet: true });
}

const THREE = [pairOf('app'), pairOf('wildcard'), pairOf('common-name')];

test.for([
  { servername: 'app.example.com', certificate: 'app' },
  { servername: 'login.example.com', certificate: 'app' },
  { servername: 'LOGIN.example.com', certificate: 'app' },
  { servername: 'other.example.com', certificate: 'wildcard' },
  { servername: 'two.labels.example.com', certificate: 'app' },
  { servername: 'example.com', certificate: 'app' },
  { servername: 'old.example.com', certificate: 'old.example.com' },
  { servername: 'elsewhere.example.org', certificate: 'app' },
  { servername: '', certificate: 'app' },
])(
  'a client that asks for "$servername" gets the certificate $certificate',
  async ({ servername, certificate }) => {
    const { url } = await startSecure(THREE);

    await expect(shakeHands(url, { servername })).resolves.toMatchObject({ certificate });
  },
);

test('without alternative names the common name is what a certificate is for', async () => {
  const { url } = await startSecure([pairOf('app'), pairOf('common-name')]);

  const { certificate } = await shakeHands(url, { servername: 'old.example.com' });

  expect(certificate).toBe('old.example.com');
});

test.for(['TLSv1.2', 'TLSv1.3'] as const)('%s is spoken', async (version) => {
  const { url } = await startSecure(pairOf('app'));

  const { protocol } = await shakeHands(url, { minVersion: version, maxVersion: version });

  expect(protocol).toBe(version);
});

test.for(['TLSv1', 'TLSv1.1'] as const)('%s is refused', async (version) => {
  const { url } = await startSecure(pairOf('app'));
  const old = { minVersion: version, maxVersion: version, ciphers: 'ALL:@SECLEVEL=0' };

  await expect(shakeHands(url, old)).rejects.toMatchObject({ code: /PROTOCOL_VERSION|ALERT/ });
});

// The cipher list that ChargeOver's PHP SDK sets: with TLS 1.2 it leaves CBC suites only.
test.for([
  {
    maxVersion: 'TLSv1.2',
    certificate: 'wildcard',
    cipher: /^TLS_ECDHE_RSA_WITH_AES_(?:128|256)_CBC_SHA$/,
  },
  {
    maxVersion: 'TLSv1.2',
    certificate: 'app',
    cipher: /^TLS_ECDHE_ECDSA_WITH_AES_(?:128|256)_CBC_SHA$/,
  },
  { maxVersion: 'TLSv1.3', certificate: 'app', cipher: /^TLS_AES_/ },
] as const)(
  'a client with the cipher list TLSv1 is served by $maxVersion, certificate $certificate',
  async ({ maxVersion, certificate, cipher }) => {
    const { url } = await startSecure(pairOf(certificate));

    const handshake = await shakeHands(url, {
      ciphers: 'TLSv1:TLS_AES_256_GCM_SHA384',
      maxVersion,
    });

    expect(handshake).toMatchObject({
      protocol: maxVersion,
      cipher: expect.stringMatching(cipher),
    });
  },
);

test.for([
  { offered: ['h2', 'http/1.1'], http2: true, alpn: 'h2' },
  { offered: ['http/1.1', 'h2'], http2: true, alpn: 'h2' },
  { offered: ['http/1.1'], http2: true, alpn: 'http/1.1' },
  { offered: ['http/1.0'], http2: true, alpn: 'http/1.0' },
  { offered: [], http2: true, alpn: false },
  { offered: ['h2', 'http/1.1'], http2: false, alpn: 'http/1.1' },
])('of $offered a listener with http2: $http2 chooses $alpn', async ({ offered, http2, alpn }) => {
  const { url } = await startSecure(pairOf('app'), { http2 });

  const handshake = await shakeHands(url, { ALPNProtocols: offered });

  expect(handshake.alpn).toBe(alpn);
});

test.for([
  { offered: ['spdy/3'], http2: true },
  { offered: ['h2'], http2: false },
])(
  'without a protocol in common ($offered) the handshake fails, and the next one does not',
  async ({ offered, http2 }) => {
    const { url } = await startSecure(pairOf('app'), { http2 });

    await expect(shakeHands(url, { ALPNProtocols: offered })).rejects.toThrow();

    await expect(shakeHands(url)).resolves.toMatchObject({ certificate: 'app' });
  },
);

test('cleartext HTTP/2 is refused where it is not wanted', async () => {
  const upstream = await startUpstream();
  const listen = { address: '127.0.0.1:0', http2: false };
  const { url } = await startGateway({ ...oneUpstream([upstream.url]), listen }, { isQuiet: true });

  const { received } = await exchange(url, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0');

  expect(received).toMatch(/^HTTP\/1\.1 400 /);
});

test('HTTP without TLS on a port with TLS ends the connection, and nothing else', async () => {
  const { url } = await startSecure(pairOf('app'));

  await exchange(url, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');

  await expect(askHttp2(url)).resolves.toMatchObject({ status: 200 });
});

test.for([
  { name: 'renamed into place', make: certificateFiles },
  { name: 'swapped as Kubernetes does', make: mountedSecret },
])('files $name are taken over, and no open connection is dropped', async ({ make }) => {
  const files = await make('app');
  const { url, logged } = await startSecure([
    { cert: files.cert, key: files.key },
    pairOf('wildcard'),
  ]);
  const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
  const http2 = await connectHttp2(url);
  const before = [await askHttp1(url, agent), (await http2.ask()).status];

  await files.replace('renewed');
  await logged('certificate reloaded', { cert_file: files.cert });

  await expect(shakeHands(url)).resolves.toMatchObject({ certificate: 'renewed' });
  const named = await shakeHands(url, { servername: 'app.example.com' });
  expect(named.certificate).toBe('renewed');
  const after = [await askHttp1(url, agent), (await http2.ask()).status];
  expect([before, after]).toEqual([
    ['200 false', 200],
    ['200 true', 200],
  ]);
  agent.destroy();
});

test("a key that is not the certificate's is refused, until it is", async () => {
  const files = await certificateFiles('app');
  const { url, logged, log } = await startSecure({ cert: files.cert, key: files.key });

  await files.replace('renewed', 'app-key');
  const refused = await logged('certificate refused, the running one stays');
  expect(refused).toMatchObject({
    level: 50,
    found: files.key,
    expected: 'the private key of the certificate',
  });
  await expect(shakeHands(url)).resolves.toMatchObject({ certificate: 'app' });

  await files.replace('renewed');
  await logged('certificate reloaded');
  await expect(shakeHands(url)).resolves.toMatchObject({ certificate: 'renewed' });
  expect(log.filter(({ msg }) => msg.startsWith('certificate refused'))).toHaveLength(1);
});

test('other certificates in the settings are those of the next connection', async () => {
  const { url, gateway } = await startSecure(pairOf('app'));
  const [listener] = gateway.plan.settings.listen;
  const [pair] = listener?.tls ?? [];
  if (listener === undefined || pair === undefined) throw new Error('a listener without TLS');
  const { cert, key } = pairOf('wildcard');
  const tls = [{ ...pair, cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') }];
  const settings = { ...gateway.plan.settings, listen: [{ ...listener, tls, http2: false }] };

  await gateway.adopt({ ...gateway.plan, settings });

  const handshake = await shakeHands(url, { ALPNProtocols: ['h2', 'http/1.1'] });
  expect(handshake).toMatchObject({ certificate: 'wildcard', alpn: 'http/1.1' });
  expect(gateway.certificates).toEqual([{ file: pair.certFile, expiresAt: expect.any(Number) }]);
});

test.for([
  { days: 15, lines: [] },
  { days: 13, lines: ['certificate expires soon'] },
  { days: -1, lines: ['certificate has expired'] },
])(
  '$days days before a certificate ends the log says $lines, once a day',
  async ({ days, lines }) => {
    const { cert, key } = pairOf('app');
    const texts = { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') };
    const said: string[] = [];
    const log = pino({ base: null }, { write: (line) => void said.push(JSON.parse(line).msg) });
    const end = Date.parse('2126-11-04T00:00:00Z');
    let now = end - days * 86_400_000;
    using certificates = new Certificates([{ ...texts, certFile: cert, keyFile: key }], {
      log,
      onFirst: () => undefined,
      now: () => now,
    });

    await certificates.look();
    await certificates.look();
    expect(said).toEqual(lines);

    now += 86_400_001;
    await certificates.look();
    expect(said).toHaveLength(lines.length * 2);
  },
);

/** The status, and whether the connection had been used before. */
function askHttp1(url: string, agent: Agent): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const sent = request(url, { agent }, (reply) => {
    reply.resume().once('end', () => resolve(`${reply.statusCode} ${sent.reusedSocket}`));
  });
  sent.once('error', reject).end();
  return promise;
}
