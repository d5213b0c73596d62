import { setTimeout as delay } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { startDns } from '../support/dns-server.ts';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { connectRaw, request } from '../support/raw-client.ts';
import { startRawUpstream } from '../support/raw-upstream.ts';
import { type Behaviour, startUpstream } from '../support/upstream.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const POST = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi';

/** An endpoint that refuses connections. */
async function refusing() {
  const upstream = await startUpstream();
  await upstream.refuse();
  return upstream;
}

test.for([
  { name: 'GET', bytes: GET },
  { name: 'POST', bytes: POST },
])('a $name that one endpoint refuses is served by another', async ({ bytes }) => {
  const well = await startUpstream();
  const { url } = await startGateway(oneUpstream([(await refusing()).url, well.url]), {
    isQuiet: true,
  });
  for (let count = 1; count <= 3; count += 1) {
    expect((await request(url, bytes)).status).toBe(200);
    expect(well.requests).toBe(count);
  }
});

test('an endpoint that refuses is set aside, and asked no more while another serves', async () => {
  const ill = await refusing();
  const { url, upstream } = await startGateway(
    oneUpstream([ill.url, (await startUpstream()).url]),
    { isQuiet: true },
  );
  for (let count = 0; count < 10; count += 1) await request(url, GET);
  expect(upstream().counts.attemptFailures.connection_refused).toBe(1);
  expect(upstream().belief.verdict.state).toBe('up');
});

test.for([
  { method: 'GET', failing: 'reset', served: 1 },
  { method: 'GET', failing: 'garbage', served: 1 },
  { method: 'GET', failing: 'reset_mid_head', served: 1 },
  { method: 'POST', failing: 'reset', served: 0 },
  { method: 'POST', failing: 'garbage', served: 0 },
  { method: 'POST', failing: 'hang', served: 0 },
  { method: 'GET', failing: 'hang', served: 0 },
] as const)(
  'a $method that meets $failing is tried at $served other endpoints',
  async ({ method, failing, served }) => {
    const ill = await startUpstream(failing);
    const well = await startUpstream();
    const { url } = await startGateway(
      oneUpstream([ill.url, well.url], { timeouts: { response: '300ms' } }),
      { isQuiet: true, random: () => 0 },
    );

    const reply = await request(url, method === 'GET' ? GET : POST);

    expect([reply.status === 200, well.requests]).toEqual([served === 1, served]);
  },
);

test.for<{ behaviour: Behaviour; bytes: string; status: number; error: string }>([
  { behaviour: 'reset', bytes: POST, status: 502, error: 'connection_terminated' },
  { behaviour: 'reset_mid_head', bytes: POST, status: 502, error: 'connection_terminated' },
  { behaviour: 'reset_mid_head', bytes: GET, status: 502, error: 'connection_terminated' },
  { behaviour: 'garbage', bytes: POST, status: 502, error: 'http_protocol_error' },
  { behaviour: 'hang', bytes: POST, status: 504, error: 'http_response_timeout' },
  { behaviour: 'hang', bytes: GET, status: 504, error: 'http_response_timeout' },
])(
  'an upstream that does $behaviour: $status, outcome unknown',
  async ({ behaviour, bytes, status, error }) => {
    const upstream = await startUpstream(behaviour);
    const { url } = await startGateway(
      oneUpstream([upstream.url], { timeouts: { response: '300ms' } }),
      { isQuiet: true },
    );

    const answer = await request(url, bytes);

    const isWrite = bytes === POST;
    expect(answer.status).toBe(status);
    expect(answer.field('proxy-status')).toContain(`error=${error}`);
    expect(answer.field('candor-disposition')).toContain(`unknown; retry-safe=?${isWrite ? 0 : 1}`);
    expect(answer.field('retry-after') === null).toBe(isWrite);
    if (isWrite) expect(upstream.requests).toBe(1);
  },
);

test('where all endpoints refuse, the answer comes within hold', async () => {
  const { url } = await startGateway(
    oneUpstream([(await refusing()).url, (await refusing()).url], { hold: '400ms' }),
  );
  const startedAt = performance.now();

  const answer = await request(url, POST);

  expect(answer.status).toBe(503);
  expect(answer.field('candor-disposition')).toMatch(/^not_processed; retry-safe=\?1/);
  expect(answer.field('proxy-status')).toContain('error=connection_refused');
  expect(performance.now() - startedAt).toBeLessThan(700);
});

