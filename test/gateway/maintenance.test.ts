import { expect, test, vi } from 'vitest';
import { previewerOf } from '../../src/gateway/preview.ts';
import { bypassToken } from '../../src/outage/bypass-token.ts';
import { AS, ask, form } from '../support/ask.ts';
import { openEvents } from '../support/event-client.ts';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { connectHttp2 } from '../support/http2-client.ts';
import { declare, OPERATOR } from '../support/maintenances.ts';
import { startUpstream } from '../support/upstream.ts';

const HOUR = 3_600_000;
const ignore = (): void => undefined;
const MESSAGE = 'Invoices are <moved> to a faster database.';

/** A gateway in front of one upstream that is well and says which cookies it gets. */
async function startScene(routes: readonly object[] = [{ upstream: 'app' }]) {
  const upstream = await startUpstream((request, response) => {
    response.end(`served, cookies: ${request.headers.cookie ?? 'none'}`);
  });
  const gateway = await startGateway({ ...oneUpstream([upstream.url]), routes }, { isQuiet: true });
  return { ...gateway, app: upstream };
}

test.for([
  { name: 'a browser', headers: AS.browser, says: ['is closed for planned work</h1>', 'You will'] },
  { name: 'curl', headers: AS.curl, says: ['is closed for planned work (503).'] },
  { name: 'a script', headers: AS.fetch, says: ['"reason":"maintenance"', '"verdict":"up"'] },
  { name: 'an XML client', headers: AS.xml, says: ['<reason>maintenance</reason>'] },
])('$name is told of planned work, the message first, and nothing is sent', async (client) => {
  const { url, maintenances, app } = await startScene();
  const endsAt = Date.now() + HOUR / 2;
  declare(maintenances, { upstream: 'app', message: MESSAGE, endsAt });
  const got = await ask(`${url}/invoices`, { headers: client.headers });
  expect(got.status).toBe(503);
  expect(got.headers['candor-disposition']).toBe(
    'not_processed; retry-safe=?1; reason=maintenance',
  );
  expect(got.headers['proxy-status']).toBe('candor; error=destination_unavailable');
  const retryAfter = Number(got.headers['retry-after']);
  expect(retryAfter).toBeGreaterThanOrEqual(1_700);
  expect(retryAfter).toBeLessThanOrEqual(1_920);
  for (const words of client.says) expect(got.text).toContain(words);
  const message = got.text.indexOf('Invoices are ');
  expect(message).toBeGreaterThan(0);
  const next = /You will be able|safe to|It is safe/.exec(got.text.slice(message));
  expect(next).not.toBeNull();
  expect(got.text.includes('<moved>')).toBe(!/html|xml/.test(String(got.headers['content-type'])));
  expect(app.requests).toBe(0);
});

test('a write is told that it was not sent; a health check of a balancer stays well', async () => {
  const routes = [{ path: '/up', upstream: 'app', kind: 'healthcheck' }, { upstream: 'app' }];
  const { url, maintenances, app, gateway } = await startScene(routes);
  declare(maintenances);
  const posted = await ask(`${url}/invoices`, form({ amount: '1' }, AS.browser));
  expect([posted.status, posted.text]).toEqual([
    503,
    expect.stringContaining('Your request was not sent'),
  ]);
  expect(posted.text).toContain("We don't have an end time yet.");
  expect((await ask(`${url}/up`)).status).toBe(200);
  expect((await ask(`${url}/_candor/healthz`)).status).toBe(200);
  expect(app.requests).toBe(0);
  const [count] = gateway.counts.answers.values();
  expect(count).toMatchObject({ upstream: 'app', reason: 'maintenance', cause: '' });
});

test('work that takes longer says so, and its own upstream alone is closed', async () => {
  const other = await startUpstream();
  const upstreams = { app: { endpoints: [other.url] }, login: { endpoints: [other.url] } };
  const routes = [{ path: '/login', upstream: 'login' }, { upstream: 'app' }];
  const { url, maintenances } = await startGateway({ upstreams, routes }, { isQuiet: true });
  declare(maintenances, { upstream: 'app', endsAt: Date.now() + 5, expiresAt: Date.now() + HOUR });
  await vi.waitFor(async () => {
    const late = await ask(`${url}/`, { headers: AS.browser });
    expect(late.text).toContain('This planned work is taking longer than expected.');
    expect(Number(late.headers['retry-after'])).toBeLessThanOrEqual(60);
  });
  expect((await ask(`${url}/login`)).status).toBe(200);
});

