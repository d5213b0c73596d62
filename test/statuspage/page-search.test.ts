import { expect, test } from 'vitest';
import { fixtureText } from './fixtures.ts';
import { holdPoller, type PageServer, startPage } from './page-server.ts';

/** A page that has some documents, by path, and answers all else with HTML, as single-page sites do. */
async function startSite(files: Record<string, string>): Promise<PageServer> {
  return startPage((request, response) => {
    const body = files[request.url ?? ''];
    response.writeHead(200, { 'content-type': body === undefined ? 'text/html' : 'text/plain' });
    return response.end(body ?? '<!doctype html><html><body>Status</body></html>');
  });
}

const INSTATUS = fixtureText('DOCUMENTED-instatus-issues.summary.json');
const COMPONENTS = fixtureText('DOCUMENTED-instatus-issues.components.json');
const STATUSPAGE = fixtureText('RECONSTRUCTED-chargeover-2023-07-19-t1-investigating.summary.json');
const ATOM = fixtureText('DOCUMENTED-statuspage-open.history.atom.xml');

test.for([
  { source: 'statuspage', path: '/api/v2/summary.json', body: STATUSPAGE, asked: 1 },
  {
    source: 'incident-io',
    path: '/api/v1/summary',
    body: fixtureText('DOCUMENTED-incident-io-open.widget.json'),
    asked: 2,
  },
  { source: 'instatus', path: '/summary.json', body: INSTATUS, asked: 4 },
  {
    source: 'better-stack',
    path: '/index.json',
    body: fixtureText('DOCUMENTED-better-stack-degraded.index.json'),
    asked: 4,
  },
  { source: 'feed', path: '/history.atom', body: ATOM, asked: 5 },
  { source: 'feed', path: '/feed.rss', body: ATOM, asked: 8 },
  { source: 'feed', path: '/', body: ATOM, asked: 9 },
  { source: 'instatus', path: '/api/v2/summary.json', body: INSTATUS, asked: 1 },
])('$path with what is of $source is found and remembered', async (row) => {
  const page = await startSite({ [row.path]: row.body });
  const held = holdPoller(page.url);
  held.poller.start();
  expect(await held.nextReading()).toMatchObject({
    kind: 'read',
    publication: { source: row.source },
  });
  expect(page.asked).toHaveLength(row.asked);
  page.asked.length = 0;
  await held.nextReading();
  expect(page.asked[0]).toBe(`GET ${row.path}`);
  expect(page.asked.length).toBeLessThanOrEqual(2);
  expect(held.lines).toEqual(['info status page found']);
});

test('the format of the settings is asked first, and does not decide what is read', async () => {
  const page = await startSite({ '/index.json': STATUSPAGE });
  const held = holdPoller(page.url, undefined, 'better-stack');
  held.poller.start();
  expect(await held.nextReading()).toMatchObject({ publication: { source: 'statuspage' } });
  expect(page.asked).toEqual(['GET /index.json']);
});

test('the second document of a format completes the first, and its failure leaves that as it is', async () => {
  const files: Record<string, string> = {
    '/summary.json': INSTATUS,
    '/v2/components.json': COMPONENTS,
  };
  const page = await startSite(files);
  const held = holdPoller(`${page.url}/summary.json`);
  held.poller.start();
  const whole = await held.nextReading();
  expect('publication' in whole && whole.publication?.components).toHaveLength(3);

  delete files['/v2/components.json'];
  const half = await held.nextReading();
  expect(half.kind).toBe('read');
  expect('publication' in half && half.publication?.components).toHaveLength(0);
});

test('a page that has no document anywhere is searched once in ten minutes, in trouble as well', async () => {
  const page = await startSite({});
  const held = holdPoller(page.url);
  held.troubled = true;
  held.poller.start();
  await held.nextReading();
  expect(page.asked).toHaveLength(9);
  for (let readings = 0; readings < 5; readings += 1) await held.nextReading();
  expect(page.asked).toHaveLength(14);
  expect(held.lines).toEqual(['warn status page read failed not_json']);

  held.pass(600_000);
  await held.nextReading();
  expect(page.asked).toHaveLength(23);
});

test('a page that cannot be reached is not searched, and found as soon as it is there', async () => {
  const page = await startSite({ '/summary.json': INSTATUS });
  const answer = page.answer;
  const held = holdPoller(page.url);
  page.answer((request) => request.socket.destroy());
  held.poller.start();
  await held.nextReading();
  expect(page.asked).toHaveLength(1);

  answer((request, response) =>
    response.end(request.url === '/summary.json' ? INSTATUS : '<html/>'),
  );
  expect((await held.nextReading()).kind).toBe('read');
});

test.for([
  { name: 'that asks for a pause', status: 429, asked: 1 },
  { name: 'that is ill', status: 503, asked: 1 },
  { name: 'that shows nothing to programs', status: 403, asked: 9 },
])('of a page $name $asked addresses are asked', async ({ status, asked }) => {
  const page = await startPage((_request, response) => response.writeHead(status).end());
  const held = holdPoller(page.url);
  held.poller.start();
  expect((await held.nextReading()).kind).toBe('unreachable');
  expect(page.asked).toHaveLength(asked);
});

test('a document that has gone is looked for after three readings, and taken back when it returns', async () => {
  const files: Record<string, string> = { '/api/v2/summary.json': STATUSPAGE };
  const page = await startSite(files);
  const held = holdPoller(page.url);
  held.poller.start();
  await held.nextReading();
  held.pass(600_000);

  delete files['/api/v2/summary.json'];
  files['/history.atom'] = ATOM;
  page.asked.length = 0;
  for (let readings = 0; readings < 3; readings += 1) {
    expect((await held.nextReading()).kind).toBe('unreachable');
  }
  expect(page.asked).toHaveLength(3);
  expect(await held.nextReading()).toMatchObject({ publication: { source: 'feed' } });

  files['/api/v2/summary.json'] = STATUSPAGE;
  expect(await held.nextReading()).toMatchObject({ publication: { source: 'feed' } });
  held.pass(600_000);
  expect(await held.nextReading()).toMatchObject({ publication: { source: 'statuspage' } });
  expect(held.lines.filter((line) => line.endsWith('found'))).toHaveLength(3);
});

test('incidents that vanish from a page without a history are let go', async () => {
  const files: Record<string, string> = { '/summary.json': INSTATUS };
  const page = await startSite(files);
  const held = holdPoller(`${page.url}/summary.json`);
  held.poller.start();
  await held.nextReading();
  files['/summary.json'] = fixtureText('DOCUMENTED-instatus-up.summary.json');
  expect(await held.nextReading()).toMatchObject({ publication: { incidents: [] } });
});
