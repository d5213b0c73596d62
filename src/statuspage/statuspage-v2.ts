import { type Fields, fieldsOf, listOf } from './fields.ts';
import type { Publication } from './model.ts';
import { publish } from './publication.ts';
import type { Reader } from './reader.ts';
import { isMaintenance, type PageFacts } from './v2-incident.ts';

const LISTS = ['components', 'incidents', 'scheduled_maintenances'] as const;
const PAGE_NAMES = ['id', 'name', 'url'] as const;

/**
 * Atlassian Statuspage's public format, and the products that copy it.
 *
 * Recognised by shape, never by address or product: any of the v2 documents (`summary`, `incidents`,
 * `components`, `status`, `scheduled-maintenances`), incident.io's form of them, and the older
 * `index.json`.
 */
export const STATUSPAGE: Reader = {
  format: 'statuspage',
  read: readStatuspageV2,
  companionOf: (payload, document) =>
    lacksIncidents(payload) ? new URL('incidents.json', document) : null,
  historyOf: (document) =>
    document.pathname.endsWith('/summary.json') ? new URL('incidents.json', document) : null,
};

/**
 * Reads what a page in Statuspage's format publishes, or null where the payload is of another shape.
 *
 * A member that is missing or of another type is left out, a word that is not known is `unknown`
 * with its text kept. `companion` is `incidents.json`, for a summary that is silent about incidents.
 */
export function readStatuspageV2(
  payload: unknown,
  page: PageFacts,
  companion?: unknown,
): Publication | null {
  const document = fieldsOf(payload);
  if (document === null || !isStatuspageV2(document)) return null;

  const listed = [document.incidents, fieldsOf(companion)?.incidents].find(Array.isArray) ?? null;
  const posted = listOf(listed);
  const status = fieldsOf(document.status);
  return publish(
    {
      source: 'statuspage',
      updatedAt: fieldsOf(document.page)?.updated_at,
      indicator: status?.indicator,
      description: status?.description,
      components: listOf(document.components),
      incidents: listed === null ? null : posted.filter((fields) => !isMaintenance(fields)),
      maintenances: [...listOf(document.scheduled_maintenances), ...posted.filter(isMaintenance)],
    },
    { ...page, incidents: 'incidents' },
  );
}

/**
 * True when a summary says nothing of incidents, not even that there are none.
 *
 * Some products that copy the format leave the member out; `incidents.json` has to be asked then.
 */
function lacksIncidents(payload: unknown): boolean {
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
