import type { Cause } from '../outage/cause.ts';
import type { Notice, ToldIncident } from './notice.ts';

/** What a cause is called where people on call read it. */
const CAUSE_WORDS = {
  no_endpoints: 'it has no endpoints',
  connection_refused: 'its endpoints refuse connections',
  connection_timeout: 'its endpoints accept no connection in time',
  connection_reset: 'its endpoints break off connections',
  dns_error: 'its name does not resolve',
  tls_error: 'TLS to its endpoints fails',
  response_timeout: 'its endpoints do not reply in time',
  bad_response: 'its endpoints reply with what is no HTTP',
  upstream_status: 'its endpoints reply with errors',
  probe_failed: 'its probes fail',
} as const satisfies Record<Cause, string>;

/** The notice in one line, such as a phone shows. */
export function titleOf(notice: Notice): string {
  const who = subjectOf(notice);
  switch (notice.event) {
    case 'test':
      return `Test notice of ${who}: nothing is wrong`;
    case 'opened':
      return `${who} is down: ${becauseOf(notice.incident)}`;
    case 'updated':
      return updateOf(who, notice);
    case 'resolved':
      return `${who} is back after ${lengthOf(notice.incident, notice.at)}`;
  }
}

/** What there is to say besides: times, and the latest post on the status page. */
export function linesOf({ event, incident, post, statusPage }: Notice): string[] {
  if (event === 'test') return ['Sent by `candor notify test`. There is nothing to do.'];
  const { startedAt, detectedAt, resolvedAt } = incident;
  const end = resolvedAt === null ? '' : `, ended ${utc(resolvedAt)}`;
  return [
    `Started ${utc(startedAt)}, detected ${utc(detectedAt)}${end}.`,
    ...(post === null ? [] : [`Status page, ${post.status}: ${shortened(post.text)}`]),
    ...(post === null && statusPage !== null && resolvedAt === null
      ? ['The status page does not tell of it yet.']
      : []),
    `Incident ${incident.id}`,
  ];
}

/** `Example: Main Application`. */
export function subjectOf({ service, incident }: Notice): string {
  const { components, upstream } = incident;
  const name = components.length > 0 ? components.join(', ') : upstream;
  return service === null ? name : `${service}: ${name}`;
}

function updateOf(who: string, { news, incident, at }: Notice): string {
  switch (news?.kind) {
    case 'cause':
      return `${who} is still down: ${CAUSE_WORDS[news.cause]}`;
    case 'relapse':
      return `${who} is down again: ${becauseOf(incident)}`;
    case 'post':
      return `${who}: the status page says ${news.post.status}`;
    case 'goes_on':
    case undefined:
      return `${who} has been down for ${lengthOf(incident, at)}`;
  }
}

function becauseOf({ causes }: ToldIncident): string {
  const cause = causes.at(-1);
  return cause === undefined ? 'why is not known' : CAUSE_WORDS[cause];
}

/** `42 min`, `1 h 5 min`, `30 s`. */
function lengthOf({ startedAt, resolvedAt }: ToldIncident, now: number): string {
  const seconds = Math.max(0, Math.round(((resolvedAt ?? now) - startedAt) / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `2023-07-19 15:24:00 UTC` */
function utc(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

const MOST_TEXT = 500;

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= MOST_TEXT ? line : `${line.slice(0, MOST_TEXT - 1)}…`;
}