test('a request waits while the verdict is suspect, and is served when the upstream comes back', async () => {
  const upstream = await refusing();
  const { url, gateway } = await startGateway(oneUpstream([upstream.url], { hold: '5s' }));
  const client = await connectRaw(url);
  client.send(POST);
  await vi.waitFor(() => expect(gateway.counts.held).toBe(1));

  await upstream.accept();

  expect((await client.response()).status).toBe(200);
  expect(upstream.requests).toBe(1);
});

test('a request for which no endpoint is listed is served by one that appears within hold', async () => {
  const dns = await startDns();
  const upstream = await startUpstream();
  dns.set('tasks.app', ['127.0.0.1']);
  const {
    url,
    gateway,
    upstream: named,
  } = await startGateway({
    upstreams: {
      app: {
        discover: { dns: 'tasks.app', port: upstream.port, every: '50ms', servers: [dns.address] },
        hold: '5s',
      },
    },
  });
  await vi.waitFor(() => expect(named().endpoints).toHaveLength(1));
  dns.set('tasks.app', []);
  await vi.waitFor(() => expect(named().endpoints).toHaveLength(0));
  const client = await connectRaw(url);
  client.send(POST);
  await vi.waitFor(() => expect(gateway.counts.held).toBe(1));

  dns.set('tasks.app', ['127.0.0.1']);

  expect((await client.response()).status).toBe(200);
});

test('a request that waits is answered as soon as the verdict is down', async () => {
  const { url, upstream } = await startGateway(
    oneUpstream([(await refusing()).url], { hold: '60s', probe: { every: '50ms' } }),
  );
  const answer = await request(url, GET);
  expect(answer.status).toBe(503);
  expect(upstream().belief.verdict.state).toBe('down');
});

test('a client that leaves while its request waits is forgotten', async () => {
  const { url, gateway } = await startGateway(
    oneUpstream([(await refusing()).url], { hold: '60s' }),
    { isQuiet: true },
  );
  const client = await connectRaw(url);
  client.send(GET);
  await vi.waitFor(() => expect(gateway.counts.held).toBe(1));
  client.leave();
  await vi.waitFor(() => expect([gateway.counts.held, gateway.counts.inFlight]).toEqual([0, 0]));
});

test('beyond limits.held, requests are answered without waiting', async () => {
  const { url, gateway } = await startGateway(
    { ...oneUpstream([(await refusing()).url], { hold: '60s' }), limits: { held: 2 } },
    { isQuiet: true },
  );
  const clients = await Promise.all([connectRaw(url), connectRaw(url)]);
  for (const client of clients) client.send(GET);
  await vi.waitFor(() => expect(gateway.counts.held).toBe(2));

  expect((await request(url, GET)).status).toBe(503);
  expect(gateway.counts.held).toBe(2);
});

test('while the verdict is down, nothing but one trial a second reaches the upstream, and never a write', async () => {
  const upstream = await startUpstream();
  await upstream.refuse();
  const { url, upstream: named } = await startGateway(
    oneUpstream([upstream.url], { hold: '0s', probe: { path: '/never', every: '50ms' } }),
  );
  await request(url, GET);
  await vi.waitFor(() => expect(named().belief.verdict.state).toBe('down'));
  const seen: string[] = [];
  upstream.behave((asked, response) => {
    // The probe goes on failing, so that nothing but trials can bring the upstream back.
    if (asked.url !== '/never') seen.push(asked.method ?? '');
    response.writeHead(503).end();
  });
  await upstream.accept();

  const statuses = new Set<number>();
  const startedAt = performance.now();
  while (performance.now() - startedAt < 1_500) {
    statuses.add((await request(url, POST)).status);
    statuses.add((await request(url, GET)).status);
  }

  expect([...statuses]).toEqual([503]);
  expect(seen.length).toBeLessThanOrEqual(2);
  expect([...new Set(seen)]).toEqual(['GET']);
});

/** An upstream that is down and accepts requests without a reply; its probe goes on failing. */
async function hungWhileDown() {
  const upstream = await startUpstream();
  await upstream.refuse();
  const { url, upstream: named } = await startGateway(
    oneUpstream([upstream.url], { hold: '0s', probe: { path: '/never', every: '50ms' } }),
  );
  await request(url, GET);
  await vi.waitFor(() => expect(named().belief.verdict.state).toBe('down'));
  upstream.behave((asked, response) => {
    if (asked.url === '/never') response.writeHead(500).end();
  });
  await upstream.accept();
  return { upstream, url };
}

