import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import type { Notice } from '../../src/notify/notice.ts';
import { noticesOf } from '../../src/notify/notices-of.ts';
import { pagerdutyMessage } from '../../src/notify/pagerduty.ts';
import { slackMessage } from '../../src/notify/slack.ts';
import { webhookMessage } from '../../src/notify/webhook.ts';
import { incident, pageWithPost, SECRET, surroundings } from './samples.ts';

const url = 'https://example.com/in';

function notice(event: Notice['event']): Notice {
  const resolvedAt = event === 'resolved' ? incident().startedAt + 60_000 : null;
  const around = surroundings({
    everyMs: 1_000,
    statusPage: pageWithPost(Date.now(), 'a <b> & c'),
  });
  const found = noticesOf(incident({ resolvedAt }), around).find((one) => one.event === event);
  if (found === undefined) throw new Error(`there is no ${event}`);
  return found;
}

test.for(['opened', 'updated', 'resolved'] as const)(
  'a webhook of %s passes the check of Standard Webhooks, and one that was changed does not',
  (event) => {
    const { headers, body } = webhookMessage(notice(event), {
      url,
      secret: SECRET,
      now: Date.now(),
    });
    const webhook = new Webhook(SECRET);

    expect(webhook.verify(String(body), headers)).toMatchObject({
      type: `incident.${event}`,
      data: { incident: { id: '20230719T152400Z-app', causes: ['no_endpoints'] } },
    });
    expect(() => webhook.verify(`${body} `, headers)).toThrow();
  },
);

test('a later attempt has the same id, and a time of its own', () => {
  const [one, other] = [1_000_000_000_000, 1_000_000_060_000].map(
    (now) => webhookMessage(notice('opened'), { url, secret: SECRET, now }).headers,
  );
  expect(other?.['webhook-id']).toBe(one?.['webhook-id']);
  expect(one?.['webhook-id']).toMatch(/^msg_[\w-]{27}$/);
  expect(other?.['webhook-timestamp']).not.toBe(one?.['webhook-timestamp']);
});

test("what the status page says cannot mark anything up in Slack's text", () => {
  const { body } = slackMessage(notice('updated'), url);
  expect(body).toMatchObject({ text: expect.stringContaining('a &lt;b&gt; &amp; c') });
  expect(body).toMatchObject({ text: expect.stringMatching(/^\*🟠 ChargeOver: Main Application/) });
});

test.for([
  { event: 'opened', action: 'trigger' },
  { event: 'updated', action: 'trigger' },
  { event: 'resolved', action: 'resolve' },
] as const)('PagerDuty hears $action of $event, with one key for the incident', (one) => {
  const { body } = pagerdutyMessage(notice(one.event), { url, routingKey: 'R' });
  const key = { routing_key: 'R', dedup_key: 'candor/20230719T152400Z-app' };
  expect(body).toMatchObject({ ...key, event_action: one.action });
});

test('an event of PagerDuty has all that its API asks for', () => {
  const { body } = pagerdutyMessage(notice('opened'), { url, routingKey: 'R' });
  expect(body).toMatchObject({
    payload: {
      summary: 'ChargeOver: Main Application is down: it has no endpoints',
      source: 'candor',
      severity: 'critical',
      timestamp: '2023-07-19T15:24:00.000Z',
    },
    links: [{ href: 'https://status.chargeover.com', text: 'Status page' }],
  });
});
