import type { Cause } from '../cause.ts';
import type { EndKnownBy, IncidentRecord } from '../incident-record.ts';
import type { OutcomeStep } from '../outcomes.ts';
import type { TimelineEvent } from '../timeline.ts';
import type { OutcomeTotals } from '../unknown-outcomes.ts';

/** All that is known of an incident when its report is written. Null where it was not recorded. */
export interface ReportFacts {
  readonly incident: IncidentRecord;
  readonly events: readonly TimelineEvent[] | null;
  readonly steps: readonly OutcomeStep[] | null;
  readonly unknownOutcomes: OutcomeTotals | null;
  readonly speaker: Speaker;
  readonly now: number;
}

/** In whose name it is written. */
export interface Speaker {
  /** The brand's; null: the neutral one. */
  readonly name: string | null;
  /** IANA name of the zone that its times are told in, beside UTC. */
  readonly timeZone: string;
  /** Where people read of incidents; null: nowhere. */
  readonly statusPage: string | null;
  /** Candor's version. */
  readonly version: string;
}

/** A posting on the status page. Its texts are the page's own, and untrusted. */
export interface ReportUpdate {
  readonly at: number;
  readonly incident: string;
  readonly status: string;
  readonly text: string;
}

/** A line of the time line. */
export interface ReportEvent {
  readonly at: number;
  readonly source: string;
  readonly words: string;
}

/** One number of what an outage has meant, in words. */
export interface ReportFigure {
  readonly what: string;
  readonly value: string;
}

/**
 * The report on one incident, whole, before it is rendered: what a status page could publish, and the
 * draft of a postmortem. Nothing in it is made up; what only people know is left to them. Times are
 * milliseconds since the epoch.
 */
export interface Report {
  readonly title: string;
  readonly incident: string;
  readonly upstream: string;
  readonly status: 'ongoing' | 'resolved';
  readonly startedAt: number;
  readonly detectedAt: number;
  readonly resolvedAt: number | null;
  readonly endKnownBy: EndKnownBy | null;
  /** To the end, or until the report was written. */
  readonly durationMs: number;
  readonly components: readonly string[];
  readonly updates: readonly ReportUpdate[];
  readonly summary: readonly string[];
  readonly impact: readonly ReportFigure[];
  readonly steps: readonly OutcomeStep[] | null;
  readonly timeline: readonly ReportEvent[];
  /** Left out in the middle of the time line. */
  readonly eventsLeftOut: number;
  readonly causes: readonly { readonly cause: Cause; readonly words: string }[];
  readonly speaker: Speaker;
  readonly writtenAt: number;
}
