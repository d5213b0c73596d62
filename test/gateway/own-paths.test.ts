import { readFileSync } from 'node:fs';
import { connect as connectTls } from 'node:tls';
import { expect, test, vi } from 'vitest';
import { type GivenSettings, oneUpstream, startGateway } from '../support/gateway.ts';
import { connectRaw, request } from '../support/raw-client.ts';
import { startUpstream } from '../support/upstream.ts';

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;

/** A gateway whose upstream refuses. */
async function duringOutage(settings: GivenSettings = {}) {
  const upstream = await startUpstream();
  await upstream.refuse();
  const started = await startGateway({
    ...oneUpstream([upstream.url], { hold: '0s' }),
    ...settings,
  });
  return { ...started, app: upstream };
}

test.for([
  { name: 'GET', bytes: get('/_candor/healthz'), status: 200 },
  { name: 'GET with a query', bytes: get('/_candor/healthz?x'), status: 200 },
  {
    name: 'POST',
    bytes: 'POST /_candor/healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n',
    status: 405,
  },
  { name: 'a path that is not there', bytes: get('/_candor/nothing'), status: 404 },
])('$name of the gateway’s own paths is $status, outage or not', async ({ bytes, status }) => {
  const { url, app } = await duringOutage();
  expect((await request(url, bytes)).status).toBe(status);
  await app.accept();
  expect((await request(url, bytes)).status).toBe(status);
  expect(app.requests).toBe(0);
});

test('HEAD of the gateway’s health has its fields and no body', async () => {
  const { url } = await duringOutage();
  const reply = await request(url, get('/_candor/healthz').replace('GET', 'HEAD'), {
    isHead: true,
  });
  expect([reply.status, reply.field('content-length')]).toEqual([200, '3']);
});

test('the gateway’s own paths may have another prefix', async () => {
  const { url } = await duringOutage({ publicPrefix: '/-/gateway/' });
  expect((await request(url, get('/-/gateway/healthz'))).status).toBe(200);
  expect((await request(url, get('/_candor/healthz'))).status).toBe(503);
});

test('a route of kind healthcheck is passed on while the upstream answers, and is 200 while it does not', async () => {
  const routes = [{ path: '/up', upstream: 'app', kind: 'healthcheck' }, { upstream: 'app' }];
  const { url, app } = await duringOutage({ routes });
  const during = await request(url, get('/up'));
  expect([during.status, during.body]).toEqual([200, 'ok\n']);
  expect((await request(url, get('/'))).status).toBe(503);

  app.behave((_asked, response) => response.writeHead(204).end());
  await app.accept();
  await vi.waitFor(async () => expect((await request(url, get('/up'))).status).toBe(204));
  app.behave((_asked, response) => response.writeHead(500).end('its own word'));
  expect((await request(url, get('/up'))).body).toBe('its own word');
});

test('an address that no route leads from is answered 404, with the reason', async () => {
  const { url } = await duringOutage({ routes: [{ path: '/api/', upstream: 'app' }] });
  const answer = await request(url, get('/other'));
  expect(answer.status).toBe(404);
  expect(answer.field('candor-disposition')).toMatch(/reason=unknown_route/);
  expect(answer.field('retry-after')).toBeNull();
});

const TLS = new URL('../config/tls/', import.meta.url);

test('a listener with TLS serves HTTPS and says so to the upstream', async () => {
  let proto: unknown;
  const upstream = await startUpstream((asked, response) => {
    proto = asked.headers['x-forwarded-proto'];
    response.end('served');
  });
  const { gateway } = await startGateway(tlsSettings(upstream.url));
  const socket = connectTls({
    port: Number(new URL(gateway.urls[0] ?? '').port),
    host: '127.0.0.1',
    rejectUnauthorized: false,
  });
  socket.write(get('/').replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*served$/);
  expect(proto).toBe('https');
});

test('plain HTTP and garbage at a listener with TLS end the connection, and nothing else', async () => {
  const upstream = await startUpstream();
  const { gateway } = await startGateway(tlsSettings(upstream.url));
  const url = (gateway.urls[0] ?? '').replace('https', 'http');
  for (const bytes of [get('/'), '\x16\x03\x01\xff\xff', 'x'.repeat(1_000)]) {
    const client = await connectRaw(url);
    client.send(bytes);
    client.socket.end();
    expect((await client.ending()).received).not.toMatch(/HTTP/);
  }
  expect(upstream.requests).toBe(0);
});

function tlsSettings(url: string): GivenSettings {
  const path = (name: string) => new URL(name, TLS).pathname;
  expect(readFileSync(path('cert.pem'), 'utf8')).toContain('CERTIFICATE');
  return {
    ...oneUpstream([url]),
    listen: { address: '127.0.0.1:0', tls: { cert: path('cert.pem'), key: path('key.pem') } },
  };
}
