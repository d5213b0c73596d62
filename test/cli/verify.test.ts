import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { verify } from '../../src/cli/verify.ts';
import type { UpstreamView } from '../../src/ops/views.ts';
import { down, up } from '../ops/ops-server.ts';
import { caught } from './caught.ts';

const run = (...args: readonly string[]) => caught(verify, args);
const QUICK = ['--for', '600ms', '--timeout', '5s', '--fail-after', '1s'];

/** What the gateway says each time it is asked; the last for good. A number is a status without more. */
type Says = readonly (number | readonly UpstreamView[])[];

interface FakeOps {
  readonly url: string;
  readonly asked: IncomingHttpHeaders[];
}

/** Not a gateway: it says what a real one cannot be made to say within a test. */
async function opsThatSays(says: Says): Promise<FakeOps> {
  const asked: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    const word = says[Math.min(asked.length, says.length - 1)] ?? 500;
    asked.push(request.headers);
    if (typeof word === 'number') response.writeHead(word).end();
    else response.end(JSON.stringify({ upstreams: word }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close().closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const endpoint = { ...up.endpoints[0]!, setAside: false };
const wellWith = (count: number, setAside = 0): UpstreamView => ({
  ...up,
  name: 'app',
  endpoints: Array.from({ length: count }, (_, at) => ({ ...endpoint, setAside: at < setAside })),
});
const app: UpstreamView = { ...down, discovery: { ...down.discovery, desired: null } };

test('an upstream that becomes well and stays so is verified, with one line for each change', async () => {
  const ops = await opsThatSays([[app], [wellWith(1)], [wellWith(2)]]);

  const { code, stdout } = await run(
    '--url',
    ops.url,
    '--upstream',
    'app',
    '--expect-endpoints',
    '2',
    ...QUICK,
  );

  expect(code).toBe(0);
  expect(stdout.replaceAll(/^ *[\d.]+ s {2}/gm, '').split('\n')).toEqual([
    'app is down (no_endpoints), 0 of 2 endpoints',
    'app is up, 1 of 2 endpoints',
    'app is up, 2 endpoints',
    'verified: all has been well for 0.6 s',
    '',
  ]);
});

test('an upstream without an endpoint fails early, and says why', async () => {
  const decided = { ...app, discovery: { ...app.discovery, isDecided: true } };
  const ops = await opsThatSays([[decided]]);
  const startedAt = performance.now();

  const { code, stdout } = await run('--url', ops.url, ...QUICK);

  expect(code).toBe(1);
  expect(stdout).toContain(
    'failed: app is down (no_endpoints), 0 of 1 endpoint: its service was removed or scaled to none',
  );
  expect(performance.now() - startedAt).toBeLessThan(4_000);
});

test('a short dip without an endpoint, as a deployment makes, is no failure', async () => {
  const ops = await opsThatSays([[wellWith(2)], [app], [app], [wellWith(2)]]);

  expect(
    (await run('--url', ops.url, '--for', '600ms', '--timeout', '20s', '--fail-after', '2s')).code,
  ).toBe(0);
});

test.for([
  {
    name: 'an endpoint that is set aside',
    says: [wellWith(2, 1)],
    why: 'app is up, 1 of 2 endpoints',
  },
  {
    name: 'another upstream',
    says: [
      wellWith(2),
      { ...app, name: 'api', cause: 'connection_refused', endpoints: [endpoint] } as const,
    ],
    why: 'api is down (connection_refused), 1 of 2 endpoints',
  },
])('$name is not well, and told when the time is up', async ({ says, why }) => {
  const ops = await opsThatSays([says]);
  const times = ['--for', '100ms', '--timeout', '700ms'];

  const { code, stdout, stderr } = await run(
    '--url',
    ops.url,
    '--expect-endpoints',
    '2',
    '--json',
    ...times,
  );

  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, why, elapsedMs: expect.any(Number) });
  expect(stderr).toContain(`failed: ${why}`);
});

test('as many endpoints as discovery wants are expected, where it says so', async () => {
  const wanting = { ...wellWith(1), discovery: { ...up.discovery, desired: 3 } };
  const ops = await opsThatSays([[wanting]]);

  const { code, stdout } = await run('--url', ops.url, '--for', '100ms', '--timeout', '700ms');

  expect(code).toBe(1);
  expect(stdout).toContain('app is up, 1 of 3 endpoints');
});

test.for([
  { name: 'a token that is missing', says: [401], said: 'answers 401: it asks for its token' },
  {
    name: 'another program',
    says: [[{ name: 'x' } as UpstreamView]],
    said: 'is no gateway of ours',
  },
  {
    name: 'an upstream that it does not have',
    says: [[{ ...app, name: 'apps' }]],
    said: 'has no upstream "app"; did you mean apps?',
  },
  { name: 'a gateway that never answers', says: [502], said: 'answers 502' },
])('$name ends with 2', async ({ says, said }) => {
  const ops = await opsThatSays(says);

  const { code, stdout } = await run(
    '--url',
    ops.url,
    '--upstream',
    'app',
    '--for',
    '100ms',
    '--timeout',
    '700ms',
  );

  expect(code).toBe(2);
  expect(stdout).toContain(`not verified: the gateway at ${ops.url}/ ${said}`);
});

test('a gateway that starts late is waited for, and given the token', async () => {
  const ops = await opsThatSays([503, [wellWith(1)]]);

  expect((await run('--url', ops.url, '--token', 's3cret', ...QUICK)).code).toBe(0);
  expect(ops.asked.at(-1)?.authorization).toBe('Bearer s3cret');
});

test.for([
  { args: [], said: '--url is expected' },
  { args: ['--url', 'here'], said: '"here" is no URL' },
  { args: ['--url', 'http://a', '--expect-endpoints', '0'], said: '"0" is no number from 1 on' },
  { args: ['--url', 'http://a', '--for', '30'], said: '--for: "30" is no duration' },
  { args: ['--url', 'http://a', '--for', '5m'], said: '--timeout has to be longer than --for' },
  { args: ['--urls', 'http://a'], said: "Unknown option '--urls'" },
])('wrong use ($args) ends with 2 and the usage', async ({ args, said }) => {
  const { code, stdout, stderr } = await run(...args);

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(said);
  expect(stderr).toContain('Usage: candor verify --url OPS');
});

test('help names every option and the exit codes', async () => {
  const { code, stdout } = await run('--help');

  expect(code).toBe(0);
  const options = [
    '--url',
    '--upstream',
    '--expect-endpoints',
    '--for',
    '--timeout',
    '--fail-after',
  ];
  for (const word of [...options, '--token', '--json', '--help', 'Exit codes'])
    expect(stdout).toContain(word);
});
