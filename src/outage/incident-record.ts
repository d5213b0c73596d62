import type { Cause } from './cause.ts';
import type { Incident } from './incident.ts';

/** What is kept of a misleading reply that was replaced, and when it came. Holds nothing of the request. */
export interface MisleadingReply {
  readonly at: number;
  readonly rule: string;
  /** By what the reply was known; null where the request was held back. */
  readonly matched: string | null;
  /** What was not there, how that was known, why, and since when. */
  readonly upstream: string;
  readonly source: string;
  readonly cause: Cause;
  readonly evidenceAt: number;
  /** How long the reply waited for a check; null where there was none. */
  readonly checkMs: number | null;
}

/** How many requests of one kind were answered in the upstream's place. */
export interface RequestTally {
  readonly clientKind: string;
  readonly reason: string;
  readonly disposition: string;
  readonly count: number;
}

/**
 * How the end of an incident is known: `recovery` was seen; at the first look after a `restart` the
 * upstream served, so that it came back while the gateway was not running, at `resolvedAt` at the latest;
 * `retired` is no end, the settings have the upstream no longer.
 */
export type EndKnownBy = 'recovery' | 'restart' | 'retired';

/** An incident, with what happened to clients in it. */
export interface IncidentRecord extends Incident {
  readonly endKnownBy: EndKnownBy | null;
  /** Until when the gateway has watched it, while it was open. */
  readonly seenAt: number;
  readonly requests: readonly RequestTally[];
  /** Distinct people who got an answer in the upstream's place, about. */
  readonly people: number;
  readonly misleadingReplies: {
    readonly count: number;
    /** The latest ones, in the order in which they came. */
    readonly latest: readonly MisleadingReply[];
  };
}
