import { Agent } from 'node:http';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { ask, form } from '../support/ask.ts';
import { eventually } from '../support/eventually.ts';
import { startProgram } from '../support/program.ts';
import { startUpstream } from '../support/upstream.ts';
import { isRefused, settingsFor, startSlow } from './slow-upstream.ts';

test.for(['SIGTERM', 'SIGINT'] as const)(
  '%s: running requests end whole, new connections are refused, exit code 0',
  async (signal) => {
    const upstream = await startSlow();
    const program = await startProgram({ settings: settingsFor(upstream) });
    const running = ask(program.url);
    const posting = ask(program.url, form({ note: 'half' }));
    await eventually(() => (upstream.requests === 2 ? true : undefined));

    program.signal(signal);
    await program.logged('draining');
    await eventually(async () => ((await isRefused(program.url)) ? true : undefined));
    expect(program.isRunning).toBe(true);
    expect((await ask(`${program.opsUrl}/healthz`)).status).toBe(200);
    expect((await ask(`${program.opsUrl}/readyz`)).status).toBe(503);

    upstream.letGo();
    expect(await running).toMatchObject({ status: 200, text: 'firstlater' });
    expect(await posting).toMatchObject({ status: 200, text: 'firstlater' });
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(program.lines.map(({ msg }) => msg).slice(-2)).toEqual(['draining', 'ended']);
    expect(program.errorOutput).toBe('');
  },
);

test('a second SIGTERM does not wait for running requests', async () => {
  const upstream = await startSlow();
  const program = await startProgram({ settings: settingsFor(upstream) });
  const running = ask(program.url);
  const broken = expect(running).rejects.toThrow();
  await eventually(() => (upstream.requests === 1 ? true : undefined));
  program.signal('SIGTERM');
  await program.logged('draining');
  program.signal('SIGTERM');
  expect(await program.ended).toEqual({ code: null, signal: 'SIGTERM' });
  await broken;
});

test('SIGHUP during the drain does not cut the requests that still run', async () => {
  const upstream = await startSlow();
  const program = await startProgram({ settings: settingsFor(upstream) });
  const running = ask(program.url);
  await eventually(() => (upstream.requests === 1 ? true : undefined));
  program.signal('SIGTERM');
  await program.logged('draining');
  program.signal('SIGHUP');
  expect((await ask(`${program.opsUrl}/healthz`)).status).toBe(200);
  upstream.letGo();
  expect(await running).toMatchObject({ status: 200, text: 'firstlater' });
  expect(await program.ended).toEqual({ code: 0, signal: null });
});

test('an idle connection that a client keeps open does not delay the end', async () => {
  const upstream = await startUpstream();
  const program = await startProgram({ settings: settingsFor(upstream) });
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  await ask(program.url, { agent });
  const startedAt = performance.now();
  program.signal('SIGTERM');
  expect(await program.ended).toEqual({ code: 0, signal: null });
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});

test('a request that outlasts the drain is cut, and the exit code is still 0', async () => {
  const upstream = await startSlow();
  const settings = settingsFor(upstream, 'limits: { drain: 300ms }\n');
  const program = await startProgram({ settings });
  const cut = expect(ask(program.url)).rejects.toThrow();
  await eventually(() => (upstream.requests === 1 ? true : undefined));
  program.signal('SIGTERM');
  expect(await program.ended).toEqual({ code: 0, signal: null });
  await cut;
});

test('a client that is still sending its request as the drain begins gets its reply', async () => {
  const upstream = await startUpstream((request, response) => {
    request.resume().on('end', () => response.end('whole'));
  });
  const program = await startProgram({ settings: settingsFor(upstream) });
  const { hostname, port } = new URL(program.url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  let got = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    got += text;
  });
  socket.write('POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 10\r\n\r\n01234');
  await eventually(() => (upstream.requests === 1 ? true : undefined));
  program.signal('SIGTERM');
  await program.logged('draining');
  socket.write('56789');
  expect(await program.ended).toEqual({ code: 0, signal: null });
  expect(got).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*whole/);
});
