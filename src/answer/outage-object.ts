import { asciiJson } from './escape.ts';
import type { Notice } from './notice.ts';
import { SLOT, withoutMarkers } from './slots.ts';
import { isoSeconds } from './times.ts';

/** The `outage` object of UX.md, section 2.1: the same in every JSON of ours. */
export interface OutageObject {
  readonly reason: string;
  readonly verdict: string | null;
  readonly reported: boolean;
  readonly since: string | null;
  readonly endsAt: string | null;
  readonly component: string | null;
  /** Absent on live endpoints, where there is no request to tell of. */
  readonly disposition?: string;
  readonly retrySafe?: boolean;
  readonly retryAfter: number | string | null;
  readonly reference?: string;
  readonly statusPage: string | null;
  readonly incident: OutageIncident | null;
}

interface OutageIncident {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly impact: string;
  readonly updatedAt: string;
  readonly latestUpdate: string | null;
  readonly url: string | null;
}

const UPDATE_CHARACTERS = 280;
const NAME_CHARACTERS = 120;
const TOKEN_CHARACTERS = 64;

/** With slot markers for the reference and the seconds; `asJson` turns it into text. */
export function outageObject(notice: Notice): OutageObject {
  return {
    reason: notice.reason,
    verdict: notice.verdict,
    reported: notice.reported,
    since: timeOrNull(notice.since),
    endsAt: timeOrNull(notice.endsAt),
    component: textOrNull(notice.component),
    disposition: notice.disposition,
    retrySafe: notice.retrySafe,
    retryAfter: notice.hasRetry ? SLOT.retry : null,
    reference: SLOT.reference,
    statusPage: notice.published.url,
    incident: incidentOf(notice),
  };
}

/**
 * JSON with slot markers; a value that is nothing but the retry marker becomes a number.
 *
 * In ASCII for programs: who reads it in another encoding reads the same. It takes up to six bytes a
 * character, so what has to be small and is read by our own script comes in UTF-8.
 */
export function asJson(value: unknown, encoding: 'ascii' | 'utf8' = 'ascii'): string {
  const json = encoding === 'ascii' ? asciiJson(value) : JSON.stringify(value);
  return json.replaceAll(`"${SLOT.retry}"`, SLOT.retry);
}

/** Cuts a text at whole characters; an ellipsis says that there is more. */
export function cutText(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const kept = text
    .slice(0, characters - 1)
    .toWellFormed()
    .replace(/\uFFFD$/, '');
  return `${kept.trimEnd()}…`;
}

function incidentOf({ published }: Notice): OutageIncident | null {
  const { incident, severity } = published;
  if (incident === null) return null;
  const latest = incident.updates[0];
  return {
    id: cutText(withoutMarkers(incident.id), TOKEN_CHARACTERS),
    name: cutText(withoutMarkers(incident.name), NAME_CHARACTERS),
    status: cutText(withoutMarkers(incident.rawStatus), TOKEN_CHARACTERS),
    impact: severity,
    updatedAt: isoSeconds(incident.updatedAt),
    latestUpdate:
      latest === undefined ? null : cutText(withoutMarkers(latest.text), UPDATE_CHARACTERS),
    url: incident.url === null ? null : withoutMarkers(incident.url),
  };
}

function timeOrNull(at: number | null): string | null {
  return at === null ? null : isoSeconds(at);
}

function textOrNull(text: string | null): string | null {
  return text === null ? null : withoutMarkers(text);
}
