import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startSecureUpstream } from '../support/secure-upstream.ts';
import { type Behaviour, startReceiver } from './receiver.ts';
import { incident, pageWithPost, target } from './samples.ts';
import { startNotifier } from './stand.ts';

const over = (relapses = 0) =>
  incident({ resolvedAt: incident().startedAt + 60_000 * (1 + relapses), relapses });

test('an incident is told from its beginning to its end, in order', async () => {
  const receiver = await startReceiver();
  const { know } = await startNotifier([target('webhook', receiver.url)]);

  know([incident()]);
  know([incident({ causes: ['no_endpoints', 'dns_error'] })]);
  know([incident({ causes: ['no_endpoints', 'dns_error'] })], pageWithPost(Date.now()));
  know([{ ...over(), causes: ['no_endpoints', 'dns_error'] }]);

  const taken = await receiver.got(4);
  expect(taken.map(({ body }) => [body.type, body.data.news])).toEqual([
    ['incident.opened', null],
    ['incident.updated', 'cause'],
    ['incident.updated', 'post'],
    ['incident.resolved', null],
  ]);
});

test.for<{ name: string; first: Behaviour }>([
  { name: 'fails', first: 503 },
  { name: 'resets', first: 'reset' },
  { name: 'has forgotten its key', first: 401 },
  { name: 'asks for a second', first: { status: 429, headers: { 'retry-after': '1' } } },
])('a receiver that $name is told when it is back, with the same id', async ({ first }) => {
  const receiver = await startReceiver();
  receiver.behave(() => (receiver.taken.length < 2 ? first : 202));
  const { know, outbox } = await startNotifier([target('webhook', receiver.url)]);

  know([incident()]);
  know([over()]);

  await eventually(() => (outbox.waiting('webhook').length === 0 ? true : undefined));
  const ids = receiver.taken.map(({ headers }) => headers['webhook-id']);
  expect(receiver.taken.map(({ body }) => body.type)).toEqual([
    'incident.opened',
    'incident.opened',
    'incident.resolved',
  ]);
  expect(ids[1]).toBe(ids[0]);
});

test('a receiver that asks to be left alone is', async () => {
  const receiver = await startReceiver();
  receiver.behave(() =>
    receiver.taken.length < 2 ? { status: 429, headers: { 'retry-after': '1' } } : 202,
  );
  const { know, notifier } = await startNotifier([target('slack', receiver.url)]);

  know([incident()]);
  await receiver.got(1);
  await eventually(() => notifier.targets[0]?.pausedUntil ?? undefined);
  const [one, other] = await receiver.got(2);
  expect((other?.at ?? 0) - (one?.at ?? 0)).toBeGreaterThanOrEqual(990);
});

test.for([-5, 5])('a clock that is set %i hours off delays no notice', async (hours) => {
  const receiver = await startReceiver();
  receiver.behave(() => (receiver.taken.length < 3 ? 503 : 202));
  const backoff = { giveUpMs: 24 * 3_600_000 };
  const { know } = await startNotifier([target('webhook', receiver.url)], { backoff });
  know([incident()]);
  await receiver.got(1);
  const { now } = Date;
  vi.spyOn(Date, 'now').mockImplementation(() => now() + hours * 3_600_000);
  onTestFinished(() => void vi.restoreAllMocks());
  await receiver.got(3);
});

test('one that hangs delays nobody else', async () => {
  const [slow, quick] = [await startReceiver(), await startReceiver()];
  slow.behave('hang');
  const { know } = await startNotifier([target('webhook', slow.url), target('slack', quick.url)]);

  const before = Date.now();
  know([incident()]);
  await Promise.all([slow.got(1), quick.got(1)]);
  know([over()]);
  const [, resolved] = await quick.got(2);
  expect((resolved?.at ?? 0) - before).toBeLessThan(1_000);
});

test('a notice that is refused is given up and shown, and the next is sent', async () => {
  const receiver = await startReceiver();
  receiver.behave(({ body }) =>
    body.type === 'incident.opened' ? { status: 422, body: { message: 'no such thing' } } : 202,
  );
  const { know, notifier, lines } = await startNotifier([target('webhook', receiver.url)]);

  know([incident()]);
  know([over()]);

  await receiver.got(2);
  const dead = notifier.notices.find(({ state }) => state === 'dead');
  expect(dead).toMatchObject({
    event: 'opened',
    problem: 'status 422: {"message":"no such thing"}',
  });
  expect(lines).toContainEqual(expect.objectContaining({ level: 'error', msg: 'notice given up' }));
});

test('a redirect is not followed', async () => {
  const [receiver, elsewhere] = [await startReceiver(), await startReceiver()];
  receiver.behave({ status: 307, headers: { location: elsewhere.url } });
  const { know, notifier } = await startNotifier([target('webhook', receiver.url)]);

  know([incident()]);

  await eventually(() => notifier.notices.find(({ state }) => state === 'dead'));
  expect(elsewhere.taken).toEqual([]);
});

test('what could not be told in a day is given up', async () => {
  const receiver = await startReceiver();
  receiver.behave(500);
  const backoff = { giveUpMs: 200 };
  const { know, notifier } = await startNotifier([target('slack', receiver.url)], { backoff });

  know([incident()]);

  const dead = await eventually(() => notifier.notices.find(({ state }) => state === 'dead'));
  expect(dead.attempts).toBeGreaterThan(1);
  expect(notifier.targets[0]?.counts).toMatchObject({ dead: 1, sent: 0 });
});

