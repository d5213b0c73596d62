import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { connectRaw } from '../support/raw-client.ts';
import { openUpstream, startUpstream, type TestUpstream } from '../support/upstream.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const CLIENTS = 45;

/** A program with few descriptors. */
let program: ChildProcess;
let upstream: TestUpstream;
let url = '';
/** What it has logged so far. */
let logged = '';

beforeAll(async () => {
  upstream = await openUpstream('serve');
  const flags = `--upstream ${upstream.url} --listen 127.0.0.1:0 --ops 127.0.0.1:0`;
  const command = `ulimit -n 90; exec "${process.execPath}" "${MAIN}" run ${flags}`;
  program = spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'inherit'] });
  program.stdout?.setEncoding('utf8').on('data', (text: string) => {
    logged += text;
  });
  url = await eventually(() => /"(http:\/\/127\.0\.0\.1:\d+)"/.exec(logged)?.[1], 20_000);
});

afterAll(async () => {
  program.kill('SIGKILL');
  await once(program, 'close');
  await upstream[Symbol.asyncDispose]();
});

test('a want of descriptors of the gateway’s own is an overload, and counts against no upstream', async () => {
  const waiting: (() => void)[] = [];
  upstream.behave((_asked, response) => {
    waiting.push(() => response.end('served'));
  });
  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => connectRaw(url)));
  // A connection is open on this side before the program has accepted it.
  for (const client of clients) {
    client.send('GET /_candor/healthz HTTP/1.1\r\nHost: a\r\n\r\n');
    await client.response();
  }
  let refused = 0;

  const replies = clients.map(async (client) => {
    client.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    const reply = await client.response();
    if (reply.status !== 200) refused += 1;
    return reply;
  });
  await vi.waitFor(() => expect(waiting.length + refused).toBe(CLIENTS), 5_000);
  for (const serve of waiting) serve();

  const answers = (await Promise.all(replies)).filter(({ status }) => status !== 200);
  expect(answers.length).toBeGreaterThan(0);
  for (const answer of answers) {
    expect(answer.status).toBe(503);
    expect(answer.field('candor-disposition')).toContain(
      'not_processed; retry-safe=?1; reason=overload',
    );
  }
  expect(logged).not.toContain('verdict changed');
});

test('connections for which there is no descriptor are closed, and the next ones are served once there is', async () => {
  upstream.behave('serve');
  const clients = await Promise.all(Array.from({ length: 2 * CLIENTS }, () => connectRaw(url)));
  const endings = clients.map((client) => client.ending());

  // Whom the gateway cannot hear it does not keep waiting.
  await Promise.race(endings);
  for (const client of clients) client.leave();
  await Promise.all(endings);

  const served = await eventually(async () => {
    const client = await connectRaw(url);
    client.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    return (await client.response()).status;
  });
  expect(served).toBe(200);
  expect(logged).toContain('fewer file descriptors than connections');
  expect(logged).not.toContain('verdict changed');
});

test('an error of the gateway’s own costs the request that meets it, and one line of the log', async () => {
  const app = await startUpstream();
  const started = await startGateway(oneUpstream([app.url]));
  const { gateway, log, upstream: named } = started;
  const { plan } = gateway;
  const broken = plan.routes.map((route) => ({
    ...route,
    get line(): typeof route.line {
      throw new Error('a bug');
    },
  }));
  const client = await connectRaw(started.url);

  await gateway.adopt({ ...plan, routes: broken });
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  expect((await client.response()).status).toBe(500);

  await gateway.adopt(plan);
  const next = await connectRaw(started.url);
  next.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  expect((await next.response()).status).toBe(200);
  expect(log.filter(({ msg }) => msg === 'request failed by an error of ours')).toHaveLength(1);
  expect(named().counts).toMatchObject({ requests: 1, outstanding: 0 });
});
