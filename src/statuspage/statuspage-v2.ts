import { type Fields, fieldsOf, instantOf, listOf, wordOf } from './fields.ts';
import type { Component, Impact, Maintenance, Publication, PublishedIncident } from './model.ts';
import { plainText } from './plain-text.ts';
import { byNewest, IMPACTS, isMaintenance, type PageFacts, readIncident } from './v2-incident.ts';
import { readMaintenance } from './v2-maintenance.ts';

const LISTS = ['components', 'incidents', 'scheduled_maintenances'] as const;
const PAGE_NAMES = ['id', 'name', 'url'] as const;
const STATUSES = [
  'operational',
  'degraded_performance',
  'partial_outage',
  'major_outage',
  'under_maintenance',
] as const;
const MOST_COMPONENTS = 500;
const MOST_INCIDENTS = 50;

/**
 * Reads what a page in Atlassian Statuspage's v2 format publishes, or null where the payload is of
 * another shape.
 *
 * Never throws, whatever the payload. Recognised by shape, never by address or product: any of the
 * v2 documents (`summary`, `incidents`, `components`, `status`, `scheduled-maintenances`), the
 * products that copy them, and the older `index.json`. A member that is missing or of another type
 * is left out, a word that is not known is `unknown` with its text kept. `readAt` dates an incident
 * that carries no date of its own.
 */
export function readStatuspageV2(
  payload: unknown,
  pageUrl: string,
  readAt: number = Date.now(),
): Publication | null {
  const document = fieldsOf(payload);
  if (document === null || !isStatuspageV2(document)) return null;

  const page: PageFacts = { url: pageUrl, readAt };
  const posted = listOf(document.incidents);
  const planned = [...listOf(document.scheduled_maintenances), ...posted.filter(isMaintenance)];
  const incidents = posted.filter((fields) => !isMaintenance(fields));
  return {
    source: 'statuspage',
    url: pageUrl,
    pageUpdatedAt: instantOf(fieldsOf(document.page)?.updated_at),
    ...indicatorOf(fieldsOf(document.status)),
    components: readComponents(document.components),
    incidents: sortedIncidents(incidents.map((fields) => readIncident(fields, page))),
    maintenances: readMaintenances(planned, page),
  };
}

/**
 * True when a summary says nothing of incidents, not even that there are none.
 *
 * Some products that copy the format leave the member out; `incidents.json` has to be asked then.
 */
export function lacksIncidents(payload: unknown): boolean {
  const document = fieldsOf(payload);
  return document !== null && 'status' in document && !Array.isArray(document.incidents);
}

function isStatuspageV2(document: Fields): boolean {
  const hasIndicator = typeof fieldsOf(document.status)?.indicator === 'string';
  if (!hasIndicator && !LISTS.some((list) => Array.isArray(document[list]))) return false;
  const page = fieldsOf(document.page);
  if (page !== null && isOtherProduct(page)) return false;
  if (page !== null && PAGE_NAMES.some((member) => typeof page[member] === 'string')) return true;
  return hasIndicator || listOf(document.incidents).some(hasUpdates);
}

/** Other products carry their state as the page's `status`; a webhook carries `status_indicator`. */
function isOtherProduct(page: Fields): boolean {
  return 'status' in page || 'status_indicator' in page;
}

function hasUpdates(incident: Fields): boolean {
  return Array.isArray(incident.incident_updates);
}

function indicatorOf(
  status: Fields | null,
): Pick<Publication, 'indicator' | 'rawIndicator' | 'description'> {
  const description = plainText(status?.description, 200);
  const indicator: Impact | null = wordOf(status?.indicator, IMPACTS);
  if (indicator !== null) return { indicator, description };
  const rawIndicator = plainText(status?.indicator, 40);
  return { indicator: 'unknown', ...(rawIndicator !== '' && { rawIndicator }), description };
}

function readComponents(value: unknown): Component[] {
  return listOf(value)
    .filter((fields) => fields.group !== true)
    .map(readComponent)
    .filter((component) => component.name !== '')
    .slice(0, MOST_COMPONENTS);
}

function readComponent(fields: Fields): Component {
  const name = plainText(fields.name, 200);
  const id = plainText(fields.id, 100) || name;
  const status = wordOf(fields.status, STATUSES);
  if (status !== null) return { id, name, status };
  const rawStatus = plainText(fields.status, 40);
  return { id, name, status: 'unknown', ...(rawStatus !== '' && { rawStatus }) };
}

/** Unresolved ones first, so that the limit never cuts one of them off for an older story. */
function sortedIncidents(incidents: readonly (PublishedIncident | null)[]): PublishedIncident[] {
  return incidents
    .filter((incident) => incident !== null)
    .sort(
      (one, other) =>
        Number(one.state === 'resolved') - Number(other.state === 'resolved') ||
        other.startedAt - one.startedAt,
    )
    .slice(0, MOST_INCIDENTS);
}

const PLACE = { active: 0, scheduled: 1, done: 2 } as const satisfies Record<
  Maintenance['state'],
  number
>;

/** Active ones first, then what is to come, the same reason as for incidents. */
function readMaintenances(planned: readonly Fields[], page: PageFacts): Maintenance[] {
  const maintenances = planned
    .map((fields) => readMaintenance(fields, page))
    .filter((maintenance) => maintenance !== null);
  const unique = new Map(maintenances.map((maintenance) => [maintenance.id, maintenance]));
  return [...unique.values()]
    .sort((one, other) => PLACE[one.state] - PLACE[other.state] || byNewest(one.from, other.from))
    .slice(0, MOST_INCIDENTS);
}
