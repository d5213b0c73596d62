import { type Fields, fieldsOf, instantOf, listOf, translated } from './fields.ts';
import type { Component, Impact, Publication } from './model.ts';
import { publish } from './publication.ts';
import type { Reader } from './reader.ts';
import { worstImpact } from './severity.ts';
import type { PageFacts } from './v2-incident.ts';

const INDICATOR: Readonly<Record<string, Impact>> = {
  UP: 'none',
  UNDERMAINTENANCE: 'maintenance',
};
const IMPACT: Readonly<Record<string, Impact>> = {
  OPERATIONAL: 'none',
  UNDERMAINTENANCE: 'maintenance',
  DEGRADEDPERFORMANCE: 'minor',
  MINOROUTAGE: 'minor',
  PARTIALOUTAGE: 'major',
  MAJOROUTAGE: 'critical',
};
const STATUS: Readonly<Record<string, Component['status']>> = {
  OPERATIONAL: 'operational',
  UNDERMAINTENANCE: 'under_maintenance',
  DEGRADEDPERFORMANCE: 'degraded_performance',
  MINOROUTAGE: 'partial_outage',
  PARTIALOUTAGE: 'partial_outage',
  MAJOROUTAGE: 'major_outage',
};
const MAINTENANCE_STATUS = {
  NOTSTARTEDYET: 'scheduled',
  INPROGRESS: 'in_progress',
  VERIFYING: 'verifying',
  COMPLETED: 'completed',
};

/**
 * Instatus (`/summary.json`, components in `/v2/components.json` beside it).
 *
 * The summary has no texts and does not say which component an incident is of. A list that is empty
 * may be left out, so a missing one is none.
 */
export const INSTATUS: Reader = { format: 'instatus', read, companionOf };

function read(payload: unknown, page: PageFacts, companion?: unknown): Publication | null {
  const document = fieldsOf(payload);
  const about = fieldsOf(document?.page);
  if (document === null || about === null || !isInstatus(document, about)) return null;

  const incidents = listOf(document.activeIncidents).map(incidentOf);
  const components = [companion, document].flatMap((holder) =>
    listOf(fieldsOf(holder)?.components),
  );
  return publish(
    {
      source: 'instatus',
      indicator: indicatorOf(about.status, incidents),
      components: components.flatMap(componentsIn),
      incidents,
      maintenances: [
        ...listOf(document.activeMaintenances),
        ...listOf(document.scheduledMaintenances),
      ].map(maintenanceOf),
    },
    page,
  );
}

function companionOf(_payload: unknown, document: URL): URL | null {
  // Products that serve this shape at Statuspage's address have no such list beside it.
  const isOwnPlace =
    document.pathname.endsWith('/summary.json') && !/\/api\//.test(document.pathname);
  return isOwnPlace ? new URL('v2/components.json', document) : null;
}

/** The page carries the state itself; its words are in capitals, which no other product's are. */
function isInstatus(document: Fields, about: Fields): boolean {
  if (typeof about.status !== 'string' || !/^[A-Z]+$/.test(about.status)) return false;
  const isKnown = about.status in INDICATOR || about.status === 'HASISSUES';
  return isKnown || Array.isArray(document.activeIncidents);
}

/** `HASISSUES` does not say how bad they are: the worst incident does. Without one it is bad enough. */
function indicatorOf(word: unknown, incidents: readonly Fields[]): unknown {
  if (word !== 'HASISSUES') return translated(word, INDICATOR);
  const known = Object.values(IMPACT);
  const impacts = incidents.map(({ impact }) => known.find((candidate) => candidate === impact));
  const worst = worstImpact(impacts.filter((impact) => impact !== undefined));
  return worst === 'none' ? 'major' : worst;
}

/** A group is no component; its members are inside of it. */
function componentsIn(fields: Fields): Fields[] {
  const members = listOf(fields.children);
  if (members.length > 0) return members.map(componentOf);
  return fields.isParent === true ? [] : [componentOf(fields)];
}

function componentOf({ id, name, status }: Fields): Fields {
  return { id, name, status: translated(status, STATUS) };
}

function incidentOf(fields: Fields): Fields {
  const { id, name, status, started, updatedAt, resolved, impact, url } = fields;
  return {
    id,
    name,
    status: typeof status === 'string' ? status.slice(0, 100).toLowerCase() : undefined,
    impact: translated(impact, IMPACT),
    started_at: started,
    updated_at: updatedAt,
    resolved_at: resolved,
    shortlink: url,
  };
}

function maintenanceOf({ id, name, status, start, duration, url }: Fields): Fields {
  const from = instantOf(start);
  const minutes = Number(duration);
  const until = from === null || !(minutes > 0) ? null : from + minutes * 60_000;
  return {
    id,
    name,
    status: translated(status, MAINTENANCE_STATUS),
    shortlink: url,
    scheduled_for: from,
    scheduled_until: until,
  };
}
