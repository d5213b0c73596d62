import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startDns } from '../support/dns-server.ts';
import { request } from '../support/raw-client.ts';
import { type Scene, SENTENCE, startScene } from './login.ts';

const PAGE = `<!doctype html><title>Sign in</title><p>${SENTENCE}</p>`;
const POST = 'POST /login HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nContent-Length: 2\r\n\r\nhi';
const GET = 'GET /login HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nCookie: flash=1\r\n\r\n';

/** A login site that answers a form with a redirect, and tells why on the page behind it. */
function startFlashScene(): Promise<Scene> {
  return startScene((asked, response) => {
    if (asked.method === 'POST') response.writeHead(302, { location: '/login' }).end();
    else response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
  });
}

async function troubleThatEnds({ upstream, app }: Scene): Promise<void> {
  await app.refuse();
  upstream('app').start();
  upstream('app').requestFailed('connection_refused');
  await vi.waitFor(() => expect(upstream('app').belief.verdict.state).toBe('down'), 5_000);
  await app.accept();
  await vi.waitFor(() => expect(upstream('app').belief.verdict.state).toBe('up'), 9_000);
}

test('a check that fails is the evidence where all looked well, with its cause and how long it took', async () => {
  const scene = await startScene((_asked, response) => response.end(PAGE));
  await scene.app.refuse();
  const startedAt = Date.now();

  expect((await request(scene.url, POST)).status).toBe(503);

  expect(scene.misleading).toEqual([
    {
      rule: 'credentials',
      matched: 'text',
      source: 'probe',
      belief: { upstream: 'app', component: null, verdict: expect.anything() },
      cause: 'connection_refused',
      at: expect.any(Number),
      checkMs: expect.any(Number),
    },
  ]);
  expect(scene.misleading[0]?.at).toBeGreaterThanOrEqual(startedAt);
  expect(scene.misleading[0]?.checkMs).toBeLessThanOrEqual(1_500);
  const line = scene.log.find(({ msg }) => msg === 'answered');
  expect(line).toMatchObject({
    rule: 'credentials',
    matched: 'text',
    evidence: 'probe',
    upstream: 'app',
    cause: 'connection_refused',
    evidence_at: new Date(scene.misleading[0]?.at ?? 0).toISOString(),
    check_ms: scene.misleading[0]?.checkMs,
  });
});

test('what discovery does not list any more is evidence, though the endpoint that was known still serves', async () => {
  const dns = await startDns();
  dns.set('tasks.app', ['127.0.0.1']);
  const { url, upstream, misleading } = await startScene((_asked, response) => response.end(PAGE), {
    application: (port) => ({
      discover: { dns: 'tasks.app', port, servers: [dns.address], every: '1h' },
    }),
  });
  upstream('app').start();
  await vi.waitFor(() => expect(upstream('app').endpoints).toHaveLength(1), 5_000);
  dns.remove('tasks.app');

  expect((await request(url, POST)).status).toBe(503);

  expect(misleading).toMatchObject([{ source: 'discovery', cause: 'no_endpoints' }]);
});

test('the evidence names the upstream that is not there, of several', async () => {
  const { url, upstream, log } = await startScene((_asked, response) => response.end(PAGE), {
    rule: { body: 'another sentence' },
    rules: {
      first: { body: SENTENCE, dependsOn: ['login'] },
      second: { body: SENTENCE, dependsOn: ['login', 'app'] },
    },
  });
  upstream('app').requestFailed('response_timeout');

  expect((await request(url, POST)).status).toBe(503);

  expect(log.find(({ msg }) => msg === 'answered')).toMatchObject({
    rule: 'second',
    evidence: 'verdict',
    upstream: 'app',
    cause: 'response_timeout',
    check_ms: null,
  });
});

test('the page behind a redirect is judged by the trouble in which its form was sent', async () => {
  const scene = await startFlashScene();
  await troubleThatEnds(scene);

  const posted = await request(scene.url, POST);
  const shown = await request(scene.url, GET);

  expect([posted.status, posted.field('location')]).toEqual([302, '/login']);
  expect(shown.status).toBe(503);
  expect(shown.body).toMatch(/<h1[^>]*>You can(?:'|&#39;|’)t sign in right now<\/h1>/);
  expect(scene.log.find(({ msg }) => msg === 'answered')).toMatchObject({
    evidence: 'recent_verdict',
    upstream: 'app',
    cause: 'connection_refused',
    method: 'GET',
  });
});

test('five seconds after a trouble the same page passes, and a form at once', async () => {
  const scene = await startFlashScene();
  await troubleThatEnds(scene);
  scene.login.behave((_asked, response) => response.end(PAGE));
  expect((await request(scene.url, POST)).status).toBe(200);

  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 5_500 });
  onTestFinished(() => void vi.useRealTimers());

  const shown = await request(scene.url, GET);
  expect([shown.status, shown.body]).toEqual([200, PAGE]);
});

test('with all well, the page behind a redirect passes byte for byte', async () => {
  const scene = await startFlashScene();
  expect((await request(scene.url, POST)).status).toBe(302);
  const shown = await request(scene.url, GET);
  expect([shown.status, shown.body]).toEqual([200, PAGE]);
  expect(scene.misleading).toEqual([]);
});

test('the page behind a redirect is replaced while the trouble goes on, and no form is sent again', async () => {
  const scene = await startFlashScene();
  await scene.app.refuse();
  expect((await request(scene.url, POST)).status).toBe(302);
  const shown = await request(scene.url, GET);
  expect(shown.status).toBe(503);
  expect(scene.login.requests).toBe(2);
});

test('the page on the log tells every field of the line about an answer', async () => {
  const scene = await startScene((_asked, response) => response.end(PAGE));
  await scene.app.refuse();
  const trace = 'traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n';
  await request(scene.url, POST.replace('Accept:', `${trace}Accept:`));
  const { level, time, msg, ...fields } = scene.log.find((line) => line.msg === 'answered') ?? {
    msg: '',
  };
  const page = readFileSync(new URL('../../docs/logs.md', import.meta.url), 'utf8');
  const table = page.slice(page.indexOf('`answered`'), page.indexOf('## The life'));
  const documented = [...table.matchAll(/^\| ((?:`\w+`(?:, )?)+) +\|/gm)].flatMap(([, names]) => [
    ...(names ?? '').matchAll(/\w+/g),
  ]);
  expect(Object.keys(fields).sort()).toEqual(documented.map(String).sort());
  expect([level, time, msg]).toEqual([expect.anything(), expect.anything(), 'answered']);
});
