import { expect, test } from 'vitest';
import type { Notice } from '../../src/notify/notice.ts';
import { noticesOf } from '../../src/notify/notices-of.ts';
import { testNotice } from '../../src/notify/test-notice.ts';
import { FakePage } from './fake-page.ts';
import { incident, surroundings } from './samples.ts';

function notice(event: Notice['event']): Notice {
  const resolvedAt = event === 'resolved' ? incident().startedAt + 42 * 60_000 : null;
  const around = surroundings({ everyMs: 1_000 });
  const found = noticesOf(incident({ resolvedAt }), around).find((one) => one.event === event);
  if (found === undefined) throw new Error(`there is no ${event}`);
  return found;
}

test('an outage is posted, goes on, and is resolved; the component goes with it', async () => {
  const page = await FakePage.start();

  await page.tell(notice('opened'));
  expect(page.component).toBe('major_outage');
  expect(page.incidents).toMatchObject([
    { name: 'ChargeOver: Main Application is unavailable', status: 'investigating' },
  ]);
  await page.tell(notice('updated'));
  await page.tell(notice('resolved'));

  expect(page.component).toBe('operational');
  expect(page.incidents).toMatchObject([{ status: 'resolved' }]);
  expect(page.incidents[0]?.incident_updates.map(({ body }) => body)).toEqual([
    'ChargeOver: Main Application is available again since 16:06 UTC.',
    'ChargeOver: Main Application is still unavailable. We are looking into it.',
    'ChargeOver: Main Application has been unavailable since 15:24 UTC. We are looking into it.',
  ]);
});

test('by default the component alone is set', async () => {
  const page = await FakePage.start({ incident: 'none' });

  await page.tell(notice('opened'));
  await page.tell(notice('resolved'));

  expect(page.changes).toEqual(['PATCH /components/c1', 'PATCH /components/c1']);
});

test('a draft is made once, for a person to publish, and nothing is posted', async () => {
  const page = await FakePage.start({ incident: 'draft', components: {} });

  await page.tell(notice('opened'));
  await page.tell(notice('updated'));
  await page.tell(notice('resolved'));

  expect(page.templates).toMatchObject([
    {
      name: 'Draft of 20230719T152400Z-app',
      title: 'ChargeOver: Main Application is unavailable',
      update_status: 'investigating',
    },
  ]);
  expect(page.incidents).toEqual([]);
});

test('where people have opened an incident, nothing is posted, and nothing of theirs is closed', async () => {
  const page = await FakePage.start();
  page.open(['c1']);
  page.component = 'partial_outage';

  await page.tell(notice('opened'));
  await page.tell(notice('updated'));
  await page.tell(notice('resolved'));

  expect(page.changes).toEqual([]);
});

test('an incident that people have posted to since is left to them, with its component', async () => {
  const page = await FakePage.start();

  await page.tell(notice('opened'));
  page.incidents[0]?.incident_updates.unshift({ body: 'We have found the cause.' });
  await page.tell(notice('resolved'));

  expect(page.incidents).toMatchObject([{ status: 'investigating' }]);
  expect(page.component).toBe('major_outage');
});

test('an incident that people have opened meanwhile keeps its component as it is', async () => {
  const page = await FakePage.start({ incident: 'none' });

  await page.tell(notice('opened'));
  page.open(['c1']);
  await page.tell(notice('resolved'));

  expect(page.component).toBe('major_outage');
});

test('a status that people have changed meanwhile stays', async () => {
  const page = await FakePage.start({ incident: 'none' });

  await page.tell(notice('opened'));
  page.component = 'degraded_performance';
  await page.tell(notice('resolved'));

  expect(page.component).toBe('degraded_performance');
});

test('what failed half-way goes on where it was, and posts nothing twice', async () => {
  const page = await FakePage.start();
  // The page takes the incident, and its answer is lost.
  page.receiver.behave((taken) => {
    const isPost = taken.method === 'POST';
    if (isPost) page.incidents.push({ ...taken.body.incident, id: 'i9', ...LISTS });
    return isPost ? 'reset' : { status: 200, body: answerOf(page, taken.path) };
  });

  const first = await page.tell(notice('opened'));
  const second = await page.tell(notice('opened'));

  expect([first.kind, second.kind]).toEqual(['failed', 'sent']);
  expect(page.incidents).toHaveLength(1);
});

const LISTS = { components: [{ id: 'c1' }], incident_updates: [{ body: '' }] };

function answerOf(page: FakePage, path: string): unknown {
  return path.includes('/components/') ? { status: 'operational' } : page.incidents;
}

test.for([420, 429])('a limit that is answered by %i is kept', async (status) => {
  const page = await FakePage.start();
  page.faults.push({ status, headers: { 'retry-after': '7' } });

  expect(await page.tell(notice('opened'))).toMatchObject({
    kind: 'failed',
    isFinal: false,
    pauseMs: 7_000,
  });
});

test('the page is asked once a second', async () => {
  const page = await FakePage.start({ incident: 'none' }, 300);

  await page.tell(notice('opened'));

  const [one, other] = page.receiver.taken;
  expect((other?.at ?? 0) - (one?.at ?? 0)).toBeGreaterThanOrEqual(290);
});

test('a test reads the page and changes nothing', async () => {
  const page = await FakePage.start();
  const about = { service: null, statusPage: null };

  expect(await page.tell(testNotice(Date.now(), about))).toMatchObject({ kind: 'sent' });
  expect(page.changes).toEqual([]);
});
