import { Agent } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { eventually } from '../support/eventually.ts';
import { type Program, startProgram } from '../support/program.ts';
import { startUpstream } from '../support/upstream.ts';
import { ANYWHERE, isRefused, settingsFor, startSlow } from './slow-upstream.ts';

function reload(program: Program): Promise<{ status: number; text: string }> {
  return ask(`${program.opsUrl}/api/reload`, { method: 'POST' });
}

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

test('other limits hold for the next connection of a listener that stays open', async () => {
  const upstream = await startUpstream();
  const program = await startProgram({
    settings: settingsFor(upstream, 'limits: { headerBytes: 4KiB }\n'),
  });
  const get = () => ask(program.url, { headers: { 'x-long': 'a'.repeat(9_000) } });
  expect((await get()).status).toBe(431);
  await program.configure(settingsFor(upstream, 'limits: { headerBytes: 64KiB }\n'));
  expect((await reload(program)).status).toBe(200);
  expect((await get()).status).toBe(200);
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

test('a reload that is asked for as the program is told to end does not keep it alive', async () => {
  const upstream = await startUpstream();
  const program = await startProgram({ settings: settingsFor(upstream) });
  const { port } = new URL(program.url);
  await program.configure(settingsFor(upstream).replace('127.0.0.1:0', `127.0.0.2:${port}`));
  program.signal('SIGHUP');
  program.signal('SIGTERM');
  expect(await program.ended).toEqual({ code: 0, signal: null });
});

test('a reload that is asked for while the program drains is refused', async () => {
  const upstream = await startSlow();
  const program = await startProgram({ settings: settingsFor(upstream) });
  const running = ask(program.url);
  await eventually(() => (upstream.requests === 1 ? true : undefined));
  program.signal('SIGTERM');
  await program.logged('draining');
  const refused = await reload(program);
  expect(refused.status).toBe(422);
  expect(JSON.parse(refused.text).problems[0].message).toBe('the program starts or ends');
  upstream.letGo();
  expect(await running).toMatchObject({ status: 200, text: 'firstlater' });
  expect(await program.ended).toEqual({ code: 0, signal: null });
});

function agentSockets(agent: Agent): (number | undefined)[] {
  return Object.values(agent.freeSockets).flatMap((sockets) =>
    (sockets ?? []).map(({ localPort }) => localPort),
  );
}
