import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { Publication, StatusPageState } from '../../src/statuspage/model.ts';
import { StatusPagePoller } from '../../src/statuspage/poller.ts';
import { fixtureText } from './fixtures.ts';
import { holdPoller, json, startPage } from './page-server.ts';

const OPEN = fixtureText('RECONSTRUCTED-chargeover-2023-07-19-t1-investigating.summary.json');
const CLOSED = fixtureText('RECONSTRUCTED-chargeover-2023-07-19-t5-resolved.summary.json');
const HISTORY = fixtureText('RECONSTRUCTED-chargeover-2023-07-19-t6-postmortem.incidents.json');

function publicationOf(state: StatusPageState): Publication {
  if (state.kind !== 'read') throw new Error(`not read but ${state.kind}`);
  return state.publication;
}

/** `state name` of each incident that a state holds. */
function incidentsOf(state: StatusPageState): string[] {
  return publicationOf(state).incidents.map(({ state: word, id }) => `${word} ${id}`);
}

test('on the clock of this machine it reads again and again, and ends with its disposal', async () => {
  const page = await startPage(json(CLOSED));
  const readings: StatusPageState[] = [];
  const thrice = Promise.withResolvers<void>();
  const onChange = (state: StatusPageState): void => {
    if (readings.push(state) === 3) thrice.resolve();
  };
  const deps = { log: pino({ level: 'silent' }), onChange, isTroubled: () => false };
  const poller = new StatusPagePoller({ url: page.url, format: 'auto' as const, pollMs: 20 }, deps);
  poller.start();
  await thrice.promise;
  await poller[Symbol.asyncDispose]();
  poller.refresh();
  expect(page.headers()['user-agent']).toBe('candor (status page reader)');
  expect(poller.state).toBe(readings.at(-1));
});

test('who listens is told of each new state', async () => {
  const page = await startPage(json(OPEN));
  const told: StatusPageState[] = [];
  const held = holdPoller(page.url, (state) => told.push(state));
  held.poller.start();
  await held.nextReading();
  page.answer((_request, response) => response.writeHead(500).end());
  await held.nextReading();
  await held.nextReading();
  expect(told.map(({ kind }) => kind)).toEqual(['read', 'unreachable']);
  expect(told.at(-1)).toBe(held.poller.state);
});

test('a page is unread until it is read, and says honestly who asks', async () => {
  const page = await startPage(json(OPEN));
  const held = holdPoller(page.url);
  expect(held.poller.state).toEqual({ kind: 'unread', url: page.url });

  held.poller.start();
  const state = await held.nextReading();

  expect(state).toMatchObject({ kind: 'read', url: page.url, readAt: 1_000_000 });
  expect(incidentsOf(state)).toEqual(['open 37lky82ctzk8']);
  expect(page.asked).toEqual(['GET /api/v2/summary.json']);
  expect(page.headers()).toMatchObject({
    accept: expect.stringMatching(/^application\/json, .*atom/),
    'accept-encoding': 'identity',
    'user-agent': 'candor/1.2.3 (status page reader)',
  });
  expect(held.lines).toEqual(['info status page found']);
});

test.for([
  { configured: '/', asked: '/api/v2/summary.json', page: '/' },
  { configured: '/hub/', asked: '/hub/api/v2/summary.json', page: '/hub/' },
  { configured: '/hub?a=b#c', asked: '/hub/api/v2/summary.json', page: '/hub?a=b#c' },
  { configured: '/hub/api/v2/summary.json', asked: '/hub/api/v2/summary.json', page: '/hub/' },
  { configured: '/index.json', asked: '/index.json', page: '/' },
])('the setting $configured reads $asked for the page $page', async (row) => {
  const page = await startPage(json(CLOSED));
  const held = holdPoller(page.url + row.configured);
  held.poller.start();
  expect(await held.nextReading()).toMatchObject({ kind: 'read', url: page.url + row.page });
  expect(page.asked).toEqual([`GET ${row.asked}`]);
});

test('an unchanged page is asked for by its tag, keeps its publication and is read anew', async () => {
  const page = await startPage(json(OPEN, { etag: 'W/"one"' }));
  const held = holdPoller(page.url);
  held.poller.start();
  const first = await held.nextReading();

  page.answer((_request, response) => response.writeHead(304).end());
  const second = await held.nextReading();

  expect(page.headers()['if-none-match']).toBe('W/"one"');
  expect(publicationOf(second)).toBe(publicationOf(first));
  expect(second).toMatchObject({ readAt: 1_030_000 });
});

test('a 304 that nobody asked for is a failure', async () => {
  const page = await startPage((_request, response) => response.writeHead(304).end());
  const held = holdPoller(page.url);
  held.poller.start();
  expect((await held.nextReading()).kind).toBe('unreachable');
});

const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024, ' '));

