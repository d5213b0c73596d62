import { type Board, type BoardIncident, openIncident, type Posting } from './incident-board.ts';

/** Which page the documents are of. */
export interface PageIdentity {
  readonly name: string;
  /** Where clients reach it, without a slash at the end. */
  readonly url: string;
}

/** A component with the members that Statuspage gives it. */
export type ComponentDocument = ReturnType<typeof componentDocument>;

const PAGE_ID = 'democandor01';

// An outage of the main application takes along what runs inside it (as on 19 July 2023).
const COMPONENTS = [
  { name: 'Main Application', isAffected: true },
  { name: 'Public Website', isAffected: false },
  { name: 'Search', isAffected: true },
  { name: 'Email Sending', isAffected: true },
  { name: 'Payment Processing', isAffected: true },
  { name: 'Developer Docs', isAffected: false },
  { name: 'Integrations', isAffected: true },
] as const;

type ComponentStatus = 'operational' | 'major_outage';

/**
 * Every document of the Statuspage v2 API, by its path.
 *
 * The members and their order are those of recorded pages. As there, components work again from
 * `monitoring` on, and the indicator follows the components: an open incident can have `none`.
 */
export function documentsOf(board: Board, identity: PageIdentity): ReadonlyMap<string, unknown> {
  const page = {
    id: PAGE_ID,
    name: identity.name,
    url: identity.url,
    time_zone: 'America/Chicago',
    updated_at: timestamp(board.updatedAt),
  };
  const components = componentsOf(board);
  const incidents = board.incidents.map((incident) => incidentDocument(incident, board, identity));
  const unresolved = openIncident(board) === null ? [] : incidents.slice(0, 1);
  const status = overallStatus(components);
  const documents: Record<string, unknown> = {
    'summary.json': { page, components, incidents: unresolved, scheduled_maintenances: [], status },
    'status.json': { page, status },
    'components.json': { page, components },
    'incidents.json': { page, incidents },
    'incidents/unresolved.json': { page, incidents: unresolved },
    'scheduled-maintenances.json': { page, scheduled_maintenances: [] },
    'scheduled-maintenances/upcoming.json': { page, scheduled_maintenances: [] },
    'scheduled-maintenances/active.json': { page, scheduled_maintenances: [] },
  };
  return new Map(Object.entries(documents).map(([name, value]) => [`/api/v2/${name}`, value]));
}

/** Each component as it is at the moment. */
export function componentsOf(board: Board): readonly ComponentDocument[] {
  const open = openIncident(board);
  return COMPONENTS.map((component, index) =>
    componentDocument({
      name: component.name,
      position: index + 1,
      status: component.isAffected ? affectedStatus(open?.latest) : 'operational',
      createdAt: board.openedAt,
      updatedAt: component.isAffected ? board.updatedAt : board.openedAt,
    }),
  );
}

/** The word and the sentence for all components together. */
export function overallStatus(components: readonly ComponentDocument[]): {
  readonly indicator: 'none' | 'major';
  readonly description: string;
} {
  return components.every(({ status }) => status === 'operational')
    ? { indicator: 'none', description: 'All Systems Operational' }
    : { indicator: 'major', description: 'Partial System Outage' };
}

function componentDocument(component: {
  readonly name: string;
  readonly position: number;
  readonly status: ComponentStatus;
  readonly createdAt: number;
  readonly updatedAt: number;
}) {
  return {
    id: componentId(component.position),
    name: component.name,
    status: component.status,
    created_at: timestamp(component.createdAt),
    updated_at: timestamp(component.updatedAt),
    position: component.position,
    description: null,
    showcase: false,
    start_date: null,
    group_id: null,
    page_id: PAGE_ID,
    group: false,
    only_show_if_degraded: false,
  };
}

function incidentDocument(incident: BoardIncident, board: Board, { url }: PageIdentity) {
  const { latest, postings } = incident;
  const affected = componentsOf(board).filter((_, index) => COMPONENTS[index]?.isAffected);
  return {
    id: incident.id,
    name: incident.name,
    status: latest.status,
    created_at: timestamp(incident.startedAt),
    updated_at: timestamp(latest.at),
    monitoring_at: timestampOf(postings.find(({ status }) => status === 'monitoring')),
    resolved_at: timestampOf(postings.find(({ status }) => status === 'resolved')),
    impact: 'critical',
    shortlink: `${url}/incidents/${incident.id}`,
    started_at: timestamp(incident.startedAt),
    page_id: PAGE_ID,
    incident_updates: postings.map((posting, index) =>
      updateDocument(incident.id, posting, postings[index + 1]),
    ),
    components: affected,
    reminder_intervals: null,
  };
}

function updateDocument(incidentId: string, posting: Posting, before: Posting | undefined) {
  const at = timestamp(posting.at);
  return {
    id: posting.id,
    status: posting.status,
    body: posting.text,
    incident_id: incidentId,
    created_at: at,
    updated_at: at,
    display_at: at,
    affected_components: COMPONENTS.flatMap(({ name, isAffected }, index) =>
      isAffected
        ? {
            code: componentId(index + 1),
            name,
            old_status: affectedStatus(before),
            new_status: affectedStatus(posting),
          }
        : [],
    ),
    deliver_notifications: true,
    custom_tweet: null,
    tweet_id: null,
  };
}

/** What an affected component is after the latest posting; before any, it works. */
function affectedStatus(latest: Posting | undefined): ComponentStatus {
  return latest?.status === 'investigating' || latest?.status === 'identified'
    ? 'major_outage'
    : 'operational';
}

function componentId(position: number): string {
  return `democomp${String(position).padStart(4, '0')}`;
}

function timestampOf(posting: Posting | undefined): string | null {
  return posting === undefined ? null : timestamp(posting.at);
}

function timestamp(at: number): string {
  return new Date(at).toISOString();
}
