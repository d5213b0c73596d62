import { type Fields, fieldsOf, listOf, translated, wordOf } from './fields.ts';
import type { Component, Impact, Publication } from './model.ts';
import { publish } from './publication.ts';
import type { Reader } from './reader.ts';
import { worstImpact } from './severity.ts';
import { IMPACTS, type PageFacts } from './v2-incident.ts';

const LISTS = ['ongoing_incidents', 'in_progress_maintenances', 'scheduled_maintenances'] as const;

const IMPACT: Readonly<Record<string, Impact>> = {
  operational: 'none',
  degraded_performance: 'minor',
  partial_outage: 'major',
  full_outage: 'critical',
};
const STATUS: Readonly<Record<string, Component['status']>> = { full_outage: 'major_outage' };
const MAINTENANCE_STATUS = {
  maintenance_scheduled: 'scheduled',
  maintenance_in_progress: 'in_progress',
  maintenance_complete: 'completed',
};

/**
 * incident.io's widget (`/api/v1/summary`): what is open, with the last update of each.
 *
 * It lists the components that something has befallen and no others, and has no indicator: the worst
 * of what is open stands for it.
 */
export const INCIDENT_IO: Reader = { format: 'incident-io', read };

function read(payload: unknown, page: PageFacts): Publication | null {
  const document = fieldsOf(payload);
  if (document === null || !isWidget(document)) return null;

  const incidents = listOf(document.ongoing_incidents);
  const running = listOf(document.in_progress_maintenances);
  const planned = listOf(document.scheduled_maintenances);
  return publish(
    {
      source: 'incident-io',
      indicator: indicatorOf(document, incidents, running),
      components: affectedBy([...incidents, ...running]),
      incidents: Array.isArray(document.ongoing_incidents) ? incidents.map(incidentOf) : null,
      maintenances: [...running, ...planned].map(maintenanceOf),
    },
    page,
  );
}

/** The two lists that nobody else has; `scheduled_maintenances` alone is Statuspage's as well. */
function isWidget(document: Fields): boolean {
  if ('status' in document || 'page' in document) return false;
  const lists = LISTS.filter((list) => Array.isArray(document[list]));
  return lists.length > 1 || lists.some((list) => list !== 'scheduled_maintenances');
}

function indicatorOf(
  document: Fields,
  incidents: readonly Fields[],
  running: readonly Fields[],
): Impact {
  const isSilent = !Array.isArray(document.ongoing_incidents);
  const impacts = incidents.map(
    ({ current_worst_impact: word }) => wordOf(translated(word, IMPACT), IMPACTS) ?? 'unknown',
  );
  return worstImpact([
    ...impacts,
    ...(running.length > 0 ? (['maintenance'] as const) : []),
    ...(isSilent ? (['unknown'] as const) : []),
  ]);
}

/** Each component once, as the first that names it says. */
function affectedBy(entries: readonly Fields[]): Fields[] {
  const components = entries.flatMap((entry) => listOf(entry.affected_components));
  const unique = new Map(components.map((fields) => [fields.id, fields] as const).reverse());
  return [...unique.values()].map(({ id, name, current_status }) => ({
    id,
    name,
    status: translated(current_status, STATUS),
  }));
}

function incidentOf(fields: Fields): Fields {
  return { ...entryOf(fields), impact: translated(fields.current_worst_impact, IMPACT) };
}

function maintenanceOf(fields: Fields): Fields {
  return {
    ...entryOf(fields),
    status: translated(fields.status, MAINTENANCE_STATUS),
    scheduled_for: fields.started_at ?? fields.starts_at,
    scheduled_until: fields.scheduled_end_at ?? fields.ends_at,
  };
}

function entryOf(fields: Fields): Fields {
  const { id, name, status, url, last_update_at: at, last_update_message: body } = fields;
  const update = { status, body, display_at: at };
  return {
    id,
    name,
    status,
    shortlink: url,
    updated_at: at,
    components: fields.affected_components,
    incident_updates: typeof body === 'string' && body !== '' ? [update] : [],
  };
}
