import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type OutboxRow, outboxIn } from '../../src/outage/outbox.ts';
import { openStore } from '../../src/outage/store.ts';
import { startReceiver } from '../notify/receiver.ts';
import { SECRET } from '../notify/samples.ts';
import { ask } from '../support/ask.ts';
import { eventually } from '../support/eventually.ts';
import { linesInto } from '../support/log-lines.ts';
import { startProgram } from '../support/program.ts';
import { startUpstream } from '../support/upstream.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'candor-e2e-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

function settings(upstream: string, receiver: string, store: string): string {
  const probe = { every: '100ms', timeout: '1s' };
  return JSON.stringify({
    listen: '127.0.0.1:0',
    ops: '127.0.0.1:0',
    store,
    upstreams: { app: { endpoints: [upstream], component: 'Main Application', probe } },
    notify: [{ name: 'hook', kind: 'webhook', url: receiver, secret: SECRET }],
  });
}

/** Closes the upstream for planned work, or opens it again. */
async function planWork(opsUrl: string, method: 'PUT' | 'DELETE'): Promise<void> {
  const body = method === 'PUT' ? JSON.stringify({ reason: 'database upgrade' }) : '{}';
  const headers = { 'content-type': 'application/json' };
  const reply = await ask(`${opsUrl}/api/upstreams/app/maintenance`, { method, headers, body });
  expect(reply.status).toBeLessThan(300);
}

/** Starts the program, to be killed. */
async function startMortal(file: string): Promise<{ kill(): Promise<void> }> {
  const child = spawn(process.execPath, [MAIN, 'run', '--config', file], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const kill = async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { kill };
}

/** The rows that are on disk, as another program sees them. */
async function rowsIn(file: string): Promise<readonly OutboxRow[]> {
  await using store = await openStore({ file, log: linesInto([]), access: 'read' });
  return await outboxIn(store).load();
}

test('a program that was killed before it knew that a notice had arrived tells it again, as the same', async () => {
  const receiver = await startReceiver();
  const path = await folder();
  const store = join(path, 'candor.sqlite');
  const file = join(path, 'candor.yaml');
  await writeFile(file, settings('http://127.0.0.1:1', receiver.url, store));
  receiver.behave('hang'); // It has the notice, and the program does not know.

  const first = await startMortal(file);
  await receiver.got(1, 20_000);
  await eventually(async () => ((await rowsIn(store)).length > 0 ? true : undefined));
  await first.kill();
  receiver.behave(202);
  const second = await startMortal(file);

  const [before, after] = await receiver.got(2, 20_000);
  expect(after?.headers['webhook-id']).toBe(before?.headers['webhook-id']);
  expect(after?.text).toBe(before?.text);
  await eventually(async () => ((await rowsIn(store))[0]?.state === 'sent' ? true : undefined));
  await second.kill();
  expect(receiver.taken).toHaveLength(2);
});

test('an outage is told without what is behind the gateway, and operators see that it was', async () => {
  const [upstream, receiver] = [await startUpstream(), await startReceiver()];
  const program = await startProgram({ settings: settings(upstream.url, receiver.url, 'memory') });
  await upstream[Symbol.asyncDispose]();

  const [opened] = await receiver.got(1);
  expect(opened?.body).toMatchObject({
    type: 'incident.opened',
    data: { incident: { upstream: 'app', components: ['Main Application'] } },
  });
  // Nothing of what is behind the gateway.
  expect(opened?.text).not.toContain(new URL(upstream.url).port);
  const view = await eventually(async () => {
    const { text } = await ask(`${program.opsUrl}/api/notices`);
    const seen = JSON.parse(text);
    return seen.notices[0]?.state === 'sent' ? seen : undefined;
  });
  expect(view).toMatchObject({
    targets: [{ name: 'hook', kind: 'webhook', sent: 1, waiting: 0, dead: 0 }],
    notices: [{ target: 'hook', event: 'opened', attempts: 1, problem: null }],
  });
  expect(JSON.stringify(view)).not.toContain(receiver.url);
});

test('what breaks while its upstream is closed for planned work is told when the work ends, and not before', async () => {
  const [upstream, receiver] = [await startUpstream(), await startReceiver()];
  const program = await startProgram({ settings: settings(upstream.url, receiver.url, 'memory') });
  await planWork(program.opsUrl, 'PUT');
  await upstream[Symbol.asyncDispose]();
  await eventually(async () => {
    const { incidents } = JSON.parse((await ask(`${program.opsUrl}/api/incidents`)).text);
    return incidents.length > 0 ? true : undefined;
  });
  const { text } = await ask(`${program.opsUrl}/api/notices`);
  expect(JSON.parse(text).notices).toEqual([]);

  await planWork(program.opsUrl, 'DELETE');
  const [opened] = await receiver.got(1);
  expect(opened?.body).toMatchObject({ type: 'incident.opened' });
});
