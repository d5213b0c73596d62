import { expect, test, vi } from 'vitest';
import { createAnswerer } from '../../src/answer/answerer.ts';
import type { StatusPageState } from '../../src/statuspage/model.ts';
import { incident, published, REPORTED } from '../answer/samples.ts';
import { ask } from '../support/ask.ts';
import { openEvents } from '../support/event-client.ts';
import { type GivenSettings, oneUpstream, startGateway } from '../support/gateway.ts';
import { connectHttp2 } from '../support/http2-client.ts';
import { certificatePath } from '../support/secure-upstream.ts';
import { startUpstream } from '../support/upstream.ts';

const QUICK = { probe: { every: '50ms' }, hold: '0s' };
const tls = { cert: certificatePath('server'), key: certificatePath('server-key') };
const KINDS = [
  { kind: 'prior knowledge', listen: '127.0.0.1:0' },
  { kind: 'ALPN', listen: { address: '127.0.0.1:0', tls } },
];
const EVENTS = '/_candor/events?upstream=app';

/** A gateway in an outage, and the status page that it reads. */
async function duringOutage(
  limits: Readonly<Record<string, unknown>> = {},
  rest: GivenSettings = {},
) {
  const app = await startUpstream();
  await app.refuse();
  let statusPage: StatusPageState = published();
  const started = await startGateway(
    {
      ...oneUpstream([app.url], {
        ...QUICK,
        component: 'Main Application',
        detection: { confirm: '100ms', probe: '50ms', streakTime: '100ms' },
      }),
      brand: { name: 'ChargeOver' },
      limits,
      ...rest,
    },
    { statusPage: () => statusPage },
  );
  await vi.waitFor(() => expect(started.upstream().belief.verdict.state).toBe('down'));
  const publish = (state: StatusPageState) => {
    statusPage = state;
    started.gateway.stateChanged();
  };
  return { ...started, app, publish };
}

test('whoever connects is told how things are, as by status.json', async () => {
  const { url } = await duringOutage();
  const { reply, next } = await openEvents(url + EVENTS);
  expect(reply.statusCode).toBe(200);
  expect(reply.headers).toMatchObject({
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'access-control-allow-origin': '*',
  });
  const { fields, state } = await next();
  const polled = JSON.parse((await ask(`${url}/_candor/status.json?upstream=app`)).text);
  const drawn = { nextPollMs: 0, outage: { ...polled.outage, retryAfter: 0 } };
  expect({ ...state, ...drawn }).toEqual({ ...polled, ...drawn });
  expect(Object.keys(fields)).toEqual(['retry', 'data']);
  expect(Number(fields.retry)).toBeGreaterThanOrEqual(5_000);
  expect(Number(fields.retry)).toBeLessThanOrEqual(15_000);
});

test('who asks in a language is told in it', async () => {
  const { url, publish } = await duringOutage();
  const { next } = await openEvents(`${url}${EVENTS}&lang=de`);
  const english = await openEvents(`${url}${EVENTS}&lang=xx`);
  const headings = [(await next()).state.heading, (await english.next()).state.heading];
  expect(headings[1]).toBe('Sorry, ChargeOver is unavailable');
  expect(headings[0]).not.toBe(headings[1]);
  publish(REPORTED);
  expect((await next()).state.lead).not.toEqual((await english.next()).state.lead);
});

test('a change of the status page and of the verdict is told to all, with a time for each', async () => {
  const { url, app, publish } = await duringOutage();
  const paths = [EVENTS, EVENTS, `${EVENTS}&wait=no`];
  const clients = await Promise.all(paths.map((path) => openEvents(url + path)));
  for (const { next } of clients) {
    expect((await next()).state).toMatchObject({
      headingId: 'outage_unreported',
      reloadAfterMs: null,
    });
  }

  publish(REPORTED);
  for (const { next } of clients) {
    const { state } = await next();
    expect(state).toMatchObject({ headingId: 'outage', updates: [{ label: 'Investigating' }] });
  }
  // Read again, and nothing has changed: nobody is told.
  publish(published({ incidents: [incident()] }));

  await app.accept();
  const told = await Promise.all(
    clients.map(async ({ next }) => {
      for (;;) {
        const { state } = await next();
        if (state.outage.verdict !== 'down')
          expect(['recovering', 'up']).toContain(state.outage.verdict);
        if (state.outage.verdict === 'up') return state;
        expect(state.reloadAfterMs).toBeNull();
      }
    }),
  );
  const times = told.map(({ reloadAfterMs }) => reloadAfterMs);
  expect(Math.min(...times)).toBeGreaterThanOrEqual(1000);
  expect(Math.max(...times)).toBeLessThan(2100);
  expect(new Set(times).size).toBeGreaterThan(1);
});

