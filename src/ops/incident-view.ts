import type { IncidentRecord, MisleadingReply } from '../outage/incident-record.ts';
import type { OutcomeStep } from '../outage/outcomes.ts';
import type { TimelineEvent } from '../outage/timeline.ts';
import { isoOf, isoOrNull } from './iso-of.ts';

/** A record with its times as operators read them. */
type InIso<Timed, Times extends keyof Timed> = Omit<Timed, Times> & {
  readonly [Time in Times]: null extends Timed[Time] ? string | null : string;
};

type Interruption = IncidentRecord['interruptions'][number];

/** What operators see of an incident: `GET /api/incidents`. */
interface IncidentView
  extends InIso<
    Omit<IncidentRecord, 'interruptions' | 'misleadingReplies'>,
    'startedAt' | 'detectedAt' | 'resolvedAt' | 'seenAt'
  > {
  /** From the start to the end; null while it is open. */
  readonly durationMs: number | null;
  readonly interruptions: readonly InIso<Interruption, 'from' | 'to'>[];
  readonly misleadingReplies: {
    readonly count: number;
    readonly latest: readonly InIso<MisleadingReply, 'at' | 'evidenceAt'>[];
  };
}

/** An event as operators see it: `events` of `GET /api/incidents/:id`. */
export function eventView(event: TimelineEvent): InIso<TimelineEvent, 'at'> {
  return { ...event, at: isoOf(event.at) };
}

/** A step as operators see it: `outcomes` of `GET /api/incidents/:id`. */
export function outcomeView(step: OutcomeStep): InIso<OutcomeStep, 'at'> {
  return { ...step, at: isoOf(step.at) };
}

/** An incident as operators see it. */
export function incidentView(incident: IncidentRecord): IncidentView {
  const { startedAt, detectedAt, resolvedAt, seenAt, interruptions, misleadingReplies } = incident;
  const { count, latest } = misleadingReplies;
  return {
    ...incident,
    startedAt: isoOf(startedAt),
    detectedAt: isoOf(detectedAt),
    resolvedAt: isoOrNull(resolvedAt),
    durationMs: resolvedAt === null ? null : resolvedAt - startedAt,
    seenAt: isoOf(seenAt),
    interruptions: interruptions.map(({ from, to }) => ({ from: isoOf(from), to: isoOf(to) })),
    misleadingReplies: {
      count,
      latest: latest.map((reply) => ({
        ...reply,
        at: isoOf(reply.at),
        evidenceAt: isoOf(reply.evidenceAt),
      })),
    },
  };
}