test('what waits at the end of the program is told by the next, and nothing twice', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'candor-notify-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'candor.sqlite');
  const receiver = await startReceiver();
  receiver.behave(({ body }) => (body.type === 'incident.opened' ? 202 : 503));
  const targets = [target('webhook', receiver.url)];
  const first = await startNotifier(targets, { file });
  first.know([incident()]);
  await receiver.got(1);
  first.know([over()]);
  await receiver.got(2);
  await first.end();

  receiver.behave(202);
  const before = receiver.taken.length;
  const second = await startNotifier(targets, { file });
  second.know([over()]);

  await eventually(() => (second.outbox.waiting('webhook').length === 0 ? true : undefined));
  expect(receiver.taken.slice(before).map(({ body }) => body.type)).toEqual(['incident.resolved']);
  expect(second.notifier.notices.map(({ state }) => state)).toEqual(['sent', 'sent']);
});

test('an end that does not last is told once, and so is the relapse', async () => {
  const receiver = await startReceiver();
  const { know } = await startNotifier([target('webhook', receiver.url)], { settleMs: 60_000 });

  know([incident()]);
  await receiver.got(1);
  know([over()]);
  await receiver.got(2);
  for (let relapses = 1; relapses <= 5; relapses += 1) {
    know([incident({ relapses })]);
    await receiver.got(3);
    know([over(relapses)]);
  }
  know([incident({ relapses: 6 })]);

  expect(receiver.taken.map(({ body }) => body.type)).toEqual([
    'incident.opened',
    'incident.resolved',
    'incident.updated',
  ]);
});

test('a cause that comes up just before the end is not told, and keeps nothing from being told', async () => {
  const receiver = await startReceiver();
  const targets = [target('webhook', receiver.url)];
  const { know, notifier } = await startNotifier(targets, { causeHoldMs: 60_000 });
  const causes = ['no_endpoints', 'connection_refused'] as const;

  know([incident()]);
  know([incident({ causes })]);
  know([incident({ causes })], pageWithPost(Date.now()));
  await receiver.got(2);
  know([{ ...over(), causes }]);

  const taken = await receiver.got(3);
  expect(taken.map(({ body }) => body.data.news ?? body.type)).toEqual([
    'incident.opened',
    'post',
    'incident.resolved',
  ]);
  expect(notifier.notices.map(({ state }) => state)).toContain('superseded');
});

test('who wants less is told less', async () => {
  const receiver = await startReceiver();
  const { know } = await startNotifier([
    target('webhook', receiver.url, { events: ['resolved'] }),
    target('slack', receiver.url, { upstreams: ['login'] }),
  ]);

  know([incident()]);
  know([over()]);

  const [only] = await receiver.got(1);
  expect(only?.body.type).toBe('incident.resolved');
});

test('what was over before the start is not told', async () => {
  const receiver = await startReceiver();
  const { know, notifier } = await startNotifier([target('webhook', receiver.url)]);

  know([over()]);

  expect(notifier.notices).toEqual([]);
});

test('a target that the settings no longer have is told nothing more', async () => {
  const receiver = await startReceiver();
  receiver.behave(503);
  const { know, notifier } = await startNotifier([target('slack', receiver.url)]);
  know([incident()]);
  await receiver.got(1);

  await notifier.adopt([]);

  expect(notifier.notices).toMatchObject([
    { state: 'dead', problem: 'the settings have no such target' },
  ]);
});

test('what waits for a target is sent to its other address when that is changed', async () => {
  const [wrong, right] = [await startReceiver(), await startReceiver()];
  wrong.behave(404);
  const { know, notifier } = await startNotifier([target('slack', wrong.url)]);
  know([incident()]);
  await wrong.got(1);

  await notifier.adopt([target('slack', right.url)]);

  const [opened] = await right.got(1);
  expect(opened?.body.text).toContain('Main Application is down');
});

test('of what only says that it goes on, the latest is told when the receiver is back', async () => {
  const receiver = await startReceiver();
  receiver.behave(503);
  const targets = [target('webhook', receiver.url, { everyMs: 20 })];
  const { know, notifier, outbox } = await startNotifier(targets, { backoff: { firstMs: 200 } });

  know([incident({ detectedAt: Date.now() })]);
  await eventually(() => {
    notifier.look();
    return (notifier.targets[0]?.counts.superseded ?? 0) >= 3 ? true : undefined;
  });

  expect(outbox.waiting('webhook').map(({ event }) => event)).toEqual(['opened', 'updated']);
});

test('no more than a thousand notices wait for a target, and the oldest update goes first', async () => {
  const receiver = await startReceiver();
  receiver.behave('hang');
  const { know, notifier } = await startNotifier([target('webhook', receiver.url)]);
  const many = Array.from({ length: 998 }, (_, index) => incident({ id: `incident-${index}` }));
  const changed = incident({ causes: ['no_endpoints', 'dns_error'] });

  know([...many, changed]);
  know([...many, changed, incident({ id: 'another' })]);

  expect(notifier.targets[0]).toMatchObject({ waiting: 1_000, counts: { dead: 1 } });
  const dead = notifier.notices.filter(({ state }) => state === 'dead');
  expect(dead).toMatchObject([{ event: 'updated', problem: 'too many notices wait' }]);
});

test('a receiver whose certificate nobody vouches for is told nothing', async () => {
  const receiver = await startSecureUpstream('server');
  const { know, outbox } = await startNotifier([target('webhook', receiver.url)]);

  know([incident()]);

  const [row] = await eventually(() => {
    const rows = outbox.waiting('webhook').filter(({ attempts }) => attempts > 0);
    return rows.length > 0 ? rows : undefined;
  });
  expect(row?.problem).toMatch(/^(?:SELF_SIGNED_CERT|UNABLE_TO_)/);
  expect(receiver.requests).toBe(0);
});