test('status.json and the events tell of it; when it ends, pages get turns to come back', async () => {
  const { url, maintenances } = await startScene();
  const events = await openEvents(`${url}/_candor/events?upstream=app&wait=no`);
  const whole = (await events.next()).state;
  expect(whole.headingId).toBe('recovered');
  declare(maintenances, { upstream: 'app', message: 'Back soon.' });
  const closed = (await events.next()).state;
  expect(closed).toMatchObject({
    outage: { reason: 'maintenance', verdict: 'up', reported: false, endsAt: null },
    headingId: 'maintenance',
    lead: ['Back soon.', "This work was planned. We don't have an end time yet."],
    components: [{ upstream: 'app', verdict: 'up', reason: 'maintenance' }],
    reloadAfterMs: null,
  });
  const polled = JSON.parse((await ask(`${url}/_candor/status.json`)).text);
  expect(polled.outage.since).toBe(closed.outage.since);
  expect(polled.outage.retryAfter).toBeGreaterThanOrEqual(30);
  expect(polled.reloadAfterMs).toBeNull();

  maintenances.end('app', OPERATOR);
  const open = (await events.next()).state;
  expect(open).toMatchObject({ headingId: 'recovered', outage: { reason: 'outage' } });
  const turns = [];
  for (let page = 0; page < 6; page += 1) {
    const told = await ask(`${url}/_candor/status.json`);
    turns.push(JSON.parse(told.text).reloadAfterMs as number);
  }
  expect(turns.slice(0, 5).every((turn) => turn >= 900 && turn <= 2_000)).toBe(true);
  expect(turns[5]).toBeGreaterThan(1_500); // Five pages a second at first: the sixth has the next.
});

test('a preview of this moment is what clients get, with the reason for operators alone', async () => {
  const { url, maintenances, gateway } = await startScene();
  declare(maintenances, { upstream: 'app', message: 'Back soon.' });
  const asked = { when: 'now', url: `${url}/`, as: 'curl', method: undefined, headers: [] };
  const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };
  const shown = previewerOf(gateway.plan, silent)({ ...asked, language: 'en' });
  if ('fault' in shown) throw new Error(shown.fault);
  expect(shown.status).toBe(503);
  expect(shown.why.join()).toMatch(/app is closed for planned work since .*\(database upgrade\)/);
  expect(shown.body).toContain('Back soon.');
  expect(shown.body).not.toContain('database upgrade');
});

test('a request that runs goes on; the next one is answered', async () => {
  const { url, maintenances, app } = await startScene();
  const release = Promise.withResolvers<void>();
  app.behave(async (_request, response) => {
    await release.promise;
    response.end('in the end');
  });
  const running = ask(`${url}/report`);
  await vi.waitFor(() => expect(app.requests).toBe(1));
  declare(maintenances);
  expect((await ask(`${url}/report`)).status).toBe(503);
  release.resolve();
  expect((await running).text).toBe('in the end');
});

test('it is over by itself, and the machine has gone on observing', async () => {
  const { url, maintenances, upstream } = await startScene();
  declare(maintenances, { expiresAt: Date.now() + 150 });
  upstream().requestFailed('connection_refused');
  expect(upstream().belief.verdict.state).toBe('suspect');
  expect((await ask(url)).status).toBe(503);
  await vi.waitFor(() => expect(maintenances.isAny).toBe(false));
  expect((await ask(url)).status).toBe(200);
});

