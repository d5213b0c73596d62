import { type Fields, instantOf, keyOf, listOf, wordOf } from './fields.ts';
import type { Impact, PublishedIncident, Update } from './model.ts';
import { plainText } from './plain-text.ts';

/** The words for an impact that the format knows. */
export const IMPACTS = ['none', 'minor', 'major', 'critical', 'maintenance'] as const;

const STATES = {
  investigating: 'open',
  identified: 'open',
  monitoring: 'monitoring',
  resolved: 'resolved',
  postmortem: 'resolved',
} as const satisfies Record<string, PublishedIncident['state']>;
const MAINTENANCE_STATUSES = ['scheduled', 'in_progress', 'verifying', 'completed'];

const MOST_UPDATES = 50;
const MOST_COMPONENT_IDS = 100;
const MOST_TEXT = 5_000;

/** What an entry is read with: the page that it stands on, and when that page was read. */
export interface PageFacts {
  readonly url: string;
  readonly readAt: number;
  /** The folder on the page that holds a page for each incident, by its id; none if left out. */
  readonly incidents?: string;
}

/** What incidents and maintenances have in common. */
export interface Entry {
  readonly id: string;
  readonly name: string;
  readonly startedAt: number;
  /** Newest first. */
  readonly updates: readonly Update[];
  readonly componentIds: readonly string[];
}

/** Planned work that stands among the incidents, as the older format has it. */
export function isMaintenance(fields: Fields): boolean {
  if (typeof fields.status === 'string') {
    if (MAINTENANCE_STATUSES.includes(fields.status)) return true;
    if (Object.hasOwn(STATES, fields.status)) return false;
  }
  return instantOf(fields.scheduled_for) !== null;
}

/** One incident, or null where there is neither an id nor a name to tell it by. */
export function readIncident(fields: Fields, page: PageFacts): PublishedIncident | null {
  const entry = readEntry(fields, page);
  if (entry === null) return null;
  const { id, name, startedAt, updates, componentIds } = entry;
  const resolvedAt = instantOf(fields.resolved_at);
  const rawStatus = plainText(fields.status, 40);
  const updatedAt = instantOf(fields.updated_at) ?? updates[0]?.at ?? startedAt;
  // Some products publish no texts. What has been posted then is the name, and it is what is shown.
  const named = { id: `${id}@${updatedAt}`, rawStatus, text: name, at: updatedAt };
  return {
    id,
    name,
    state: stateOf(fields.status, resolvedAt),
    rawStatus,
    ...impactOf(fields.impact),
    startedAt,
    updatedAt,
    resolvedAt,
    url: incidentUrl(fields, page),
    updates: updates.length > 0 || name === '' ? updates : [named],
    componentIds,
  };
}

/** The members that incidents and maintenances share; null without an id and a name. */
export function readEntry(fields: Fields, page: PageFacts): Entry | null {
  const name = plainText(fields.name, 200);
  const id = readKey(fields.id) || name;
  if (id === '') return null;
  const dated = instantOf(fields.started_at) ?? instantOf(fields.created_at);
  const otherwise = dated ?? instantOf(fields.updated_at) ?? page.readAt;
  const posted = listOf(fields.incident_updates)
    .map((update) => ({ update, at: postedAt(update) ?? otherwise }))
    .sort((one, other) => byNewest(one.at, other.at));
  const newest = posted.slice(0, MOST_UPDATES);
  return {
    id,
    name,
    startedAt: dated ?? posted.at(-1)?.at ?? otherwise,
    updates: newest.map(({ update, at }) => readUpdate(update, id, at)),
    componentIds: componentIdsOf(
      fields,
      newest.map(({ update }) => update),
    ),
  };
}

/** What tells one thing on the page from another: a short text, from a text or a number. */
export function readKey(value: unknown): string {
  return plainText(keyOf(value), 100);
}

/** Orders points in time from the newest to the oldest, the undated last. */
export function byNewest(one: number | null, other: number | null): number {
  return (other ?? 0) - (one ?? 0);
}

/** A status that is not known is open until the page gives the time of its end. */
export function stateOf(status: unknown, resolvedAt: number | null): PublishedIncident['state'] {
  if (typeof status === 'string' && Object.hasOwn(STATES, status)) {
    // `hasOwn` on the line above is what makes the assertion true.
    return STATES[status as keyof typeof STATES];
  }
  return resolvedAt === null ? 'open' : 'resolved';
}

function impactOf(value: unknown): Pick<PublishedIncident, 'impact' | 'rawImpact'> {
  const impact: Impact | null = wordOf(value, IMPACTS);
  if (impact !== null) return { impact };
  const rawImpact = plainText(value, 40);
  return { impact: 'unknown', ...(rawImpact !== '' && { rawImpact }) };
}

function postedAt({ display_at, created_at, updated_at }: Fields): number | null {
  return instantOf(display_at) ?? instantOf(created_at) ?? instantOf(updated_at);
}

function readUpdate(fields: Fields, incidentId: string, at: number): Update {
  return {
    // A place in the list would change with the next posting; the time of this one does not.
    id: readKey(fields.id) || `${incidentId}@${at}`,
    rawStatus: plainText(fields.status, 40),
    text: plainText(fields.body, MOST_TEXT),
    at,
  };
}

/** The incident's own list; where that is empty or missing, whatever its updates have named. */
function componentIdsOf(fields: Fields, updates: readonly Fields[]): string[] {
  const listed = listOf(fields.components)
    .slice(0, MOST_COMPONENT_IDS)
    .map((component) => readKey(component.id) || plainText(component.name, 200));
  const named = updates
    .flatMap((update) => listOf(update.affected_components))
    .map((component) => plainText(component.code, 100));
  const ids = listed.some((id) => id !== '') ? listed : named;
  return [...new Set(ids.filter((id) => id !== ''))].slice(0, MOST_COMPONENT_IDS);
}

/** The page's own link where it leads to the page's host, else the address that the format gives it. */
function incidentUrl(fields: Fields, { url, incidents }: PageFacts): string | null {
  const page = parseHttpUrl(url);
  if (page === null) return null;
  const link = parseHttpUrl(fields.shortlink);
  if (link !== null && link.host === page.host) return link.href;
  const id = readKey(fields.id);
  if (id === '' || incidents === undefined) return page.href;
  const base = `${page.origin}${page.pathname.replace(/\/$/, '')}`;
  return `${base}/${incidents}/${encodeURIComponent(id)}`;
}

/** Without a user name or password in it: those change what a reader takes for the host. */
function parseHttpUrl(value: unknown): URL | null {
  if (typeof value !== 'string' || value.length > 2_000) return null;
  const url = URL.parse(value);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return null;
  return url.username === '' && url.password === '' ? url : null;
}
