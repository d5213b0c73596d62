import type { OpsDeps } from './deps.ts';
import { type MetricSource, plainGauge } from './metric-source.ts';

/** What is known of the status page; nothing where none is configured. */
export function statusPageMetrics({ statusPage }: Pick<OpsDeps, 'statusPage'>): MetricSource[] {
  return [
    plainGauge(
      'candor_status_page_readable',
      '1 if the last reading of the status page was good, else 0; absent before the first.',
      () => {
        const { kind } = statusPage();
        if (kind === 'none' || kind === 'unread') return null;
        return kind === 'read' ? 1 : 0;
      },
    ),
    plainGauge(
      'candor_status_page_read_at_seconds',
      'Unix time of the last good reading of the status page; absent before the first.',
      () => {
        const state = statusPage();
        const readAt = 'readAt' in state ? state.readAt : null;
        return readAt === null ? null : readAt / 1_000;
      },
    ),
    {
      type: 'gauge',
      name: 'candor_status_page_format',
      help: '1 for the format that the status page was last read in; absent before the first reading.',
      labels: ['format'],
      read: () => {
        const state = statusPage();
        const publication = 'publication' in state ? state.publication : null;
        return publication === null ? [] : [[{ format: publication.source }, 1]];
      },
    },
    plainGauge(
      'candor_status_page_unresolved_incidents',
      'Incidents on the status page that are not resolved, as last read; absent where it would not say.',
      () => {
        const state = statusPage();
        const publication = 'publication' in state ? state.publication : null;
        if (publication === null || publication.isSilentOnIncidents) return null;
        return publication.incidents.filter((incident) => incident.state !== 'resolved').length;
      },
    ),
  ];
}
