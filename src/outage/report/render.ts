import { htmlOf } from './html-page.ts';
import { markdownOf } from './markdown-page.ts';
import type { Report } from './model.ts';

/** The forms of a report. */
export const FORMATS = ['md', 'html', 'json'] as const;
export type ReportFormat = (typeof FORMATS)[number];

/** A report as text, in one of its forms. */
export function render(report: Report, format: ReportFormat): string {
  switch (format) {
    case 'md':
      return markdownOf(report);
    case 'html':
      return htmlOf(report);
    case 'json':
      return `${JSON.stringify(withIsoTimes(report), null, 2)}\n`;
  }
}

/** As every JSON of ours tells times: ISO 8601 in UTC. */
function withIsoTimes(report: Report): Readonly<Record<string, unknown>> {
  const { startedAt, detectedAt, resolvedAt, writtenAt, updates, timeline, steps } = report;
  const isoAt = <Timed extends { readonly at: number }>(timed: Timed) => ({
    ...timed,
    at: iso(timed.at),
  });
  return {
    ...report,
    startedAt: iso(startedAt),
    detectedAt: iso(detectedAt),
    resolvedAt: resolvedAt === null ? null : iso(resolvedAt),
    updates: updates.map(isoAt),
    timeline: timeline.map(isoAt),
    steps: steps?.map(isoAt) ?? null,
    writtenAt: iso(writtenAt),
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
