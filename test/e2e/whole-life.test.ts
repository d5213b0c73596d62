import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { request as requestTls } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { AS, ask } from '../support/ask.ts';
import { startDns } from '../support/dns-server.ts';
import { eventually } from '../support/eventually.ts';
import { startProgram } from '../support/program.ts';
import { startUpstream } from '../support/upstream.ts';
import { headingOf } from './expect-answer.ts';
import { ANYWHERE, settingsFor } from './slow-upstream.ts';

/** An application that sends back what it gets by WebSocket. */
async function startEcho(): Promise<{ readonly url: string }> {
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => socket.on('message', (text) => socket.send(String(text))));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.close();
  });
  // The address of a TCP server that listens is an object.
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function echo(socket: WebSocket, text: string): Promise<string> {
  const back = once(socket, 'message');
  socket.send(text);
  const [data] = await back;
  return String(data);
}

test('a WebSocket outlives a reload that takes its upstream away, and is cut when the drain is over', async () => {
  const [app, other] = [await startEcho(), await startUpstream()];
  const program = await startProgram({ settings: settingsFor(app, 'limits: { drain: 500ms }\n') });
  const socket = new WebSocket(`${program.url.replace('http', 'ws')}/ws`);
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  expect(await echo(socket, 'one')).toBe('one');

  await program.configure(settingsFor(other, 'limits: { drain: 500ms }\n'));
  program.signal('SIGHUP');
  await program.logged('settings reloaded');
  expect(await ask(program.url)).toMatchObject({ status: 200, text: 'served\n' });
  expect(await echo(socket, 'two')).toBe('two');

  const closed = once(socket, 'close');
  program.signal('SIGTERM');
  await program.logged('draining');
  expect(await echo(socket, 'three')).toBe('three');
  expect(await program.ended).toEqual({ code: 0, signal: null });
  await closed;
});

test('an upstream found by DNS: no records is 503 with no_endpoints, and records bring it back', async () => {
  const [app, dns] = [await startUpstream(), await startDns()];
  dns.set('tasks.app', ['127.0.0.1']);
  const program = await startProgram({
    settings: `${ANYWHERE}brand: { name: ChargeOver }
upstreams:
  app:
    discover: { dns: tasks.app, port: ${app.port}, every: 200ms, servers: ["${dns.address}"] }
`,
  });
  await eventually(async () => ((await ask(program.url)).status === 200 ? true : undefined));

  const removedAt = performance.now();
  dns.remove('tasks.app');
  await app.refuse();
  const { level } = await program.logged('discovery found no endpoints');
  expect(level).toBe('warn');
  const down = await eventually(() =>
    program.lines.find(({ to, upstream }) => to === 'down' && upstream === 'app'),
  );
  expect(performance.now() - removedAt).toBeLessThan(3_000);
  expect(down).toMatchObject({ level: 'error', cause: 'no_endpoints' });
  const page = await ask(program.url, { headers: AS.browser });
  expect(page.status).toBe(503);
  expect(headingOf(page)).toBe('Sorry, ChargeOver is unavailable');
  expect(page.headers['proxy-status']).toBe('candor; error=destination_unavailable');
  expect(page.text).not.toContain('tasks.app');

  await app.accept();
  dns.set('tasks.app', ['127.0.0.1']);
  const restoredAt = performance.now();
  await eventually(async () => ((await ask(program.url)).status === 200 ? true : undefined));
  expect(performance.now() - restoredAt).toBeLessThan(3_000);
});

test('a name server that fails changes nothing for endpoints that are known', async () => {
  const [app, dns] = [await startUpstream(), await startDns()];
  dns.set('tasks.app', ['127.0.0.1']);
  const program = await startProgram({
    settings: `${ANYWHERE}upstreams:
  app:
    discover: { dns: tasks.app, port: ${app.port}, every: 100ms, servers: ["${dns.address}"] }
`,
  });
  await eventually(async () => ((await ask(program.url)).status === 200 ? true : undefined));
  dns.behave('servfail');
  await program.logged('discovery failed, keeping what is known');
  for (let count = 0; count < 10; count += 1) {
    expect((await ask(program.url)).status).toBe(200);
  }
  dns.behave('answer');
  await program.logged('discovery answers again');
});