test.for<{ name: string; problem: string; answer: Parameters<typeof startPage>[0] }>([
  {
    name: 'HTML',
    problem: 'not_json',
    answer: (_request, response) => response.setHeader('content-type', 'text/html').end('<html>'),
  },
  { name: 'broken JSON', problem: 'not_json', answer: json(OPEN.slice(0, -20)) },
  { name: 'nothing', problem: 'not_json', answer: json('') },
  { name: 'JSON of another shape', problem: 'not_statuspage', answer: json('{"up":true}') },
  {
    name: 'status 403',
    problem: 'http_status',
    answer: (_request, response) => response.writeHead(403).end(OPEN),
  },
  {
    name: 'status 500',
    problem: 'http_status',
    answer: (_request, response) => response.writeHead(500).end(OPEN),
  },
  {
    name: '10 MiB',
    problem: 'too_large',
    answer: json(`"${'x'.repeat(10 * 1024 * 1024)}"`),
  },
  {
    name: 'a body without end',
    problem: 'too_large',
    answer: (_request, response) => {
      const chunk = Buffer.alloc(64 * 1024, ' ');
      const write = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', write).on('error', () => undefined);
      write();
    },
  },
  {
    name: 'a gzip bomb that nobody asked for',
    problem: 'compressed',
    answer: (_request, response) => response.setHeader('content-encoding', 'gzip').end(bomb),
  },
  {
    name: 'a reset in the middle',
    problem: 'unreachable',
    answer: (_request, response) => {
      response.writeHead(200, { 'content-length': 1_000 });
      response.write('{"page"', () => response.destroy());
    },
  },
  {
    name: 'a redirect to itself for ever',
    problem: 'too_many_redirects',
    answer: (_request, response) =>
      response.writeHead(302, { location: '/api/v2/summary.json' }).end(),
  },
  {
    name: 'a redirect to another host',
    problem: 'redirect_refused',
    answer: (_request, response) =>
      response.writeHead(301, { location: 'http://localhost:1/api' }).end(),
  },
  {
    name: 'a redirect to a file',
    problem: 'redirect_refused',
    answer: (_request, response) =>
      response.writeHead(301, { location: 'file:///etc/passwd' }).end(),
  },
  {
    name: 'a redirect to nowhere',
    problem: 'redirect_refused',
    answer: (_request, response) => response.writeHead(302).end(),
  },
])('$name leaves the last good copy, one line of log, and the way back', async (row) => {
  const page = await startPage(json(OPEN));
  const held = holdPoller(page.url);
  held.poller.start();
  const good = await held.nextReading();

  page.answer(row.answer);
  const bad = await held.nextReading();
  expect(bad).toEqual({ ...good, kind: 'unreachable' });
  expect(await held.nextReading()).toBe(bad);
  expect(held.lines.slice(1)).toEqual([`warn status page read failed ${row.problem}`]);

  page.answer(json(OPEN));
  expect((await held.nextReading()).kind).toBe('read');
  expect(held.lines.at(-1)).toBe('info status page read again');
});

test.for([
  { name: 'a port that nobody listens on', url: 'http://127.0.0.1:1' },
  { name: 'a name that does not resolve', url: 'http://status.invalid' },
])('$name is unreachable, with nothing known', async ({ url }) => {
  const held = holdPoller(url);
  held.poller.start();
  expect(await held.nextReading()).toEqual({
    kind: 'unreachable',
    url,
    publication: null,
    readAt: null,
  });
});

test('a redirect on the same host is followed', async () => {
  const page = await startPage((request, response) => {
    if (request.url === '/moved') return json(OPEN)(request, response);
    return response.writeHead(308, { location: '/moved' }).end();
  });
  const held = holdPoller(page.url);
  held.poller.start();
  expect((await held.nextReading()).kind).toBe('read');
});

test('an incident that vanishes from the summary is told as resolved while something is troubled', async () => {
  const page = await startPage(json(OPEN));
  const held = holdPoller(page.url);
  held.troubled = true;
  held.poller.start();
  await held.nextReading();

  page.answer((request, response) =>
    json(request.url === '/api/v2/incidents.json' ? HISTORY : CLOSED)(request, response),
  );
  const resolved = await held.nextReading();
  expect(incidentsOf(resolved)).toEqual(['resolved 37lky82ctzk8']);
  expect(publicationOf(resolved).incidents[0]?.updates).toHaveLength(6);

  held.pass(3_600_000);
  expect(incidentsOf(await held.nextReading())).toEqual(['resolved 37lky82ctzk8']);
  held.troubled = false;
  expect(incidentsOf(await held.nextReading())).toEqual([]);
  expect(page.asked.filter((asked) => asked.endsWith('/incidents.json'))).toHaveLength(1);
});

