import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { parseSettings } from '../../src/config/load.ts';
import { WAYS_TO_BREAK } from '../../src/demo/control.ts';
import { type Demo, type DemoOptions, startDemo } from '../../src/demo/demo.ts';
import { INCIDENT_STATUSES } from '../../src/demo/incident-board.ts';
import { CREDENTIALS_SENTENCE } from '../../src/demo/login-site.ts';

async function start(options: DemoOptions = {}): Promise<Demo> {
  const demo = await startDemo(options);
  onTestFinished(() => demo[Symbol.asyncDispose]());
  return demo;
}

/** How each endpoint does: its status, or the code of what went wrong. */
function healthOf(demo: Demo): Promise<unknown[]> {
  return Promise.all(
    demo.endpoints.map(async ({ url }) => {
      try {
        return (await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(200) })).status;
      } catch (error) {
        const { name, cause } = error as Error & { cause?: { code?: string } };
        return cause?.code ?? name;
      }
    }),
  );
}

async function command(demo: Demo, path: string, init: RequestInit = { method: 'POST' }) {
  const reply = await fetch(demo.controlUrl + path, init);
  return { status: reply.status, text: await reply.text() };
}

function signIn({ loginSite }: Demo): Promise<Response> {
  return fetch(`${loginSite.url}/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: { Accept: 'text/html' },
    body: new URLSearchParams({ email: 'demo@example.com', password: 'demo' }),
  });
}

test.for([
  { how: 'gone', health: ['ECONNREFUSED', 'ECONNREFUSED'], isIn: false },
  { how: '503', health: [503, 503], isIn: false },
  { how: 'hang', health: ['TimeoutError', 'TimeoutError'], isIn: false },
  { how: 'reset', health: ['ECONNRESET', 'ECONNRESET'], isIn: false },
  { how: 'one', health: ['ECONNREFUSED', 200], isIn: true },
])(
  'broken with $how, the endpoints are $health, and mended they are well',
  async ({ how, health, isIn }) => {
    const demo = await start();

    expect((await command(demo, `/break?how=${how}`)).status).toBe(200);
    expect(await healthOf(demo)).toEqual(health);
    const page = await (await signIn(demo)).text();
    expect(page.includes(CREDENTIALS_SENTENCE)).toBe(!isIn);

    expect((await command(demo, '/mend')).status).toBe(200);
    expect(await healthOf(demo)).toEqual([200, 200]);
    expect((await signIn(demo)).status).toBe(303);
  },
);

test('one way to break it can follow another', async () => {
  const demo = await start();

  for (const how of WAYS_TO_BREAK) await command(demo, `/break?how=${how}`);

  expect(await healthOf(demo)).toEqual(['ECONNREFUSED', 200]);
});

test('an incident is posted step by step, with text of its own where some is given', async () => {
  const demo = await start();

  for (const status of INCIDENT_STATUSES) {
    const text = encodeURIComponent(`It is ${status}.`);
    const { text: said } = await command(demo, `/incident?status=${status}&text=${text}`);
    expect(said).toContain(`${demo.statusPage.url}/incidents/`);
  }

  const [incident] = demo.statusPage.board.incidents;
  expect(incident?.postings.map(({ text }) => text)).toEqual([
    'It is resolved.',
    'It is monitoring.',
    'It is identified.',
    'It is investigating.',
  ]);
});

test.for([
  { path: '/break', status: 400, says: 'how: expected gone|503|hang|reset|one, found none.' },
  { path: '/break?how=none', status: 400, says: 'found none' },
  { path: '/break?how=constructor', status: 400, says: 'found constructor' },
  { path: '/incident', status: 400, says: 'status: expected investigating|' },
  { path: '/incident?status=solved', status: 400, says: 'found solved' },
  { path: '/incident?status=resolved', status: 409, says: 'No incident is open' },
  { path: '/explode', status: 404, says: 'GET / lists the commands' },
])('POST $path is refused with what was expected', async ({ path, status, says }) => {
  const demo = await start();

  const reply = await command(demo, path);

  expect(reply.status).toBe(status);
  expect(reply.text).toContain(says);
  expect(await healthOf(demo)).toEqual([200, 200]);
});

test('a web page that makes a browser send a command is refused', async () => {
  const demo = await start();

  const reply = await command(demo, '/break?how=gone', {
    method: 'POST',
    headers: { Origin: 'https://elsewhere.example' },
  });

  expect(reply.status).toBe(403);
  expect(await healthOf(demo)).toEqual([200, 200]);
});

test('the state is told in words and as JSON', async () => {
  const demo = await start();
  await command(demo, '/break?how=one');
  await command(demo, '/incident?status=investigating');

  const { text } = await command(demo, '/', { method: 'GET' });
  const state = JSON.parse((await command(demo, '/state', { method: 'GET' })).text);

  expect(text).toMatch(/app-1 .* broken: gone\n.*app-2 .* works\n/);
  expect(text).toContain('incident open: investigating');
  for (const how of WAYS_TO_BREAK) expect(text).toContain(`/break?how=${how}'`);
  expect(state).toMatchObject({
    endpoints: [{ fault: 'gone' }, { fault: 'none' }],
    loginSite: demo.loginSite.url,
    incident: { status: 'investigating' },
  });
});

