import type { ReportEvent, ReportFacts, ReportUpdate } from './model.ts';

/** Lines of the time line, from its start and from its end each. */
const KEPT = 100;

/** What the status page posted, oldest first. */
export function updatesOf({ events }: Pick<ReportFacts, 'events'>): ReportUpdate[] {
  return (events ?? [])
    .filter(({ kind, details }) => kind === 'status_page' && details.event === 'posted')
    .map(({ at, details: { name, status, text } }) => ({
      at,
      incident: textOf(name),
      status: textOf(status),
      text: textOf(text),
    }));
}

/** What happened, in the order of time: signals, postings, operators' acts. */
export function timelineOf({ events }: Pick<ReportFacts, 'events'>): {
  readonly timeline: readonly ReportEvent[];
  readonly eventsLeftOut: number;
} {
  const all = (events ?? [])
    .filter(({ details: { what } }) => !INTERNAL.has(what))
    .map(({ at, source, words }) => ({ at, source: source.replaceAll('_', ' '), words }));
  if (all.length <= 2 * KEPT) return { timeline: all, eventsLeftOut: 0 };
  return {
    timeline: [...all.slice(0, KEPT), ...all.slice(-KEPT)],
    eventsLeftOut: all.length - 2 * KEPT,
  };
}

/** Acts that are not part of the story: who looked at which write, and who was let in. */
const INTERNAL: ReadonlySet<unknown> = new Set([
  'outcome_ticked',
  'outcome_unticked',
  'bypass_issued',
]);

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
