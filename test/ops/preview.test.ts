import { expect, test } from 'vitest';
import type { PreviewAsk, PreviewView } from '../../src/ops/preview-views.ts';
import { runOps } from './ops-server.ts';

const PAGE: PreviewView = {
  status: 503,
  headers: { 'Content-Type': 'text/html; charset=utf-8' },
  body: '<style>@media (prefers-color-scheme: dark){a{}}</style><script>alert(1)</script>ä',
  encoding: 'utf8',
  why: ['row 12'],
};
const CHOICES = {
  situations: [{ name: 'outage', about: 'down' }],
  clients: [{ name: 'curl', about: 'curl' }],
};

function serving(found: PreviewView | { readonly fault: string }, asked: PreviewAsk[] = []) {
  const preview = (ask: PreviewAsk) => {
    asked.push(ask);
    return found;
  };
  return runOps({ preview, previewChoices: CHOICES });
}

test('the choices are listed', async () => {
  const ops = await serving(PAGE);
  expect((await ops.ask('/api/preview')).json()).toEqual({
    situations: [{ name: 'now', about: 'what is believed at this moment' }, ...CHOICES.situations],
    clients: CHOICES.clients,
  });
});

test('what is asked for is handed on as it was written, and the answer comes as JSON', async () => {
  const asked: PreviewAsk[] = [];
  const ops = await serving(PAGE, asked);
  const query =
    'as=curl&url=http%3A%2F%2Fa%2F%3Fb&method=POST&header=A%3A+b&header=C%3A+d&language=de&disposition=unknown';
  const reply = await ops.ask(`/api/preview/outage?${query}`);
  expect([reply.status, reply.json()]).toEqual([200, PAGE]);
  expect(asked).toEqual([
    {
      ...{ when: 'outage', as: 'curl', url: 'http://a/?b', method: 'POST' },
      ...{ headers: ['A: b', 'C: d'], language: 'de', disposition: 'unknown' },
    },
  ]);
});

test.for(['?raw=1', ''])('the page itself is shown without script (%s)', async (query) => {
  const ops = await serving(PAGE);
  const headers = query === '' ? { accept: 'text/html,*/*;q=0.8' } : {};
  const reply = await ops.ask(`/api/preview/outage${query}`, { headers });
  expect([reply.status, reply.text]).toEqual([200, PAGE.body]);
  expect(reply.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  const policy = reply.headers['content-security-policy'];
  expect(policy).toMatch(/^sandbox; default-src 'none';.*frame-ancestors 'self'$/);
  expect(policy).not.toContain('script');
});

test.for([
  { theme: 'dark', condition: '(min-width:0)' },
  { theme: 'light', condition: '(max-width:0)' },
])('the page is shown as a reader sees it who prefers $theme', async ({ theme, condition }) => {
  const ops = await serving(PAGE);
  const { text } = await ops.ask(`/api/preview/outage?raw=1&theme=${theme}`);
  expect(text).toContain(`@media ${condition}`);
});

test('bytes are shown as they are; of what is passed on, the reason is', async () => {
  const gif = { ...PAGE, headers: { 'Content-Type': 'image/gif' }, body: 'R0lG' } as const;
  const image = await (await serving({ ...gif, encoding: 'base64' })).ask(
    '/api/preview/outage?raw=1',
  );
  expect([image.headers['content-type'], image.text]).toEqual(['image/gif', 'GIF']);
  const passed = await (await serving({ ...PAGE, status: null, headers: {} })).ask(
    '/api/preview/now?raw=1',
  );
  expect(passed.text).toBe('row 12\n');
});

test.for([
  { path: '/api/preview/never', status: 404, detail: 'no such situation' },
  { path: '/api/preview/outage?theme=blue', status: 400, detail: 'theme is light or dark' },
])('$path: $status', async ({ path, status, detail }) => {
  const reply = await (await serving(PAGE)).ask(path);
  expect([reply.status, reply.json()]).toMatchObject([
    status,
    { detail: expect.stringContaining(detail) },
  ]);
});

test('what is wrong with what was asked is said, and only GET is answered', async () => {
  const ops = await serving({ fault: '"x" is no client' });
  const wrong = await ops.ask('/api/preview/outage?as=x');
  expect([wrong.status, wrong.json()]).toMatchObject([400, { detail: '"x" is no client' }]);
  expect((await ops.ask('/api/preview/outage', { method: 'POST' })).status).toBe(405);
});
