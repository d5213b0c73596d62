import { setTimeout as delay } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { oneUpstream, startGateway, type TestGateway } from '../support/gateway.ts';
import { connectRaw } from '../support/raw-client.ts';
import type { RawClient } from '../support/raw-connection.ts';
import { startUpstream } from '../support/upstream.ts';

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
const LONG = '60s';

async function refusing() {
  const upstream = await startUpstream();
  await upstream.refuse();
  return upstream;
}

/** Sends requests one after the other, each as soon as the one before it waits. */
async function waitingClients(
  { url, gateway }: TestGateway,
  requests: readonly string[],
): Promise<RawClient[]> {
  const clients: RawClient[] = [];
  for (const bytes of requests) {
    const client = await connectRaw(url);
    client.send(bytes);
    clients.push(client);
    await vi.waitFor(() => expect(gateway.counts.held).toBe(clients.length));
  }
  return clients;
}

test('requests that wait are let out in the order in which they came, once each', async () => {
  const upstream = await refusing();
  const paths = Array.from({ length: 40 }, (_, index) => `/${index}`);
  const seen: (string | undefined)[] = [];
  upstream.behave(({ url }, response) => {
    seen.push(url);
    response.end('served');
  });
  const started = await startGateway(
    oneUpstream([upstream.url], { hold: LONG, detection: { confirm: LONG } }),
  );
  const clients = await waitingClients(started, paths.map(get));

  await upstream.accept();
  const replies = await Promise.all(clients.map((client) => client.response()));

  expect(replies.map(({ status }) => status)).toEqual(paths.map(() => 200));
  expect(seen.map((path) => paths.indexOf(path ?? ''))).toSatisfy(isNearlySorted);
  expect(started.gateway.counts.holds).toMatchObject({ begun: 40, expired: 0, too_many: 0 });
});

/** Connections of one moment may be accepted in another order than they were opened in. */
function isNearlySorted(places: readonly number[]): boolean {
  return places.every((place, index) => Math.abs(place - index) <= 32);
}

test('those that wait are let out a bounded number at a time', async () => {
  const upstream = await refusing();
  let [underWay, most] = [0, 0];
  upstream.behave((_request, response) => {
    underWay += 1;
    most = Math.max(most, underWay);
    setTimeout(() => {
      underWay -= 1;
      response.end('served');
    }, 20);
  });
  const started = await startGateway(
    oneUpstream([upstream.url], { hold: LONG, detection: { confirm: LONG } }),
  );
  const clients = await Promise.all(Array.from({ length: 200 }, () => connectRaw(started.url)));
  for (const client of clients) client.send(get('/'));
  await vi.waitFor(() => expect(started.gateway.counts.held).toBe(200));

  await upstream.accept();
  await Promise.all(clients.map((client) => client.response()));

  expect(most).toBeLessThan(130);
});

test('a request that comes while others wait goes behind them', async () => {
  const upstream = await refusing();
  const started = await startGateway(
    oneUpstream([upstream.url], { hold: LONG, detection: { confirm: LONG } }),
  );
  const [first] = await waitingClients(started, [get('/first')]);
  const order: string[] = [];
  const done = first?.response().then(() => order.push('first'));

  await upstream.accept();
  const late = await connectRaw(started.url);
  late.send(get('/late'));
  await late.response();
  order.push('late');
  await done;

  expect(order).toEqual(['first', 'late']);
});

test('a request that waited and is then served counts once', async () => {
  const upstream = await refusing();
  const started = await startGateway(
    oneUpstream([upstream.url], { hold: LONG, detection: { confirm: LONG } }),
  );
  const [client] = await waitingClients(started, [get('/')]);

  await upstream.accept();
  await client?.response();

  const { requests, failures } = started.upstream().counts;
  expect([requests, failures.connection_refused]).toEqual([1, 0]);
});

