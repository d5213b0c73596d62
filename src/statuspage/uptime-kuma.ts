import { type Fields, fieldsOf, keyOf, listOf } from './fields.ts';
import type { Component, Impact, Publication } from './model.ts';
import { publish } from './publication.ts';
import type { Reader } from './reader.ts';
import type { PageFacts } from './v2-incident.ts';

/** By the number that a heartbeat carries; pending is a check that failed and is being repeated. */
const STATUS: readonly Component['status'][] = [
  'major_outage',
  'operational',
  'degraded_performance',
  'under_maintenance',
];
/** An author chooses a colour; the other ones are for announcements. */
const IMPACT: Readonly<Record<string, Impact>> = { danger: 'major', warning: 'minor' };
const MAINTENANCE_STATUS: Readonly<Record<string, string>> = {
  'under-maintenance': 'in_progress',
  scheduled: 'scheduled',
  ended: 'completed',
};
const PLACE = /\/api\/status-page\/(?!heartbeat\/)([^/]+)$/;

/**
 * Uptime Kuma (`/api/status-page/SLUG`, with the last heartbeats in `/api/status-page/heartbeat/SLUG`).
 *
 * It watches rather than tells: how bad it is follows from the share of its monitors that are down.
 * Older versions have one `incident`, later ones a list.
 */
export const UPTIME_KUMA: Reader = { format: 'uptime-kuma', read, companionOf };

function read(payload: unknown, page: PageFacts, companion?: unknown): Publication | null {
  const document = fieldsOf(payload);
  const about = fieldsOf(document?.config);
  if (document === null || about === null || !Array.isArray(document.publicGroupList)) return null;

  const beats = fieldsOf(fieldsOf(companion)?.heartbeatList) ?? {};
  const monitors = listOf(document.publicGroupList).flatMap((group) => listOf(group.monitorList));
  const components = monitors.map(({ id, name }) => ({
    id,
    name,
    status: statusOf(beats, keyOf(id)),
  }));
  const single = fieldsOf(document.incident);
  return publish(
    {
      source: 'uptime-kuma',
      indicator: indicatorOf(components.map(({ status }) => status)),
      components,
      incidents: [...listOf(document.incidents), ...(single === null ? [] : [single])].map(
        incidentOf,
      ),
      maintenances: listOf(document.maintenanceList)
        .filter(({ status }) => Object.hasOwn(MAINTENANCE_STATUS, keyOf(status)))
        .map(maintenanceOf),
    },
    page,
  );
}

function companionOf(_payload: unknown, document: URL): URL | null {
  const slug = PLACE.exec(document.pathname)?.[1];
  return slug === undefined ? null : new URL(`heartbeat/${slug}`, document);
}

/** The last of a monitor's heartbeats; `undefined` where it has none, or none that says anything. */
function statusOf(beats: Fields, id: string): Component['status'] | undefined {
  const own = Object.hasOwn(beats, id) ? beats[id] : undefined;
  const last = Array.isArray(own) ? fieldsOf(own.at(-1)) : null;
  return typeof last?.status === 'number' ? STATUS[last.status] : undefined;
}

function indicatorOf(statuses: readonly (Component['status'] | undefined)[]): Impact {
  const count = (wanted: Component['status']): number =>
    statuses.filter((status) => status === wanted).length;
  const known = statuses.filter((status) => status !== undefined).length;
  const down = count('major_outage');
  if (down > 0) return down === known ? 'critical' : down * 2 >= known ? 'major' : 'minor';
  if (count('degraded_performance') > 0) return 'minor';
  if (count('under_maintenance') > 0) return 'maintenance';
  return known > 0 && known === statuses.length ? 'none' : 'unknown';
}

function incidentOf(fields: Fields): Fields {
  const { id, title, content, style, active, createdDate, lastUpdatedDate } = fields;
  return {
    id,
    name: title,
    status: active === false ? 'resolved' : undefined,
    impact: Object.hasOwn(IMPACT, keyOf(style)) ? IMPACT[keyOf(style)] : 'none',
    created_at: createdDate,
    updated_at: lastUpdatedDate ?? createdDate,
    incident_updates: [{ body: content, display_at: lastUpdatedDate ?? createdDate }],
  };
}

function maintenanceOf(fields: Fields): Fields {
  const { id, title, description, status, timezoneOffset } = fields;
  const slot = listOf(fields.timeslotList)[0];
  return {
    id,
    name: title,
    status: MAINTENANCE_STATUS[keyOf(status)],
    scheduled_for: inZone(slot?.startDate, timezoneOffset),
    scheduled_until: inZone(slot?.endDate, timezoneOffset),
    incident_updates: [{ body: description }],
  };
}

/** Times of maintenances come without a zone, and their zone beside them. */
function inZone(time: unknown, offset: unknown): unknown {
  const isBare = typeof time === 'string' && /^[\d-]+[ T][\d:.]+$/.test(time);
  const hasOffset = typeof offset === 'string' && /^[+-]\d\d:\d\d$/.test(offset);
  return isBare && hasOffset ? `${time}${offset}` : time;
}
