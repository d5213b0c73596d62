/** The formats that can be read: the words of the setting, and what a publication came from. */
export type Format =
  | 'statuspage'
  | 'incident-io'
  | 'instatus'
  | 'better-stack'
  | 'uptime-kuma'
  | 'feed';

/** How bad something is, in a status page's own words; `unknown` is never read as "all is well". */
export type Impact = 'none' | 'minor' | 'major' | 'critical' | 'maintenance' | 'unknown';

/** One part of the product, as the status page names it. Groups of components are left out. */
export interface Component {
  readonly id: string;
  readonly name: string;
  readonly status:
    | 'operational'
    | 'degraded_performance'
    | 'partial_outage'
    | 'major_outage'
    | 'under_maintenance'
    | 'unknown';
  /** The page's own word, only where `status` is `unknown` and there was one. */
  readonly rawStatus?: string;
}

/** One posting to an incident or a maintenance. */
export interface Update {
  readonly id: string;
  /** The page's own word: `investigating`, `identified`, … */
  readonly rawStatus: string;
  /** Plain text: tags stripped, entities decoded. Still untrusted: escape it where it is printed. */
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** An incident as published. `postmortem` is `resolved` with more to read. */
export interface PublishedIncident {
  readonly id: string;
  readonly name: string;
  readonly state: 'open' | 'monitoring' | 'resolved';
  readonly rawStatus: string;
  readonly impact: Impact;
  /** The page's own word, only where `impact` is `unknown` and there was one. */
  readonly rawImpact?: string;
  readonly startedAt: number;
  readonly updatedAt: number;
  readonly resolvedAt: number | null;
  /** http(s) only, and on the status page's host. */
  readonly url: string | null;
  /** Newest first, at most 50. */
  readonly updates: readonly Update[];
  readonly componentIds: readonly string[];
}

/** Planned work as published. */
export interface Maintenance {
  readonly id: string;
  readonly name: string;
  readonly state: 'scheduled' | 'active' | 'done';
  readonly from: number | null;
  readonly until: number | null;
  readonly updates: readonly Update[];
  readonly componentIds: readonly string[];
}

/** What a status page publishes, whatever its format: the common model that every reader fills. */
export interface Publication {
  readonly source: Format;
  readonly url: string;
  readonly pageUpdatedAt: number | null;
  readonly indicator: Impact;
  /** The page's own word, only where `indicator` is `unknown` and there was one. */
  readonly rawIndicator?: string;
  readonly description: string;
  readonly components: readonly Component[];
  /** Unresolved ones first, then the newest first; at most 50. */
  readonly incidents: readonly PublishedIncident[];
  /** Set where the page would not say which incidents are open: a missing one says nothing then. */
  readonly isSilentOnIncidents?: true;
  readonly maintenances: readonly Maintenance[];
}

/**
 * What we know of the status page right now. Immutable and replaced whole, like `Belief`.
 *
 * `unreachable` keeps the last good copy (null if there never was one) with the time it was read.
 */
export type StatusPageState =
  | { readonly kind: 'none' }
  | { readonly kind: 'unread'; readonly url: string }
  | {
      readonly kind: 'read';
      readonly url: string;
      readonly publication: Publication;
      readonly readAt: number;
    }
  | {
      readonly kind: 'unreachable';
      readonly url: string;
      readonly publication: Publication | null;
      readonly readAt: number | null;
    };