test('planned work on the status page is told as maintenance: in body, fields and log', async () => {
  const work = {
    id: 'm1',
    name: 'Database upgrade',
    status: 'in_progress',
    impact: 'maintenance',
    shortlink: 'https://status.example.com/m1',
    created_at: new Date(Date.now() - 3_600_000).toISOString(),
    updated_at: new Date(Date.now() - 60_000).toISOString(),
    scheduled_for: new Date(Date.now() - 60_000).toISOString(),
    scheduled_until: new Date(Date.now() + 3_600_000).toISOString(),
    incident_updates: [],
    components: [],
  };
  const statusPage = await startUpstream((_request, response) =>
    response.setHeader('content-type', 'application/json').end(
      JSON.stringify({
        page: { id: 'p', name: 'ChargeOver', url: 'https://status.example.com' },
        status: { indicator: 'maintenance', description: 'Service Under Maintenance' },
        components: [],
        incidents: [],
        scheduled_maintenances: [work],
      }),
    ),
  );
  const app = await startUpstream();
  await app.refuse();
  const program = await startProgram({
    settings: settingsFor(
      app,
      `brand: { name: ChargeOver }\nstatusPage: { url: "${statusPage.url}", poll: 200ms }\n`,
    ),
  });
  const json = await eventually(async () => {
    const got = await ask(program.url, { headers: AS.fetch });
    return got.headers['candor-disposition']?.includes('reason=maintenance') ? got : undefined;
  });
  expect(json.status).toBe(503);
  expect(JSON.parse(json.text)).toMatchObject({
    type: '/_candor/problems/maintenance',
    outage: { reason: 'maintenance', reported: true },
  });
  const page = await ask(program.url, { headers: AS.browser });
  expect(headingOf(page)).toBe('ChargeOver is closed for planned work');
  const line = await eventually(() =>
    program.lines.find(({ reference }) => reference === page.headers['x-request-id']),
  );
  expect(line).toMatchObject({ msg: 'answered', reason: 'maintenance' });
});

test('a listener with TLS serves and answers as one without, and a reload renews its certificate', async () => {
  const app = await startUpstream((request, response) => {
    response.end(String(request.headers['x-forwarded-proto']));
  });
  const folderOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const [first, second] = [folderOf('../config/tls'), folderOf('tls')];
  const securely = (folder: string, address: string) =>
    settingsFor(app).replace(
      'listen: 127.0.0.1:0',
      `listen: { address: "${address}", tls: { cert: "${folder}/cert.pem", key: "${folder}/key.pem" } }`,
    );
  const program = await startProgram({ settings: securely(first, '127.0.0.1:0') });
  expect(program.url).toMatch(/^https:/);
  const address = new URL(program.url).host.replace('127.0.0.1', '127.0.0.2');
  const adopt = async (folder: string) => {
    const from = program.lines.length;
    await program.configure(securely(folder, address));
    program.signal('SIGHUP');
    await program.logged('settings reloaded', from);
  };
  const get = async (folder: string) => {
    const ca = await readFile(`${folder}/cert.pem`);
    const sent = requestTls(`https://${address}`, { ca, servername: 'localhost', agent: false });
    const [reply] = await once(sent.end(), 'response');
    return { status: reply.statusCode, text: (await reply.toArray()).join('') };
  };
  await adopt(first);
  expect(await get(first)).toEqual({ status: 200, text: 'https' });
  await adopt(second);
  expect(await get(second)).toEqual({ status: 200, text: 'https' });
  await expect(get(first)).rejects.toThrow();
  await app.refuse();
  expect((await get(second)).status).toBe(503);
});

test('a reader of the log that goes away ends the log alone', async () => {
  const app = await startUpstream();
  const args = ['--upstream', app.url, '--listen', '127.0.0.1:0', '--ops', '127.0.0.1:0'];
  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, ...args]);
  const ended = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  const [first] = await once(child.stdout.setEncoding('utf8'), 'data');
  const [url] = JSON.parse(String(first).split('\n')[0] ?? '').listen;
  child.stdout.destroy();
  await app.refuse();
  for (let count = 0; count < 20; count += 1) expect((await ask(url)).status).toBe(503);
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});
