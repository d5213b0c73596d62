import { type Fields, instantOf, wordOf } from './fields.ts';
import type {
  Component,
  Format,
  Impact,
  Maintenance,
  Publication,
  PublishedIncident,
} from './model.ts';
import { plainText } from './plain-text.ts';
import { byNewest, IMPACTS, type PageFacts, readIncident, readKey } from './v2-incident.ts';
import { readMaintenance } from './v2-maintenance.ts';

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
 * What a reader has found: Statuspage's members and words, since nearly every product has them under
 * other names, and their values as they came. Whatever is missing or of another type is left out.
 */
export interface Draft {
  readonly source: Format;
  readonly updatedAt?: unknown;
  readonly indicator?: unknown;
  readonly description?: unknown;
  /** `id`, `name`, `status`. */
  readonly components?: readonly Fields[];
  /** As Statuspage's `incidents`; null where the page would not say which are open. */
  readonly incidents: readonly Fields[] | null;
  /** As Statuspage's `scheduled_maintenances`. */
  readonly maintenances?: readonly Fields[];
}

/** Makes the common model of a draft: every text plain, every list cut and in its order. */
export function publish(draft: Draft, page: PageFacts): Publication {
  return {
    source: draft.source,
    url: page.url,
    pageUpdatedAt: instantOf(draft.updatedAt),
    ...indicatorOf(draft),
    components: readComponents(draft.components ?? []),
    incidents: sortedIncidents((draft.incidents ?? []).map((fields) => readIncident(fields, page))),
    ...(draft.incidents === null && { isSilentOnIncidents: true }),
    maintenances: readMaintenances(draft.maintenances ?? [], page),
  };
}

function indicatorOf(
  draft: Draft,
): Pick<Publication, 'indicator' | 'rawIndicator' | 'description'> {
  const description = plainText(draft.description, 200);
  const indicator: Impact | null = wordOf(draft.indicator, IMPACTS);
  if (indicator !== null) return { indicator, description };
  const rawIndicator = plainText(draft.indicator, 40);
  return { indicator: 'unknown', ...(rawIndicator !== '' && { rawIndicator }), description };
}

/** Groups are left out: their members stand beside them. */
function readComponents(listed: readonly Fields[]): Component[] {
  return listed
    .filter((fields) => fields.group !== true)
    .slice(0, MOST_COMPONENTS)
    .map(readComponent)
    .filter((component) => component.name !== '');
}

function readComponent(fields: Fields): Component {
  const name = plainText(fields.name, 200);
  const id = readKey(fields.id) || name;
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
