import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { INCIDENT_STATUSES } from '../../src/demo/incident-board.ts';
import { startStatusPage } from '../../src/demo/status-page.ts';
import { readStatuspageV2 } from '../../src/statuspage/statuspage-v2.ts';

const FIXTURES = new URL('../fixtures/statuspage/', import.meta.url);
const STARTED_AT = Date.parse('2023-07-19T15:24:00Z');
const MINUTE_MS = 60_000;

async function start() {
  let at = STARTED_AT;
  const page = await startStatusPage({ host: '127.0.0.1', port: 0, now: () => at });
  onTestFinished(() => page.close());
  return {
    ...page,
    /** Lets minutes pass before something is posted. */
    wait: (minutes: number) => {
      at += minutes * MINUTE_MS;
    },
    read: async (document: string): Promise<unknown> =>
      (await fetch(`${page.url}/api/v2/${document}`)).json(),
  };
}

function recorded(name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, FIXTURES), 'utf8'));
}

/** The member names of a document, in their order; of a list, those of its first item. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== 'object' || value === null) return 'value';
  return Object.entries(value).map(([name, member]) => [name, shapeOf(member)]);
}

const T1 = 'RECONSTRUCTED-chargeover-2023-07-19-t1-investigating.summary.json';
const T2 = 'RECONSTRUCTED-chargeover-2023-07-19-t2-identified.summary.json';
const T4 = 'RECONSTRUCTED-chargeover-2023-07-19-t4-monitoring.summary.json';
const T5 = 'RECONSTRUCTED-chargeover-2023-07-19-t5-resolved.summary.json';

test.for([
  { recording: T1, posted: ['investigating'] },
  { recording: T2, posted: ['investigating', 'identified'] },
  { recording: T4, posted: ['investigating', 'identified', 'monitoring'] },
  { recording: T5, posted: ['investigating', 'identified', 'monitoring', 'resolved'] },
] as const)(
  'the summary after $posted is of the shape of the recorded one',
  async ({ recording, posted }) => {
    const { announce, read } = await start();

    for (const status of posted) announce(status);

    expect(shapeOf(await read('summary.json'))).toEqual(shapeOf(recorded(recording)));
  },
);

test.for([
  { document: 'status.json', recording: 'discord-2022-02.status.json' },
  { document: 'components.json', recording: 'discord-2022-02.components.json' },
  {
    document: 'incidents.json',
    recording: 'RECONSTRUCTED-chargeover-2023-07-19-t6-postmortem.incidents.json',
  },
  {
    document: 'incidents/unresolved.json',
    recording: 'discord-2022-02.incidents-unresolved.json',
  },
  {
    document: 'scheduled-maintenances/active.json',
    recording: 'discord-2022-02.scheduled-maintenances-active.json',
  },
  {
    document: 'scheduled-maintenances/upcoming.json',
    recording: 'discord-2022-02.scheduled-maintenances-upcoming.json',
  },
])('$document has the members of a recorded one', async ({ document, recording }) => {
  const { announce, read } = await start();
  announce('investigating');
  announce('resolved');

  const names = (value: unknown) => Object.keys(value as object);
  expect(names(await read(document))).toEqual(names(recorded(recording)));
});

test('the components, and what an outage does to them, are those of the recorded incident', async () => {
  const { announce, read } = await start();
  announce('investigating');

  const statuses = (payload: unknown) =>
    readStatuspageV2(payload, { url: 'http://status.example', readAt: 0 })?.components.map(
      ({ name, status }) => [name, status],
    );

  expect(statuses(await read('summary.json'))).toEqual(statuses(recorded(T1)));
});

test('the story of an incident is read as it was posted', async () => {
  const { announce, read, url, wait } = await start();

  wait(5);
  const opened = announce('investigating', 'Looking into it.');
  wait(7);
  announce('identified', 'A deployment removed the servers.');
  wait(36);
  announce('monitoring', 'Watching.');

  const publication = readStatuspageV2(await read('summary.json'), { url, readAt: 0 });
  expect(publication?.indicator).toBe('none');
  expect(publication?.incidents).toMatchObject([
    {
      id: opened?.id,
      state: 'monitoring',
      impact: 'critical',
      startedAt: STARTED_AT + 5 * MINUTE_MS,
      updatedAt: STARTED_AT + 48 * MINUTE_MS,
      url: `${url}/incidents/${opened?.id}`,
      updates: [
        { rawStatus: 'monitoring', text: 'Watching.', at: STARTED_AT + 48 * MINUTE_MS },
        { rawStatus: 'identified', text: 'A deployment removed the servers.' },
        { rawStatus: 'investigating', text: 'Looking into it.' },
      ],
    },
  ]);

  wait(5);
  announce('resolved');
  expect(readStatuspageV2(await read('summary.json'), { url, readAt: 0 })?.incidents).toEqual([]);
  expect(
    readStatuspageV2(await read('incidents.json'), { url, readAt: 0 })?.incidents,
  ).toMatchObject([{ id: opened?.id, state: 'resolved', resolvedAt: STARTED_AT + 53 * MINUTE_MS }]);
});

test('an incident after a resolved one is another incident, and stands first', async () => {
  const { announce, board: before } = await start();
  expect(before.incidents).toEqual([]);

  const ids = INCIDENT_STATUSES.map((status) => announce(status)?.id);
  const next = announce('identified');

  expect(new Set(ids).size).toBe(1);
  expect(next?.id).not.toBe(ids[0]);
  expect(next?.postings).toHaveLength(1);
});

test('nothing can be resolved where nothing is open', async () => {
  const { announce, read } = await start();

  expect(announce('resolved')).toBeNull();

  expect(await read('incidents.json')).toMatchObject({ incidents: [] });
});

test('a reader that knows the document is sent 304, until something is posted', async () => {
  const { announce, url } = await start();
  const summary = `${url}/api/v2/summary.json`;
  const etag = (await fetch(summary)).headers.get('etag') ?? '';
  expect(etag).not.toBe('');

  const statusFor = async (known: string) =>
    (await fetch(summary, { headers: { 'If-None-Match': known } })).status;

  expect(await statusFor(etag)).toBe(304);
  expect(await statusFor(`"other", ${etag.replace('W/', '')}`)).toBe(304);
  expect(await statusFor('"other"')).toBe(200);
  announce('investigating');
  expect(await statusFor(etag)).toBe(200);
});

test('people read the same on its pages, escaped', async () => {
  const { announce, url } = await start();
  expect(await (await fetch(url)).text()).toContain('All Systems Operational');

  const incident = announce('identified', 'The servers are <b>gone</b>.');

  const overview = await (await fetch(url)).text();
  expect(overview).toContain('Partial System Outage');
  expect(overview).toContain(`href="/incidents/${incident?.id}"`);
  const page = await fetch(`${url}/incidents/${incident?.id}`);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('The servers are &#60;b&#62;gone&#60;/b&#62;.');
});

test.for([
  { method: 'GET', path: '/incidents/none', status: 404 },
  { method: 'GET', path: '/api/v2/secrets.json', status: 404 },
  { method: 'POST', path: '/api/v2/summary.json', status: 405 },
  { method: 'HEAD', path: '/api/v2/summary.json', status: 200 },
])('$method $path is replied to with $status', async ({ method, path, status }) => {
  const { url } = await start();

  expect((await fetch(url + path, { method })).status).toBe(status);
});

test('what it says of its own address can be another one than where it listens', async () => {
  const page = await startStatusPage({
    host: '127.0.0.1',
    port: 0,
    publicUrl: 'http://status.demo:8080',
  });
  onTestFinished(() => page.close());
  page.announce('investigating');

  const summary = await (await fetch(`${page.url}/api/v2/summary.json`)).json();

  expect(summary).toMatchObject({
    page: { url: 'http://status.demo:8080' },
    incidents: [{ shortlink: expect.stringMatching(/^http:\/\/status\.demo:8080\/incidents\//) }],
  });
});