test('a page that has a place in the release keeps it when it asks again', async () => {
  const { url, app, upstream } = await duringOutage();
  await app.accept();
  await vi.waitFor(() => expect(upstream().belief.verdict.state).toBe('up'));
  const told = async (query: string) => {
    const { text } = await ask(`${url}/_candor/status.json?upstream=app${query}`);
    return JSON.parse(text);
  };
  const many = (count: number, query: string) =>
    Promise.all(Array.from({ length: count }, () => told(query)));
  await many(50, '');
  const last = await told('');
  expect(last.reloadAfterMs).toBeGreaterThan(7_000);
  expect(last.nextPollMs).toBeLessThanOrEqual(10_000);
  for (const { reloadAfterMs } of await many(40, `&wait=${last.reloadAfterMs}`)) {
    expect(reloadAfterMs).toBe(last.reloadAfterMs);
  }
  for (const { reloadAfterMs } of await many(40, '&wait=no')) {
    expect(reloadAfterMs).toBeLessThan(12_000);
  }
  expect((await told('&wait=2000')).nextPollMs).toBeGreaterThanOrEqual(15_000);
  const stream = await openEvents(`${url}${EVENTS}&wait=7000`);
  expect((await stream.next()).state.reloadAfterMs).toBe(7000);
});

test('those who listen go on listening when other settings are taken over, and are told by them', async () => {
  const { url, gateway } = await duringOutage();
  const { next } = await openEvents(url + EVENTS);
  expect((await next()).state.heading).toBe('Sorry, ChargeOver is unavailable');
  const { plan, log } = gateway;
  const settings = { ...plan.settings, brand: null };
  const answerer = createAnswerer({ settings, statusPage: () => ({ kind: 'none' }), log });
  await gateway.adopt({ ...plan, settings, answerer });
  expect((await next()).state.heading).toBe('Sorry, this service is unavailable');
});

test('more streams than the limit allows are refused, until one ends', async () => {
  const { url, gateway } = await duringOutage({ eventStreams: 2 });
  const first = await openEvents(url + EVENTS);
  const second = await openEvents(url + EVENTS);
  const refused = await ask(url + EVENTS);
  expect([refused.status, refused.headers['cache-control']]).toEqual([503, 'no-store']);
  expect(gateway.counts.eventStreams).toBe(2);

  first.leave();
  await vi.waitFor(() => expect(gateway.counts.eventStreams).toBe(1));
  const third = await openEvents(url + EVENTS);
  expect(third.reply.statusCode).toBe(200);
  for (const { leave } of [second, third]) leave();
  await vi.waitFor(() => expect(gateway.counts.eventStreams).toBe(0));
});

test('HEAD has the fields and no stream', async () => {
  const { url, gateway } = await duringOutage();
  const { status, headers, text } = await ask(url + EVENTS, { method: 'HEAD' });
  expect([status, headers['content-type'], text]).toEqual([200, 'text/event-stream', '']);
  expect(gateway.counts.eventStreams).toBe(0);
});

test('a drain ends streams in order, and begins none', async () => {
  const { url, drain } = await duringOutage({ drain: '10s' });
  const { next, ended } = await openEvents(url + EVENTS);
  await next();
  const startedAt = performance.now();
  await drain();
  expect(await ended()).toBe(true);
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});

test.for(KINDS)('through HTTP/2 by $kind many streams share a connection', async ({ listen }) => {
  const { url, app, publish, gateway, drain } = await duringOutage({ drain: '10s' }, { listen });
  const client = await connectHttp2(url);
  const streams = Array.from({ length: 20 }, () => {
    const { stream, over } = client.open({ path: EVENTS });
    let text = '';
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    return { over, read: () => text };
  });
  const allSay = (sentence: string) =>
    vi.waitFor(() => {
      for (const { read } of streams) expect(read()).toContain(sentence);
    });
  await allSay('"headingId":"outage_unreported"');
  publish(REPORTED);
  await allSay('"headingId":"outage"');
  await app.accept();
  await allSay('"verdict":"up"');
  expect(gateway.counts.eventStreams).toBe(20);

  const last = client.open({ path: EVENTS });
  await vi.waitFor(() => expect(gateway.counts.eventStreams).toBe(21));
  last.stream.close();
  await vi.waitFor(() => expect(gateway.counts.eventStreams).toBe(20));

  const ended = drain();
  for (const { over } of streams) expect((await over).code).toBe('NO_ERROR');
  await ended;
});

/** Of what is told, the part that the next test looks at. */
interface Told {
  readonly outage: { readonly verdict: string };
  readonly reloadAfterMs: number | null;
}

test('when too many of those who came back fail, the rest are told to wait', async () => {
  const { url, app } = await duringOutage();
  const { next } = await openEvents(url + EVENTS);
  const until = async (isIt: (state: Told) => boolean) => {
    for (;;) {
      const { state } = await next();
      if (state !== null && isIt(state)) return state;
    }
  };
  await app.accept();
  const told = await until(({ outage }) => outage.verdict === 'up');
  let count = 0;
  app.behave((_request, response) => {
    count += 1;
    response.writeHead(count % 3 === 0 ? 503 : 200).end();
  });
  for (let page = 0; page < 6; page += 1) await ask(`${url}/page`);
  // One failure is a doubt, in which nobody loses a place.
  const doubted = await until(({ outage }) => outage.verdict === 'suspect');
  expect(doubted.reloadAfterMs).toBeLessThanOrEqual(told.reloadAfterMs);
  for (let page = 0; page < 9; page += 1) await ask(`${url}/page`);

  await until(({ reloadAfterMs }) => reloadAfterMs === null);
  const other = JSON.parse((await ask(`${url}/_candor/status.json?upstream=app`)).text);
  expect(other.reloadAfterMs).toBeNull();
  expect(other.headingId).not.toBe('recovered');
});
