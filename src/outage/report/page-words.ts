import type { Report } from './model.ts';
import { spokenSpan, timesIn } from './spoken.ts';

/** The fields that a status page has of an incident, in their order. */
export function fieldsOf(report: Report): readonly (readonly [name: string, value: string])[] {
  const { startedAt, detectedAt, resolvedAt, durationMs, components, upstream, speaker } = report;
  const say = timesIn(speaker.timeZone);
  const late = spokenSpan(Math.max(0, detectedAt - startedAt));
  return [
    ['Status', report.status === 'resolved' ? 'Resolved' : 'Ongoing'],
    ['Affected components', components.join(', ') || upstream],
    ['Started', say(startedAt)],
    ['Detected', `${say(detectedAt)}, ${late} after the start`],
    ['Resolved', resolvedAt === null ? 'not yet' : endWords(report, say(resolvedAt))],
    ['Duration', resolvedAt === null ? `${spokenSpan(durationMs)} so far` : spokenSpan(durationMs)],
  ];
}

function endWords({ endKnownBy }: Report, said: string): string {
  if (endKnownBy === 'restart') return `by ${said} at the latest: the gateway was not running`;
  if (endKnownBy === 'retired') return `not known; last watched at ${said}`;
  return said;
}

/** What stands where only people can write. */
export const FOR_PEOPLE = 'To be filled in by people.';
export const NO_STEPS = 'Requests over time were not recorded.';
export const NO_UPDATES = 'The gateway has read no posting about it.';
export const WHAT_WAS_SEEN = 'What the gateway saw, in the order in which it came up:';

/** Who has written it, and by what. */
export function colophon({ speaker, writtenAt, incident }: Report): string {
  const written = timesIn(speaker.timeZone)(writtenAt);
  return `Incident ${incident}. Written by Candor ${speaker.version} on ${written} from what it measured.`;
}