test('a bypass link asks first, then lets that browser through, and the application sees no cookie of it', async () => {
  const { url, maintenances } = await startScene();
  const kept = declare(maintenances, { upstream: 'app' });
  const link = `${url}/_candor/bypass?token=${bypassToken(kept)}`;
  const page = await ask(link, { headers: AS.browser });
  expect(page.status).toBe(200);
  expect(page.headers['set-cookie']).toBeUndefined();
  expect(page.headers['referrer-policy']).toBe('no-referrer');
  expect(page.text).toContain('<form method="post">');
  const confirmed = await ask(link, { method: 'POST', headers: { 'content-length': '0' } });
  expect([confirmed.status, confirmed.headers.location]).toEqual([303, '/']);
  const [set = ''] = confirmed.headers['set-cookie'] ?? [];
  expect(set).toMatch(
    /^candor-bypass-[0-9a-f]{12}=\S+; Max-Age=3600; Path=\/; HttpOnly; SameSite=Lax$/,
  );
  const cookie = set.slice(0, set.indexOf(';'));
  const through = await ask(url, { headers: { cookie: `a=1; ${cookie}; b=2` } });
  expect([through.status, through.text]).toEqual([200, 'served, cookies: a=1; b=2']);
  expect((await ask(url, { headers: { cookie } })).text).toBe('served, cookies: none');

  const forged = cookie.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
  expect((await ask(url, { headers: { cookie: forged } })).status).toBe(503);
  maintenances.end('app', OPERATOR);
  expect((await ask(link)).status).toBe(403);
  expect((await ask(url, { headers: { cookie } })).text).toBe('served, cookies: none');
  declare(maintenances, { upstream: 'app' });
  expect((await ask(url, { headers: { cookie } })).status).toBe(503);
});

test('a browser that was let through can be kept out again by a button on the page of its link', async () => {
  const { url, maintenances } = await startScene();
  const link = `${url}/_candor/bypass?token=${bypassToken(declare(maintenances))}`;
  expect((await ask(link)).text).not.toContain('action="?leave"');
  const posted = { method: 'POST', headers: { 'content-length': '0' } };
  const cookie = (await ask(link, posted)).headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  const page = await ask(link, { headers: { cookie: `a=1; ${cookie}` } });
  expect(page.text).toContain('<form method="post" action="?leave">');
  expect(page.headers['set-cookie']).toBeUndefined();
  const left = await ask(new URL('?leave', link).href, {
    method: 'POST',
    headers: { ...posted.headers, cookie: `a=1; ${cookie}` },
  });
  expect([left.status, left.headers.location]).toEqual([303, '/']);
  const name = cookie.slice(0, cookie.indexOf('='));
  expect(left.headers['set-cookie']).toEqual([
    `${name}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax`,
  ]);
  const other = await ask(new URL('?leave', link).href, posted);
  expect([other.status, other.headers['set-cookie']]).toEqual([303, undefined]);
});

test('over HTTP/2 a link works as well, with cookies in one field or in several', async () => {
  const { url, maintenances } = await startScene();
  const kept = declare(maintenances, { upstream: 'app' });
  const client = await connectHttp2(url);
  const path = `/_candor/bypass?token=${bypassToken(kept)}`;
  const confirmed = await client.ask({ method: 'POST', path });
  expect(confirmed.status).toBe(303);
  const cookie = confirmed.field('set-cookie')?.split(';')[0] ?? '';
  const crumbs = await client.ask({ raw: ['cookie', 'a=1', 'cookie', cookie, 'cookie', 'b=2'] });
  expect([crumbs.status, crumbs.text]).toEqual([200, 'served, cookies: a=1; b=2']);
  const whole = await client.ask({ headers: { cookie: `${cookie}; a=1` } });
  expect([whole.status, whole.text]).toEqual([200, 'served, cookies: a=1']);
  expect((await client.ask()).status).toBe(503);
});

test('behind a trusted proxy with TLS the cookie is for TLS alone', async () => {
  const app = await startUpstream();
  const given = { ...oneUpstream([app.url]), trustedProxies: ['127.0.0.1/8'] };
  const { url, maintenances } = await startGateway(given, { isQuiet: true });
  const link = `${url}/_candor/bypass?token=${bypassToken(declare(maintenances))}`;
  const headers = { 'x-forwarded-proto': 'https', 'content-length': '0' };
  const confirmed = await ask(link, { method: 'POST', headers });
  expect(confirmed.headers['set-cookie']?.[0]).toMatch(/; SameSite=Lax; Secure$/);
});
