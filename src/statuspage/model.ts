/** What a status page publishes, whatever its format: the common model that every reader fills. */
export type Impact = 'none' | 'minor' | 'major' | 'critical' | 'maintenance' | 'unknown';

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
}
export interface Update {
  readonly id: string;
  /** The page's own word: `investigating`, `identified`, … */
  readonly rawStatus: string;
  /** Plain text: tags stripped, entities decoded. Still untrusted: escape it where it is printed. */
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}
export interface PublishedIncident {
  readonly id: string;
  readonly name: string;
  readonly state: 'open' | 'monitoring' | 'resolved';
  readonly rawStatus: string;
  readonly impact: Impact;
  readonly startedAt: number;
  readonly updatedAt: number;
  readonly resolvedAt: number | null;
  /** http(s) only, on the status page's host (or its declared shortlink), else null. */
  readonly url: string | null;
  /** Newest first. */
  readonly updates: readonly Update[];
  readonly componentIds: readonly string[];
}
export interface Maintenance {
  readonly id: string;
  readonly name: string;
  readonly state: 'scheduled' | 'active' | 'done';
  readonly from: number | null;
  readonly until: number | null;
  readonly updates: readonly Update[];
  readonly componentIds: readonly string[];
}
export interface Publication {
  readonly source: string;
  readonly url: string;
  readonly pageUpdatedAt: number | null;
  readonly indicator: Impact;
  readonly description: string;
  readonly components: readonly Component[];
  readonly incidents: readonly PublishedIncident[];
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
