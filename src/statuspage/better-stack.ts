import { type Fields, fieldsOf, instantOf, keyOf, listOf, translated } from './fields.ts';
import type { Component, Impact, Publication } from './model.ts';
import { publish } from './publication.ts';
import type { Reader } from './reader.ts';
import type { PageFacts } from './v2-incident.ts';

const IMPACT: Readonly<Record<string, Impact>> = {
  operational: 'none',
  maintenance: 'maintenance',
  degraded: 'minor',
  downtime: 'critical',
};
const STATUS: Readonly<Record<string, Component['status']>> = {
  maintenance: 'under_maintenance',
  degraded: 'degraded_performance',
  downtime: 'major_outage',
};
/** What a report is called whose resources are well again. */
const ENDED = ['resolved', 'operational'];

/** Better Stack (`/index.json`, JSON:API): resources, reports and their updates lie in one list. */
export const BETTER_STACK: Reader = { format: 'better-stack', read };

function read(payload: unknown, page: PageFacts): Publication | null {
  const document = fieldsOf(payload);
  const about = attributesOf(fieldsOf(document?.data));
  if (document === null || typeof about.aggregate_state !== 'string') return null;

  const included = listOf(document.included);
  const updates = updatesByReport(ofType(included, 'status_update'));
  const reports = ofType(included, 'status_report');
  const isPlanned = (report: Fields): boolean => attributesOf(report).report_type === 'maintenance';
  return publish(
    {
      source: 'better-stack',
      updatedAt: about.updated_at,
      indicator: translated(about.aggregate_state, IMPACT),
      components: ofType(included, 'status_page_resource').map(componentOf),
      incidents: reports
        .filter((report) => !isPlanned(report))
        .map((report) => incidentOf(report, updates, page.readAt)),
      maintenances: reports
        .filter(isPlanned)
        .map((report) => maintenanceOf(report, updates, page.readAt)),
    },
    page,
  );
}

function attributesOf(resource: Fields | null): Fields {
  return fieldsOf(resource?.attributes) ?? {};
}

function ofType(included: readonly Fields[], type: string): Fields[] {
  return included.filter((resource) => resource.type === type);
}

function componentOf(resource: Fields): Fields {
  const { public_name, status } = attributesOf(resource);
  return { id: resource.id, name: public_name, status: translated(status, STATUS) };
}

function updatesByReport(updates: readonly Fields[]): ReadonlyMap<string, Fields[]> {
  return Map.groupBy(updates, (update) => keyOf(attributesOf(update).status_report_id));
}

/**
 * A report has no word for how far its authors are, only for how its resources are; that is kept as
 * the word of the incident. It has ended when they are well, or when the time of its end is past.
 */
function incidentOf(
  report: Fields,
  updates: ReadonlyMap<string, Fields[]>,
  readAt: number,
): Fields {
  const { aggregate_state: state, ends_at } = attributesOf(report);
  const endsAt = instantOf(ends_at);
  const isOver = endsAt !== null && endsAt <= readAt;
  const hasEnded = isOver || (typeof state === 'string' && ENDED.includes(state));
  return {
    ...entryOf(report, updates),
    status: hasEnded ? 'resolved' : state,
    impact: ENDED.includes(keyOf(state)) ? undefined : translated(state, IMPACT),
    resolved_at: isOver ? ends_at : null,
  };
}

function maintenanceOf(
  report: Fields,
  updates: ReadonlyMap<string, Fields[]>,
  readAt: number,
): Fields {
  const { starts_at, ends_at } = attributesOf(report);
  const isAhead = (instantOf(starts_at) ?? readAt) > readAt;
  const isOver = (instantOf(ends_at) ?? Number.POSITIVE_INFINITY) <= readAt;
  return {
    ...entryOf(report, updates),
    status: isOver ? 'completed' : isAhead ? 'scheduled' : 'in_progress',
    scheduled_for: starts_at,
    scheduled_until: ends_at,
  };
}

function entryOf(report: Fields, updates: ReadonlyMap<string, Fields[]>): Fields {
  const { title, starts_at, affected_resources } = attributesOf(report);
  return {
    id: report.id,
    name: title,
    started_at: starts_at,
    components: listOf(affected_resources).map(({ status_page_resource_id: id }) => ({ id })),
    incident_updates: (updates.get(keyOf(report.id)) ?? []).map((update) => {
      const { message, published_at } = attributesOf(update);
      return { id: update.id, body: message, display_at: published_at };
    }),
  };
}
