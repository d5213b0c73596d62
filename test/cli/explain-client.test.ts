import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { explain } from '../../src/cli/explain.ts';
import { PREVIEW_CHOICES } from '../../src/gateway/preview-request.ts';
import { runOps } from '../ops/ops-server.ts';
import { caught } from './caught.ts';

const DOCS = resolve(import.meta.dirname, '../../docs');
const SETTINGS = join(DOCS, 'candor.example.yaml');
const URL = 'https://app.chargeover.com/api/v3/customer';
const run = (...args: readonly string[]) => caught(explain, args);

test('an explanation reads from the request to the answer', async () => {
  const { code, stdout } = await run(URL, '--as', 'sdk', '--when', 'outage', '--config', SETTINGS);
  expect(code).toBe(0);
  expect(stdout.split('\n').slice(0, 12)).toEqual([
    `GET ${URL} as sdk`,
    `note: by the settings alone, ${SETTINGS}`,
    expect.stringMatching(/^route: .*candor\.example\.yaml:\d+$/),
    'why: routes[1] is the first that matches (path /api/): upstream app',
    'why: supposed (outage): the upstream is down, and the status page says so',
    'why: not processed: no byte of the request reached an endpoint',
    'why: a repeat is safe',
    'why: row 11, API client: the route has errors:, and Accept asks neither for problem+json nor for XML first',
    '',
    'HTTP/1.1 503 ChargeOver outage - see https://status.chargeover.com/',
    'Content-Type: application/json',
    expect.stringMatching(/^Content-Length: \d+$/),
  ]);
  expect(stdout).toMatch(
    /\n\n\{"code":503,"status":"Error","message":"ChargeOver is unavailable\./,
  );
});

test('the same as JSON, with every option', async () => {
  const { code, stdout } = await run(
    ...[URL, '--as', 'curl', '--when', 'timeout', '--method', 'POST', '--language', 'en'],
    ...['--header', 'Accept: application/problem+json', '--header', 'Origin: https://a.example'],
    ...['--config', SETTINGS, '--json'],
  );
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ when: 'timeout', as: 'curl', method: 'POST', outcome: 'answered', row: 14, kind: 'fetch' },
    ...{ status: 504, route: { index: 1, upstream: 'app' }, line: expect.any(Number) },
    headers: { 'Access-Control-Allow-Origin': 'https://a.example' },
  });
});

test.for([
  { args: ['--when', 'up'], code: 0, says: 'Passed on to app: what comes back is relayed.' },
  { args: ['--when', 'unknown-route'], code: 0, says: 'HTTP/1.1 404 No such address' },
  { args: ['--as', 'preflight', '--when', 'outage'], code: 0, says: 'HTTP/1.1 204 No Content' },
])('$args: $says', async ({ args, code, says }) => {
  const found = await run(URL, ...args, '--config', SETTINGS);
  expect([found.code, found.stdout]).toEqual([code, expect.stringContaining(says)]);
});

test('an address that no route takes ends with 1', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'candor-explain-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const config = join(folder, 'candor.yaml');
  const upstreams = 'upstreams: { app: { endpoints: [http://127.0.0.1:9] } }';
  await writeFile(config, `${upstreams}\nroutes: [{ path: /only, upstream: app }]\n`);
  const lost = await run('http://a/x', '--when', 'outage', '--config', config);
  expect([lost.code, lost.stdout]).toEqual([1, expect.stringContaining('no route leads anywhere')]);
  const own = await run('http://a/_candor/healthz', '--when', 'outage', '--config', config);
  expect([own.code, own.stdout]).toEqual([
    0,
    expect.stringContaining('serves this address itself'),
  ]);
});

test('now asks the running gateway', async () => {
  const why = ['app is down since yesterday'];
  const preview = {
    ...{ when: 'now', as: 'curl', method: 'GET', url: URL, outcome: 'answered', why, row: 17 },
    ...{ route: { index: 0 }, status: 503, reasonPhrase: 'Outage', headers: { A: 'b' }, bytes: 3 },
    ...{ body: 'no\n', encoding: 'utf8' as const, kind: 'other', client: 'curl' },
  };
  const ops = await runOps({ preview: () => preview });
  const { code, stdout } = await run(URL, '--as', 'curl', '--ops', ops.url, '--config', SETTINGS);
  expect([code, stdout]).toEqual([
    0,
    [
      `GET ${URL} as curl`,
      `note: by the running gateway, ${ops.url}`,
      'why: app is down since yesterday',
      '',
      'HTTP/1.1 503 Outage',
      'A: b',
      '',
      'no',
      '',
    ].join('\n'),
  ]);
});

test('where no gateway runs, now is an outage, and says so', async () => {
  const { code, stdout } = await run(URL, '--ops', 'http://127.0.0.1:9', '--config', SETTINGS);
  expect(code).toBe(0);
  expect(stdout).toContain('note: no running gateway could be asked: http://127.0.0.1:9 does not');
  expect(stdout).toContain('note: so an outage is supposed; --when chooses another situation');
});

test('without settings a running gateway is asked all the same', async () => {
  const preview = { headers: {}, body: '', encoding: 'utf8', why: ['all is well'] } as const;
  const ops = await runOps({ preview: () => ({ ...preview, status: null, route: {} }) });
  const found = await run(URL, '--ops', ops.url, '--config', 'nowhere.yaml');
  expect([found.code, found.stdout]).toEqual([0, expect.stringContaining('why: all is well')]);
});

test.for([
  { args: ['--as', 'gopher'], says: '"gopher" is no client; known: browser' },
  { args: ['--when', 'never'], says: '"never" is no situation; known: now, up' },
  { args: ['--header', 'Accept'], says: '"Accept" is no header such as' },
  { args: ['--method', 'A B'], says: '"A B" is no method' },
  { args: ['--ops', 'here'], says: '"here" is no URL such as http://127.0.0.1:9901' },
])('wrong use, $args, ends with 2: $says', async ({ args, says }) => {
  const { code, stderr } = await run(URL, ...args, '--config', SETTINGS);
  expect([code, stderr]).toEqual([2, expect.stringContaining(`candor explain: ${says}`)]);
});

test('settings that cannot be read are named, with 2', async () => {
  const found = await run(URL, '--when', 'outage', '--config', 'nowhere.yaml');
  expect([found.code, found.stderr]).toEqual([2, expect.stringMatching(/^nowhere\.yaml: /)]);
});

test('docs/explain.md lists every client and every situation, and shows what is printed', async () => {
  const page = await readFile(join(DOCS, 'explain.md'), 'utf8');
  for (const { name, about } of [...PREVIEW_CHOICES.clients, ...PREVIEW_CHOICES.situations]) {
    expect(page).toContain(`| \`${name}\` | ${about} |`);
  }
  const [, command = '', printed = ''] =
    /```sh\n(.*)\n```\n```text\n([\s\S]*?)\n…\n```/.exec(page) ?? [];
  const [, args = ''] = / explain (.*)$/.exec(command) ?? [];
  const { stdout } = await run(...args.replace('docs/candor', join(DOCS, 'candor')).split(' '));
  expect(stdout.replaceAll(`${DOCS}/`, 'docs/')).toContain(printed);
});