test('an incident that is opened again is told as open', async () => {
  const page = await startPage(json(OPEN));
  const held = holdPoller(page.url);
  held.poller.start();
  await held.nextReading();
  page.answer((request, response) =>
    json(request.url === '/api/v2/incidents.json' ? HISTORY : CLOSED)(request, response),
  );
  await held.nextReading();
  page.answer(json(OPEN));
  expect(incidentsOf(await held.nextReading())).toEqual(['open 37lky82ctzk8']);
});

test('an incident whose end cannot be looked up is asked for three times and then let go', async () => {
  const page = await startPage(json(OPEN));
  const held = holdPoller(page.url);
  held.poller.start();
  await held.nextReading();
  page.answer((request, response) => {
    if (request.url !== '/api/v2/incidents.json') return json(CLOSED)(request, response);
    return response.writeHead(500).end();
  });
  for (let readings = 0; readings < 5; readings += 1) {
    expect(incidentsOf(await held.nextReading())).toEqual([]);
  }
  expect(page.asked.filter((asked) => asked.endsWith('/incidents.json'))).toHaveLength(3);
});

test('a summary that is silent about incidents is completed from incidents.json', async () => {
  const { incidents: _left, ...silent } = JSON.parse(OPEN);
  const page = await startPage((request, response) => {
    const isHistory = request.url === '/api/v2/incidents.json';
    json(isHistory ? HISTORY : JSON.stringify(silent), { etag: '"one"' })(request, response);
  });
  const held = holdPoller(page.url);
  held.poller.start();
  expect(incidentsOf(await held.nextReading())).toEqual(['resolved 37lky82ctzk8']);
  await held.nextReading();
  expect(page.headers()['if-none-match']).toBeUndefined();
});

test('readings are 30 s apart, 15 s in trouble, further apart after failures', async () => {
  const page = await startPage(json(CLOSED));
  const held = holdPoller(page.url);
  held.poller.start();
  await held.nextReading();
  held.troubled = true;
  await held.nextReading();
  held.troubled = false;
  page.answer((_request, response) => response.writeHead(500).end());
  for (let failures = 0; failures < 3; failures += 1) await held.nextReading();
  expect(held.waits).toEqual([0, 30_000, 15_000, 30_000, 60_000, 120_000]);
});

test('a page that asks for a pause gets it, and refresh does not cut it short', async () => {
  const page = await startPage((_request, response) =>
    response.writeHead(429, { 'retry-after': '300' }).end(),
  );
  const held = holdPoller(page.url);
  held.poller.start();
  await held.nextReading();
  expect(held.waits.at(-1)).toBe(330_000);
  held.poller.refresh();
  expect(held.waits.at(-1)).toBe(300_000);
});

test('refresh reads at once, but never twice within five seconds', async () => {
  const page = await startPage(json(CLOSED));
  const held = holdPoller(page.url);
  held.poller.start();
  await held.nextReading();
  held.poller.refresh();
  expect(held.waits.at(-1)).toBe(5_000);
  held.pass(20_000);
  held.poller.refresh();
  expect(held.waits.at(-1)).toBe(0);
  await held.nextReading();
  expect(page.asked).toHaveLength(2);
});

test.for([-5, 5])(
  'a clock that is set %i hours off does not keep the page unread',
  async (hours) => {
    const page = await startPage(json(CLOSED));
    const held = holdPoller(page.url);
    held.poller.start();
    await held.nextReading();
    held.jump(hours * 3_600_000);
    held.poller.refresh();
    expect(held.waits.at(-1)).toBe(5_000);
    await held.nextReading();
    expect(held.waits.at(-1)).toBe(30_000);
  },
);

test('one reading at a time: refresh during a reading starts no other', async () => {
  const page = await startPage(() => undefined); // Accepts, and never answers.
  const held = holdPoller(page.url);
  held.poller.start();
  const reading = held.nextReading();
  await once(page.server, 'request');
  held.poller.refresh();
  held.poller.refresh();
  expect(held.waits).toEqual([0]);
  expect(page.asked).toHaveLength(1);
  void reading; // Ends with the poller, which is disposed of when the test is over.
});

test('its disposal ends a running reading at once and changes nothing', async () => {
  const page = await startPage(() => undefined); // Accepts, and never answers.
  const held = holdPoller(page.url);
  held.poller.start();
  void held.nextReading(); // Never comes: that is what is shown here.
  await once(page.server, 'request');
  const startedAt = performance.now();
  await held.poller[Symbol.asyncDispose]();
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  expect(held.poller.state.kind).toBe('unread');
  expect(held.lines).toEqual([]);
});

test('a listener that throws is logged, and the page is read on', async () => {
  const page = await startPage(json(CLOSED));
  const held = holdPoller(page.url, () => {
    throw new Error('a fault of ours');
  });
  held.poller.start();
  await held.nextReading();
  expect((await held.nextReading()).kind).toBe('read');
  expect(held.lines[1]).toBe('error status page listener failed');
  expect(page.asked).toHaveLength(2);
});
