import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { connectRaw } from '../support/raw-client.ts';
import { startUpstream } from '../support/upstream.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const CLIENTS = 45;

/** Starts the program with few descriptors; resolves to its address, and what it has logged so far. */
async function startPoor(upstream: string): Promise<{ url: string; logged: () => string }> {
  const flags = `--upstream ${upstream} --listen 127.0.0.1:0 --ops 127.0.0.1:0`;
  const command = `ulimit -n 90; exec "${process.execPath}" "${MAIN}" run ${flags}`;
  const program = spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    program.kill('SIGKILL');
    await once(program, 'close');
  });
  let output = '';
  program.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const address = () => /"(http:\/\/127\.0\.0\.1:\d+)"/.exec(output)?.[1];
  await vi.waitFor(() => expect(address()).toBeDefined(), 10_000);
  return { url: address() ?? '', logged: () => output };
}

test('a want of descriptors of the gateway’s own is an overload, and counts against no upstream', async () => {
  const waiting: (() => void)[] = [];
  const upstream = await startUpstream((_asked, response) => {
    waiting.push(() => response.end('served'));
  });
  const { url, logged } = await startPoor(upstream.url);
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
  expect(logged()).not.toContain('verdict changed');
});

test('connections for which there is no descriptor are closed, and the next ones are served once there is', async () => {
  const upstream = await startUpstream();
  const { url, logged } = await startPoor(upstream.url);
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
  expect(logged()).toContain('fewer file descriptors than connections');
  expect(logged()).not.toContain('verdict changed');
});

test('an error of the gateway’s own costs the request that meets it, and one line of the log', async () => {
  const upstream = await startUpstream();
  const { url, gateway, log, upstream: named } = await startGateway(oneUpstream([upstream.url]));
  const { plan } = gateway;
  const broken = plan.routes.map((route) => ({
    ...route,
    get line(): typeof route.line {
      throw new Error('a bug');
    },
  }));
  const client = await connectRaw(url);

  await gateway.adopt({ ...plan, routes: broken });
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  expect((await client.response()).status).toBe(500);

  await gateway.adopt(plan);
  const next = await connectRaw(url);
  next.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  expect((await next.response()).status).toBe(200);
  expect(log.filter(({ msg }) => msg === 'request failed by an error of ours')).toHaveLength(1);
  expect(named().counts).toMatchObject({ requests: 1, outstanding: 0 });
});
