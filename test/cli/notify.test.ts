import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { notify } from '../../src/cli/notify.ts';
import { startReceiver } from '../notify/receiver.ts';
import { SECRET } from '../notify/samples.ts';
import { caught } from './caught.ts';

async function fileOf(targets: readonly object[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'candor-notify-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'candor.yaml');
  const upstreams = { app: { endpoints: ['http://127.0.0.1:9'] } };
  await writeFile(file, JSON.stringify({ upstreams, notify: targets }));
  return file;
}

test('each target gets a test notice, and what came back is printed', async () => {
  const [good, bad] = [await startReceiver(), await startReceiver()];
  good.behave({ status: 200, body: 'ok' });
  bad.behave({ status: 403, body: { error: 'invalid\u001b[31m_token' } });
  const file = await fileOf([
    { name: 'hook', kind: 'webhook', url: good.url, secret: SECRET },
    { name: 'chat', kind: 'slack', url: bad.url },
  ]);

  const { code, stdout } = await caught(notify, ['test', '--config', file]);

  expect(stdout).toBe(
    'hook (webhook): sent, status 200: "ok"\nchat (slack): not sent, status 403: {"error":"invalid\\u001b[31m_token"}\n',
  );
  expect(code).toBe(1);
  expect(good.taken[0]?.body).toMatchObject({ type: 'test' });
});

test('PagerDuty is not left with an alert', async () => {
  const receiver = await startReceiver();
  const file = await fileOf([
    { name: 'pager', kind: 'pagerduty', url: receiver.url, secret: 'R' },
    { name: 'other', kind: 'slack', url: 'http://127.0.0.1:9/' },
  ]);

  const args = ['test', '--config', file, '--target', 'pager', '--json'];
  const { code, stdout } = await caught(notify, args);

  expect(JSON.parse(stdout)).toEqual({
    ok: true,
    targets: [{ name: 'pager', kind: 'pagerduty', ok: true, said: 'status 202' }],
  });
  expect(code).toBe(0);
  const [one, other] = receiver.taken.map(({ body }) => body);
  expect([one.event_action, one.payload.severity]).toEqual(['trigger', 'info']);
  expect([other.event_action, other.dedup_key]).toEqual(['resolve', one.dedup_key]);
});

test.for([
  { name: 'no command', args: [], says: '`test` is expected' },
  { name: 'no file', args: ['test'], says: '--config FILE is expected' },
  { name: 'another flag', args: ['test', '--all'], says: "'--all'" },
])('$name is wrong use', async ({ args, says }) => {
  const { code, stderr } = await caught(notify, args);
  expect(code).toBe(2);
  expect(stderr).toContain(says);
});

test('a target that there is not is wrong use', async () => {
  const file = await fileOf([]);
  const { code, stderr } = await caught(notify, ['test', '--config', file, '--target', 'x']);
  expect(code).toBe(2);
  expect(stderr).toContain('has no target "x" under `notify`');
});
