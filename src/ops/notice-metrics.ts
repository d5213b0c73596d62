import type { OpsDeps } from './deps.ts';
import type { MetricSource } from './metric-source.ts';

/** What became of notices, by the targets of the settings. */
export function noticeMetrics({ notices }: Pick<OpsDeps, 'notices'>): MetricSource[] {
  return [
    {
      type: 'counter',
      name: 'candor_notices_total',
      help: 'Notices of incidents by what became of them, and attempts that failed.',
      labels: ['target', 'result'],
      read: () =>
        notices
          .targets()
          .flatMap(({ name, counts }) =>
            Object.entries(counts).map(
              ([result, count]) => [{ target: name, result }, count] as const,
            ),
          ),
    },
    {
      type: 'gauge',
      name: 'candor_notices_waiting',
      help: 'Notices of incidents that are still to be sent.',
      labels: ['target'],
      read: () => notices.targets().map(({ name, waiting }) => [{ target: name }, waiting]),
    },
  ];
}
