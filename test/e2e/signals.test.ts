import { Agent, type RequestListener } from 'node:http';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { ask, form } from '../support/ask.ts';
import { eventually } from '../support/eventually.ts';
import { type Program, startProgram } from '../support/program.ts';
import { startUpstream, type TestUpstream } from '../support/upstream.ts';

const ANYWHERE = 'listen: 127.0.0.1:0\nops: 127.0.0.1:0\n';

function settingsFor({ url }: { readonly url: string }, more = ''): string {
  return `${ANYWHERE}upstreams: { app: { endpoints: ["${url}"] } }\n${more}`;
}

/** An upstream that takes a request and replies when it is let go. */
async function startSlow(): Promise<TestUpstream & { letGo(): void }> {
  const waiting: (() => void)[] = [];
  const slow: RequestListener = (_request, response) => {
    response.writeHead(200, { 'content-length': '10' }).write('first');
    waiting.push(() => response.end('later'));
  };
  const upstream = await startUpstream(slow);
  const letGo = () => {
    for (const end of waiting.splice(0)) end();
  };
  return Object.assign(upstream, { letGo });
}

async function isRefused(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  socket.once('connect', () => resolve(false)).once('error', () => resolve(true));
  const refused = await promise;
  socket.destroy();
  return refused;
}

function reload(program: Program): Promise<{ status: number; text: string }> {
  return ask(`${program.opsUrl}/api/reload`, { method: 'POST' });
}

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

test('SIGHUP takes over a new route and a new upstream without a dropped request or connection', async () => {
  const [old, other] = [await startSlow(), await startUpstream()];
  const program = await startProgram({ settings: settingsFor(old) });
  const { url, opsUrl } = program;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const keptAlive = ask(url, { agent });
  const running = ask(url);
  await eventually(() => (old.requests === 2 ? true : undefined));
  old.letGo();
  await Promise.all([keptAlive, running]);
  const stillRunning = ask(url);
  await eventually(() => (old.requests === 3 ? true : undefined));

  await program.configure(`${ANYWHERE}upstreams:
  app: { endpoints: ["${old.url}"], hold: 2s }
  new: { endpoints: ["${other.url}"] }
routes: [{ path: /new, upstream: new }, { upstream: app }]
`);
  program.signal('SIGHUP');
  await program.logged('settings reloaded');

  const connections = agentSockets(agent);
  expect(await ask(`${url}/new`, { agent })).toMatchObject({ status: 200, text: 'served\n' });
  expect(agentSockets(agent)).toEqual(connections);
  old.letGo();
  expect(await stillRunning).toMatchObject({ status: 200, text: 'firstlater' });
  const { upstreams } = JSON.parse((await ask(`${opsUrl}/api/upstreams`)).text);
  expect(upstreams.map(({ name }: { name: string }) => name)).toEqual(['app', 'new']);
});

test('SIGHUP moves the listener to another address; the running request ends on the old one', async () => {
  const upstream = await startSlow();
  const program = await startProgram({ settings: settingsFor(upstream) });
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const running = ask(program.url, { agent });
  await eventually(() => (upstream.requests === 1 ? true : undefined));
  const { port } = new URL(program.url);
  const moved = `http://127.0.0.2:${port}`;
  await program.configure(settingsFor(upstream).replace('127.0.0.1:0', new URL(moved).host));
  program.signal('SIGHUP');
  await program.logged('settings reloaded');
  expect(await isRefused(program.url)).toBe(true);
  upstream.behave('serve');
  expect(await ask(moved)).toMatchObject({ status: 200, text: 'served\n' });
  upstream.letGo();
  expect(await running).toMatchObject({ status: 200, text: 'firstlater' });

  // The connection is still open, and it does not keep the program from ending.
  program.signal('SIGTERM');
  expect(await program.ended).toEqual({ code: 0, signal: null });
});

test('SIGHUP moves the ops listener', async () => {
  const upstream = await startUpstream();
  const program = await startProgram({ settings: settingsFor(upstream) });
  const moved = `http://127.0.0.2:${new URL(program.opsUrl).port}`;
  await program.configure(
    settingsFor(upstream).replace('ops: 127.0.0.1:0', `ops: ${new URL(moved).host}`),
  );
  program.signal('SIGHUP');
  await program.logged('settings reloaded');
  expect((await ask(`${moved}/readyz`)).status).toBe(200);
  expect(await isRefused(program.opsUrl)).toBe(true);
});

test('a bad file is refused with its position in the log, and the old settings go on serving', async () => {
  const upstream = await startUpstream();
  const program = await startProgram({ settings: settingsFor(upstream) });
  await program.configure(` ${settingsFor(upstream, 'limits: { held: many }\n')}`);
  program.signal('SIGHUP');
  const { level, problems } = await program.logged('settings refused, the running ones stay');
  expect(level).toBe('error');
  expect(problems).toContainEqual(expect.objectContaining({ line: 1, file: program.file }));
  expect(await ask(program.url)).toMatchObject({ status: 200, text: 'served\n' });

  const refused = await reload(program);
  expect(refused.status).toBe(422);
  expect(JSON.parse(refused.text)).toMatchObject({
    ok: false,
    status: 422,
    problems: expect.arrayContaining([expect.objectContaining({ line: 1 })]),
  });
  expect(await ask(program.url)).toMatchObject({ status: 200, text: 'served\n' });

  await program.configure(settingsFor(upstream));
  expect(await reload(program)).toMatchObject({ status: 200, text: '{"ok":true}' });
});

test('settings that ask for an address which is taken are refused, and nothing has changed', async () => {
  const upstream = await startUpstream();
  const program = await startProgram({ settings: settingsFor(upstream) });
  await program.configure(
    settingsFor(upstream, 'brand: { name: Other }\n').replace(
      'listen: 127.0.0.1:0',
      `listen: 127.0.0.1:${upstream.port}`,
    ),
  );
  const refused = await reload(program);
  expect(refused.status).toBe(422);
  expect(JSON.parse(refused.text).problems[0].message).toContain('EADDRINUSE');
  expect(await ask(program.url)).toMatchObject({ status: 200, text: 'served\n' });
  await upstream.refuse();
  expect((await ask(program.url)).text).not.toContain('Other');
});

test('an upstream that other settings leave as it is keeps its verdict over a reload', async () => {
  const upstream = await startUpstream();
  await upstream.refuse();
  const program = await startProgram({ settings: settingsFor(upstream) });
  const verdict = async () =>
    JSON.parse((await ask(`${program.opsUrl}/api/upstreams`)).text).upstreams[0];
  const before = await eventually(async () => {
    const view = await verdict();
    return view.verdict === 'down' ? view : undefined;
  });
  await program.configure(settingsFor(upstream, 'brand: { name: Example }\n'));
  program.signal('SIGHUP');
  await program.logged('settings reloaded');
  expect(await verdict()).toMatchObject({ verdict: 'down', since: before.since });
  expect((await ask(program.url, { headers: { accept: 'text/html' } })).text).toContain(
    'Sorry, Example is unavailable',
  );
});

test('SIGHUP does not end a program that has no settings file', async () => {
  const upstream = await startUpstream();
  const program = await startProgram({
    args: ['--upstream', upstream.url, '--listen', '127.0.0.1:0', '--ops', '127.0.0.1:0'],
  });
  program.signal('SIGHUP');
  await program.logged('settings reloaded');
  expect(await ask(program.url)).toMatchObject({ status: 200 });
});

function agentSockets(agent: Agent): (number | undefined)[] {
  return Object.values(agent.freeSockets).flatMap((sockets) =>
    (sockets ?? []).map(({ localPort }) => localPort),
  );
}
