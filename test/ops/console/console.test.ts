import { expect, test } from 'vitest';
import { down, openIncident, opsDeps, runOps, up } from '../ops-server.ts';

const TOKEN = 'a-token-of-some-length';
const basic = (password: string, name = '') => ({
  authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
});

test('the page is whole when it comes: verdict, upstreams, timeline, without script', async () => {
  const ops = await runOps({ incidents: openIncident() });
  const page = await ops.ask('/');
  expect(page.status).toBe(200);
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
  for (const said of [
    '<title>Down: 1 of 2 – Candor</title>',
    'there is no endpoint',
    'Look at the last deployment',
    'First failing signal',
    'http://10.0.0.10:8080',
    'bad: connection refused, 1 ms',
    'about 0',
  ]) {
    expect(page.text).toContain(said);
  }
});

test('its policy allows files of its own and nothing else, and the page needs nothing else', async () => {
  const ops = await runOps();
  const { headers, text } = await ops.ask('/');
  expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/);
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(headers['content-security-policy']).not.toContain('unsafe');
  expect(text).not.toMatch(/ on\w+=|style=|<style|<script>/);
  expect(headers['cache-control']).toBe('no-store');
});

test.for(['console.css', 'console.js'])('%s is served', async (name) => {
  const ops = await runOps();
  const { status, headers } = await ops.ask(`/console/${name}`);
  expect([status, headers['content-type']]).toEqual([
    200,
    expect.stringContaining(name.endsWith('css') ? 'text/css' : 'text/javascript'),
  ]);
});

test('all of it is less than 150 KB with an hour of requests in every step', async () => {
  const now = Date.now();
  const steps = Array.from({ length: 360 }, (_, index) => ({
    at: now - (now % 10_000) - (359 - index) * 10_000,
    ...{ good: 12_345 + index, upstreamErrors: 1_234, notProcessed: 2_345, unknown: index },
  }));
  const upstreams = Array.from({ length: 10 }, (_, index) => ({ ...up, name: `app-${index}` }));
  const ops = await runOps({
    incidents: openIncident(),
    upstreams: () => upstreams,
    samples: { ...opsDeps().samples, steps },
  });
  let bytes = 0;
  for (const path of ['/', '/console/console.css', '/console/console.js']) {
    bytes += Buffer.byteLength((await ops.ask(path)).text);
  }
  expect(bytes).toBeLessThan(150 * 1_024);
});

test('what strangers write is text', async () => {
  const evil = '"><script>alert(1)</script>';
  const ops = await runOps({
    upstreams: () => [{ ...down, component: evil }],
    preview: () => ({ fault: evil }),
  });
  const { text } = await ops.ask(`/?when=${encodeURIComponent(evil)}&language=${evil}`);
  expect(text).not.toContain('<script>');
  expect(text).toContain('&lt;script&gt;');
});

test.for([
  { path: '/', accept: 'text/html,*/*;q=0.8', challenge: 'Basic realm="candor ops"' },
  { path: '/console/live', accept: 'text/event-stream', challenge: 'Bearer realm="candor ops"' },
  { path: '/console/console.css', accept: '*/*', challenge: 'Bearer realm="candor ops"' },
])('$path needs the token', async ({ path, accept, challenge }) => {
  const ops = await runOps({}, { token: TOKEN });
  for (const headers of [{}, basic('x'), basic(`${TOKEN}x`), basic('', TOKEN)]) {
    const reply = await ops.ask(path, { headers: { accept, ...headers } });
    expect([reply.status, reply.headers['www-authenticate']]).toEqual([401, challenge]);
  }
});

test('a browser gets in with the token as the password, under any name', async () => {
  const ops = await runOps({}, { token: TOKEN });
  for (const name of ['', 'kim']) {
    expect((await ops.ask('/', { headers: basic(TOKEN, name) })).status).toBe(200);
  }
});