/** The addresses that a text says to send a POST to, in its order; most machines have no curl. */
function postsIn(text: string): string[] {
  return [...text.matchAll(/curl -X POST '([^']+)'/g)].map(([, url]) => url ?? '');
}

test('every command that the banner prints works, in the order in which it is printed', async () => {
  const demo = await start();
  const posts = postsIn(demo.banner('http://gateway', 'http://ops'));
  expect(posts).toHaveLength(WAYS_TO_BREAK.length + INCIDENT_STATUSES.length + 1);

  for (const url of posts) {
    const { status } = await fetch(url, { method: 'POST' });
    expect(`${url}: ${status}`).toBe(`${url}: 200`);
  }

  expect(await healthOf(demo)).toEqual([200, 200]);
  expect(demo.statusPage.board.incidents[0]?.latest.status).toBe('resolved');
});

test('every command of the tour in the documents works, in the order of the tour', async () => {
  const demo = await start();
  const tour = readFileSync(new URL('../../docs/demo.md', import.meta.url), 'utf8');
  const posts = postsIn(tour).map((url) => url.replace('http://127.0.0.1:9902', demo.controlUrl));
  for (const how of WAYS_TO_BREAK) expect(posts).toContain(`${demo.controlUrl}/break?how=${how}`);

  for (const url of posts) {
    const { status } = await fetch(url, { method: 'POST' });
    expect(`${url}: ${status}`).toBe(`${url}: 200`);
  }

  expect(await healthOf(demo)).toEqual([200, 200]);
  expect(demo.statusPage.board.incidents[0]?.latest.status).toBe('resolved');
});

test('the banner fits a terminal', async () => {
  const demo = await start();

  const lines = demo.banner('http://127.0.0.1:8080/', 'http://127.0.0.1:9901/').split('\n');

  expect(lines.filter((line) => line.length > 110)).toEqual([]);
  expect(lines.join('\n')).not.toMatch(/[^:]\/\//);
});

test('the settings are accepted without a warning, and name the parts where they are', async () => {
  const demo = await start({ listen: '[::1]:18080', ops: '127.0.0.1:19901' });

  const loaded = await parseSettings({ text: demo.settings, file: 'demo.yaml', env: {} });

  expect(loaded).toMatchObject({
    ok: true,
    warnings: [],
    settings: {
      listen: [{ host: '::1', port: 18080 }],
      ops: { host: '127.0.0.1', port: 19901 },
      store: 'memory',
      upstreams: {
        app: {
          discovery: { kind: 'static', urls: demo.endpoints.map(({ url }) => url) },
          component: 'Main Application',
          probe: { path: '/healthz' },
        },
        login: { discovery: { urls: [demo.loginSite.url] } },
      },
      misleading: {
        credentials: { body: CREDENTIALS_SENTENCE, dependsOn: ['app'], holdBack: [] },
      },
    },
  });
});

test('a second demo takes its commands elsewhere when the port is taken', async () => {
  const first = await start();
  const port = Number(new URL(first.controlUrl).port);

  const second = await start({ controlPort: port });

  expect(second.controlUrl).not.toBe(first.controlUrl);
  expect(second.banner('http://gateway', 'http://ops')).toContain(`${second.controlUrl}/mend`);
});

test('a demo whose port is taken does not start, and says why', async () => {
  const { statusPage } = await start();
  const port = Number(new URL(statusPage.url).port);

  await expect(startDemo({ statusPagePort: port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('a demo that has ended refuses connections everywhere', async () => {
  const demo = await startDemo();
  const urls = [
    ...demo.endpoints.map(({ url }) => url),
    demo.loginSite.url,
    demo.statusPage.url,
    demo.controlUrl,
  ];

  await demo[Symbol.asyncDispose]();

  const codes = urls.map((url) => fetch(url).catch((error) => error.cause.code));
  expect(await Promise.all(codes)).toEqual(urls.map(() => 'ECONNREFUSED'));
});