test('a trial that hangs keeps no second one from following it when its client leaves', async () => {
  const { upstream, url } = await hungWhileDown();

  const arrivals: string[] = [];
  upstream.behave((asked, response) => {
    if (asked.url === '/never') response.writeHead(500).end();
    else arrivals.push(asked.url ?? '');
  });
  const trial = await connectRaw(url);
  await vi.waitFor(async () => {
    trial.send('GET /first HTTP/1.1\r\nHost: a\r\n\r\n');
    await delay(50);
    expect(arrivals).toContain('/first');
  }, 3_000);
  trial.leave();
  await vi.waitFor(async () => {
    const second = await connectRaw(url);
    second.send('GET /second HTTP/1.1\r\nHost: a\r\n\r\n');
    await delay(50);
    expect(arrivals).toContain('/second');
  }, 3_000);
});

test('a trial that hangs is answered honestly within seconds, however long a reply may take', async () => {
  const { url } = await hungWhileDown();

  const answers = await vi.waitUntil(
    async () => {
      const answer = await request(url, GET);
      return answer.status === 504 && answer;
    },
    { timeout: 8_000 },
  );

  expect(answers.field('candor-disposition')).toBe('unknown; retry-safe=?1; reason=outage');
});

test('retries stay within their budget', async () => {
  const ill = await startUpstream('reset');
  const { url, upstream } = await startGateway(oneUpstream([ill.url], { hold: '0s' }), {
    isQuiet: true,
  });
  const asked = 60;
  for (let count = 0; count < asked; count += 1) await request(url, GET);
  const { retries, retriesRefused } = upstream().counts;
  // In trouble there is no reserve: an outage is not asked twice.
  expect(retries).toBeGreaterThan(0);
  expect(retries).toBeLessThanOrEqual(asked * 0.2 + 1);
  expect(ill.requests).toBeLessThanOrEqual(asked + retries);
  expect(retriesRefused).toBeGreaterThan(0);
});

test('a rolling restart of two endpoints shows no error', async () => {
  const endpoints = [await startUpstream(), await startUpstream()];
  const { url } = await startGateway(oneUpstream(endpoints.map((one) => one.url)));
  const failed: number[] = [];
  let replies = 0;
  let isOver = false;
  const traffic = Array.from({ length: 4 }, async () => {
    const client = await connectRaw(url);
    while (!isOver) {
      client.send(GET);
      const { status } = await client.response();
      if (status !== 200) failed.push(status);
      replies += 1;
    }
  });
  const moreThan = (count: () => number, least: number) => {
    const before = count();
    return expect.poll(count, { timeout: 10_000 }).toBeGreaterThan(before + least);
  };
  for (const endpoint of endpoints) {
    await moreThan(() => replies, 200);
    await endpoint.refuse();
    await moreThan(() => replies, 200);
    await endpoint.accept();
    // It serves again, and the other one may go.
    await moreThan(() => endpoint.requests, 200);
  }
  isOver = true;
  await Promise.all(traffic);
  expect(failed).toEqual([]);
});

test('two thousand requests during a fault are all answered, and none is raw', async () => {
  const faults: Behaviour[] = ['reset', 'reset_mid_head', 'garbage', 'hang', 'unavailable'];
  const upstream = await startUpstream();
  const { url } = await startGateway(
    oneUpstream([upstream.url], { hold: '100ms', timeouts: { response: '100ms' } }),
  );
  for (const fault of faults) {
    upstream.behave(fault);
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        const client = await connectRaw(url);
        for (let count = 0; count < 20; count += 1) {
          client.send(count % 2 === 0 ? GET : POST);
          const answer = await client.response();
          expect(answer.field('candor-disposition')).not.toBeNull();
        }
      }),
    );
  }
});

test('no connection to a silent endpoint outlives timeouts.connect', async () => {
  const silent = await startRawUpstream(); // Accepts, and answers no TLS handshake.
  const { url } = await startGateway(
    oneUpstream([silent.url.replace('http', 'https')], {
      hold: '0s',
      timeouts: { connect: '200ms' },
    }),
    { isQuiet: true },
  );
  const startedAt = performance.now();
  const answer = await request(url, POST);
  expect(answer.field('proxy-status')).toContain('error=connection_timeout');
  expect(answer.field('candor-disposition')).toMatch(/^not_processed/);
  expect(performance.now() - startedAt).toBeLessThan(600);
});
