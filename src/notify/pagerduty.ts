import type { Notice } from './notice.ts';
import type { Message } from './post.ts';
import { linesOf, subjectOf, titleOf } from './words.ts';

const MOST_SUMMARY = 1_024;
const MOST_KEY = 255;

/**
 * The notice as an event of PagerDuty's Events API v2. One incident is one alert, by its
 * `dedup_key`; whoever acknowledged it has acknowledged its updates.
 */
export function pagerdutyMessage(
  notice: Notice,
  { url, routingKey }: { readonly url: string; readonly routingKey: string },
): Message {
  const { event, incident, statusPage } = notice;
  const key = { routing_key: routingKey, dedup_key: `candor/${incident.id}`.slice(0, MOST_KEY) };
  const headers = { 'content-type': 'application/json' };
  if (event === 'resolved') {
    return { method: 'POST', url, headers, body: { ...key, event_action: 'resolve' } };
  }
  const payload = {
    summary: titleOf(notice).slice(0, MOST_SUMMARY),
    source: 'candor',
    severity: event === 'test' ? 'info' : 'critical',
    timestamp: new Date(incident.startedAt).toISOString(),
    component: subjectOf(notice),
    class: incident.causes.at(-1) ?? 'unknown',
    custom_details: { text: linesOf(notice).join('\n'), causes: incident.causes },
  };
  const links = statusPage === null ? [] : [{ href: statusPage, text: 'Status page' }];
  const body = { ...key, event_action: 'trigger', client: 'Candor', payload, links };
  return { method: 'POST', url, headers, body };
}

/** Takes back an alert of a test, so that nobody has to. */
export function pagerdutyTakeBack(
  notice: Notice,
  options: { readonly url: string; readonly routingKey: string },
): Message {
  return pagerdutyMessage({ ...notice, event: 'resolved' }, options);
}
