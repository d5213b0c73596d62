import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Application, startApplication } from '../../src/demo/application.ts';
import { FAULTS } from '../../src/demo/fault.ts';
import { sendRaw } from './raw-exchange.ts';

async function start(): Promise<Application> {
  const application = await startApplication({ host: '127.0.0.1', port: 0, name: 'app-1' });
  onTestFinished(() => application.close());
  return application;
}

const GET = 'GET / HTTP/1.1\r\nHost: demo\r\n\r\n';

test('an endpoint that is gone refuses connections, and has closed those it had', async () => {
  const application = await start();
  const kept = connect(Number(new URL(application.url).port), '127.0.0.1');
  const closed = new Promise((resolve) => kept.once('close', resolve));
  await new Promise((resolve) => {
    kept.once('data', resolve);
    kept.write(GET);
  });

  await application.breakWith('gone');

  await closed;
  expect(await sendRaw(application.url, GET)).toEqual({ received: '', code: 'ECONNREFUSED' });
});

test('503 is what HAProxy sends without servers', async () => {
  const application = await start();
  await application.breakWith('503');

  const { received, code } = await sendRaw(application.url, GET);

  expect(code).toBeNull();
  expect(received).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\ncontent-length: 107\r\n/);
  expect(received.split('\r\n\r\n')[1]).toBe(
    '<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>\n',
  );
});

test.for([
  { name: 'a HEAD has no body', bytes: 'HEAD / HTTP/1.1\r\nHost: demo\r\n\r\n', bodies: 0 },
  { name: 'requests that came together get one', bytes: GET + GET, bodies: 1 },
  {
    name: 'a POST gets one whatever its body',
    bytes: `POST / HTTP/1.1\r\nHost: demo\r\nContent-Length: 60000\r\n\r\n${'x'.repeat(60_000)}`,
    bodies: 1,
  },
  {
    name: 'an upgrade gets one',
    bytes: 'GET /ws HTTP/1.1\r\nHost: demo\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    bodies: 1,
  },
])('503: $name', async ({ bytes, bodies }) => {
  const application = await start();
  await application.breakWith('503');

  const { received } = await sendRaw(application.url, bytes);

  expect(received.match(/^HTTP\/1\.1 503/gm)).toHaveLength(1);
  expect(received.split('<html>')).toHaveLength(bodies + 1);
});

test('an endpoint that hangs accepts, stays silent, and lets go when it is mended', async () => {
  const application = await start();
  await application.breakWith('hang');
  let ended = false;

  const hanging = sendRaw(application.url, GET + GET).then((ending) => {
    ended = true;
    return ending;
  });
  await expect(fetch(application.url, { signal: AbortSignal.timeout(500) })).rejects.toThrow();

  expect(ended).toBe(false);
  await application.breakWith('none');
  expect((await hanging).received).toBe('');
});

test('an endpoint that resets does so once it has the request', async () => {
  const application = await start();
  await application.breakWith('reset');

  expect(await sendRaw(application.url, GET)).toEqual({ received: '', code: 'ECONNRESET' });
});

test.for(FAULTS)('an endpoint that was broken with %s serves again on its port', async (fault) => {
  const application = await start();

  await application.breakWith(fault);
  expect(application.fault).toBe(fault);
  await application.breakWith('none');

  expect((await fetch(`${application.url}/healthz`)).status).toBe(200);
});

test('changes that are asked for at once happen one after the other, and the last one holds', async () => {
  const application = await start();

  await Promise.all(
    [...FAULTS, 'gone', 'none', 'gone', 'none'].map((fault) =>
      application.breakWith(fault as (typeof FAULTS)[number] | 'none'),
    ),
  );

  expect((await fetch(`${application.url}/healthz`)).status).toBe(200);
});

test('a WebSocket is closed when its endpoint goes', async () => {
  const application = await start();
  const client = new WebSocket(`${application.url.replace('http', 'ws')}/ws`);
  await new Promise((resolve) => client.once('open', resolve));
  const closed = new Promise((resolve) => client.once('close', resolve));

  await application.breakWith('gone');

  expect(await closed).toBe(1006);
});

test('an endpoint that was closed does not come back', async () => {
  const application = await start();

  await application.close();
  await application.breakWith('none');

  expect((await sendRaw(application.url, GET)).code).toBe('ECONNREFUSED');
});
