import type { Settings } from '../config/settings.ts';
import type { Belief } from '../outage/verdict.ts';
import { addressOf } from '../statuspage/address.ts';
import type {
  Component,
  Impact,
  Maintenance,
  Publication,
  PublishedIncident,
  StatusPageState,
} from '../statuspage/model.ts';
import { publishedSeverity, worstImpact } from '../statuspage/severity.ts';

/** What the status page says about one upstream. */
export interface Published {
  /** The status page's address as it is shown; null when none is configured. */
  readonly url: string | null;
  /**
   * `silent` was read and names no trouble of this upstream; `unreachable` was read once and cannot
   * be now; `unknown` was never read, or would not say which incidents are open, so nothing may be
   * said about it.
   */
  readonly kind: 'told' | 'silent' | 'unreachable' | 'unknown';
  readonly readAt: number | null;
  readonly incident: PublishedIncident | null;
  /** The highest of the verdict, the incident's impact and the component's status. */
  readonly severity: Impact;
  readonly maintenance: Maintenance | null;
  /** An incident that the page calls resolved although it fell into the time of this outage. */
  readonly resolved: PublishedIncident | null;
  /** Names of the components that the page calls operational. */
  readonly working: readonly string[];
}

/** Reads from the status page what concerns one upstream. */
export function publishedAbout(belief: Belief | null, state: StatusPageState): Published {
  if (state.kind === 'none' || state.kind === 'unread') {
    return { ...NOTHING, url: state.kind === 'none' ? null : shownUrl(state.url) };
  }
  const { publication } = state;
  const url = shownUrl(state.url);
  if (publication === null || state.readAt === null) return { ...NOTHING, url };

  const component = componentOf(belief, publication);
  const concerns = (item: { readonly componentIds: readonly string[] }): boolean =>
    component === null ||
    item.componentIds.length === 0 ||
    item.componentIds.includes(component.id);
  const incident = worst(
    publication.incidents.filter((item) => item.state !== 'resolved' && concerns(item)),
  );
  const maintenance =
    publication.maintenances.find((item) => item.state === 'active' && concerns(item)) ?? null;
  return {
    url,
    kind: kindOf(state, incident !== null || maintenance !== null),
    readAt: state.readAt,
    incident,
    severity: worstImpact([
      verdictImpact(belief),
      publishedSeverity(publication, component?.name ?? null),
    ]),
    maintenance,
    resolved:
      incident === null ? resolvedSince(belief, publication.incidents.filter(concerns)) : null,
    working: publication.components
      .filter((item) => item.status === 'operational' && item !== component)
      .map(({ name }) => name),
  };
}

/** The page that people are sent to, which need not be the address in the settings: that may be a document's. */
export function pageForPeople(statusPage: Settings['statusPage']): string | null {
  return statusPage === null ? null : shownUrl(addressOf(statusPage.url).page);
}

/** `https://status.example.com` as it is written everywhere: whole, without credentials. */
function shownUrl(url: string): string | null {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return null;
  parsed.username = '';
  parsed.password = '';
  return parsed.href;
}

const NOTHING: Published = {
  url: null,
  kind: 'unknown',
  readAt: null,
  incident: null,
  severity: 'unknown',
  maintenance: null,
  resolved: null,
  working: [],
};

function kindOf(
  { kind, publication }: Extract<StatusPageState, { readonly readAt: number | null }>,
  isTold: boolean,
): Published['kind'] {
  if (kind === 'unreachable') return 'unreachable';
  if (isTold) return 'told';
  return publication?.isSilentOnIncidents === true ? 'unknown' : 'silent';
}

function resolvedSince(
  belief: Belief | null,
  incidents: readonly PublishedIncident[],
): PublishedIncident | null {
  if (belief === null || belief.verdict.state === 'up') return null;
  const { since } = belief.verdict;
  const isInTime = (item: PublishedIncident): boolean =>
    item.state === 'resolved' && (item.resolvedAt ?? item.updatedAt) >= since;
  return incidents.find(isInTime) ?? null;
}

function verdictImpact(belief: Belief | null): Impact {
  const state = belief?.verdict.state;
  return state === 'down' || state === 'recovering' ? 'major' : 'none';
}

/** Names are compared as people read them: case and outer blanks do not count. */
function componentOf(belief: Belief | null, publication: Publication): Component | null {
  if (belief === null || belief.component === null) return null;
  const wanted = belief.component.trim().toLowerCase();
  return publication.components.find(({ name }) => name.trim().toLowerCase() === wanted) ?? null;
}

function worst(incidents: readonly PublishedIncident[]): PublishedIncident | null {
  return incidents.reduce<PublishedIncident | null>(
    (found, item) => (found === null || isWorse(item, found) ? item : found),
    null,
  );
}

/** By impact, then by the newer word. */
function isWorse(item: PublishedIncident, than: PublishedIncident): boolean {
  if (item.impact === than.impact) return item.updatedAt > than.updatedAt;
  return worstImpact([item.impact, than.impact]) === item.impact;
}