test('a request whose hold ends is answered as not processed, and counts once', async () => {
  const upstream = await refusing();
  const {
    url,
    gateway,
    upstream: named,
  } = await startGateway(oneUpstream([upstream.url], { hold: '200ms' }), { isQuiet: true });
  const client = await connectRaw(url);
  const startedAt = performance.now();
  client.send(get('/'));

  const answer = await client.response();

  expect(answer.status).toBe(503);
  expect(answer.field('candor-disposition')).toMatch(/^not_processed.*reason=outage/);
  expect(performance.now() - startedAt).toBeGreaterThan(190);
  expect(gateway.counts.holds).toMatchObject({ begun: 1, expired: 1 });
  expect(named().counts).toMatchObject({ requests: 1, failures: { connection_refused: 1 } });
});

test('without a hold, nothing waits', async () => {
  const { url, gateway } = await startGateway(
    oneUpstream([(await refusing()).url], { hold: '0s' }),
    { isQuiet: true },
  );
  const client = await connectRaw(url);
  client.send(get('/'));

  expect((await client.response()).status).toBe(503);
  expect(gateway.counts.holds).toMatchObject({ begun: 0, too_many: 0 });
});

test.for([
  { limit: 'held', limits: { held: 1 }, event: 'too_many' },
  { limit: 'heldBytes', limits: { heldBytes: '100B' }, event: 'too_large' },
] as const)(
  'over limits.$limit a request is told of the outage at once, not of an overload',
  async ({ limits, event }) => {
    const started = await startGateway(
      { ...oneUpstream([(await refusing()).url], { hold: LONG }), limits },
      { isQuiet: true },
    );
    await waitingClients(started, [get('/')]);
    const client = await connectRaw(started.url);
    client.send(get(`/${'long'.repeat(30)}`));

    const answer = await client.response();

    expect(answer.status).toBe(503);
    expect(answer.field('candor-disposition')).toMatch(/^not_processed.*reason=outage/);
    expect(answer.field('proxy-status')).toContain('error=connection_refused');
    expect(started.gateway.counts.holds[event]).toBe(1);
  },
);

test('the body of a request that waits is not read, and is sent whole when it is let out', async () => {
  const upstream = await refusing();
  const body = 'x'.repeat(20_000_000);
  let received = 0;
  upstream.behave((request, response) => {
    request.on('data', (chunk: Buffer) => {
      received += chunk.length;
    });
    request.on('end', () => response.end('served'));
  });
  const started = await startGateway(
    oneUpstream([upstream.url], { hold: LONG, detection: { confirm: LONG } }),
  );
  const head = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n`;
  const [client] = await waitingClients(started, [head + body]);
  await delay(50); // What can have come by then, has.
  expect(client?.socket.writableLength).toBeGreaterThan(0);

  await upstream.accept();

  expect((await client?.response())?.status).toBe(200);
  expect(received).toBe(body.length);
});

test('clients that leave free their places, wherever they stand', async () => {
  const started = await startGateway(
    { ...oneUpstream([(await refusing()).url], { hold: LONG }), limits: { held: 3 } },
    { isQuiet: true },
  );
  const clients = await waitingClients(started, [get('/1'), get('/2'), get('/3')]);
  for (const place of [1, 0, 2]) clients[place]?.leave();
  await vi.waitFor(() => expect(started.gateway.counts.held).toBe(0));
  expect(started.gateway.counts.holds.left).toBe(3);

  await waitingClients(started, [get('/4'), get('/5'), get('/6')]);
});

test('all who wait are answered at once when the verdict is down', async () => {
  const upstream = await refusing();
  const started = await startGateway({
    ...oneUpstream([upstream.url], { hold: LONG, detection: { confirm: '2s' } }),
    limits: { held: 2_000 },
  });
  const clients = await Promise.all(Array.from({ length: 500 }, () => connectRaw(started.url)));
  for (const client of clients) client.send(get('/'));
  await vi.waitFor(() => expect(started.gateway.counts.held).toBe(500));

  const answers = await Promise.all(clients.map((client) => client.response()));

  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
  expect(started.upstream().belief.verdict.state).toBe('down');
  expect(started.gateway.counts.holds).toMatchObject({ begun: 500, down: 500 });
});
