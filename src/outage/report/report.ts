import { causesOf } from './causes.ts';
import { impactOf } from './impact.ts';
import type { Report, ReportFacts } from './model.ts';
import { summaryOf } from './summary.ts';
import { timelineOf, updatesOf } from './timeline.ts';

/** Writes the report on an incident. Pure: the same facts make the same report. */
export function reportOf(facts: ReportFacts): Report {
  const { incident, speaker, now } = facts;
  const { startedAt, detectedAt, resolvedAt, endKnownBy, components, upstream } = incident;
  const { timeline, eventsLeftOut } = timelineOf(facts);
  return {
    title: `${components.join(', ') || upstream} unavailable`,
    incident: incident.id,
    upstream,
    status: resolvedAt === null ? 'ongoing' : 'resolved',
    ...{ startedAt, detectedAt, resolvedAt, endKnownBy },
    durationMs: Math.max(0, (resolvedAt ?? now) - startedAt),
    components,
    updates: updatesOf(facts),
    summary: summaryOf(facts),
    impact: impactOf(facts),
    steps: facts.steps,
    timeline,
    eventsLeftOut,
    causes: causesOf(incident),
    speaker,
    writtenAt: now,
  };
}
