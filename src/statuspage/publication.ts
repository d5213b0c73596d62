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
import {
  byNewest,
  IMPACTS,
  type PageFacts,
  readIncident,
  readKey,
  stateOf,
} from './v2-incident.ts';
import { maintenanceStateOf, readMaintenance } from './v2-maintenance.ts';

const STATUSES = [
  'operational',
  'degraded_performance',
  'partial_outage',
  'major_outage',
  'under_maintenance',
] as const;
const MOST_COMPONENTS = 500;
const MOST_ENTRIES = 50;

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
    incidents: readIncidents(draft.incidents ?? [], page),
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
function readIncidents(posted: readonly Fields[], page: PageFacts): PublishedIncident[] {
  const place = ({ status, resolved_at }: Fields): number =>
    Number(stateOf(status, instantOf(resolved_at)) === 'resolved');
  return foremost(posted, place)
    .map((fields) => readIncident(fields, page))
    .filter((incident) => incident !== null)
    .sort(
      (one, other) =>
        Number(one.state === 'resolved') - Number(other.state === 'resolved') ||
        other.startedAt - one.startedAt,
    );
}

const PLACE = { active: 0, scheduled: 1, done: 2 } as const satisfies Record<
  Maintenance['state'],
  number
>;

/** Active ones first, then what is to come, the same reason as for incidents. */
function readMaintenances(planned: readonly Fields[], page: PageFacts): Maintenance[] {
  const maintenances = foremost(planned, (fields) => PLACE[maintenanceStateOf(fields)])
    .map((fields) => readMaintenance(fields, page))
    .filter((maintenance) => maintenance !== null);
  const unique = new Map(maintenances.map((maintenance) => [maintenance.id, maintenance]));
  return [...unique.values()].sort(
    (one, other) => PLACE[one.state] - PLACE[other.state] || byNewest(one.from, other.from),
  );
}

/**
 * The fifty entries to read: by their place, then the newest. Chosen before any of their texts is
 * looked at, since a page of 1 MiB can list thousands.
 */
function foremost(entries: readonly Fields[], placeOf: (fields: Fields) => number): Fields[] {
  if (entries.length <= MOST_ENTRIES) return [...entries];
  return entries
    .map((fields) => ({ fields, place: placeOf(fields), at: datedAt(fields) }))
    .sort((one, other) => one.place - other.place || byNewest(one.at, other.at))
    .slice(0, MOST_ENTRIES)
    .map(({ fields }) => fields);
}

function datedAt(fields: Fields): number | null {
  const { scheduled_for, started_at, created_at, updated_at } = fields;
  return [scheduled_for, started_at, created_at, updated_at].map(instantOf).find(Number) ?? null;
}
