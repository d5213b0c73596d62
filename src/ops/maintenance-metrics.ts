import type { OpsDeps } from './deps.ts';
import type { MetricSource } from './metric-source.ts';

/** Which upstreams are closed for planned work, and until when at the latest. */
export function maintenanceMetrics({
  upstreams,
  maintenances,
}: Pick<OpsDeps, 'upstreams' | 'maintenances'>): MetricSource[] {
  return [
    {
      type: 'gauge',
      name: 'candor_maintenance',
      help: '1 while the upstream is closed for planned work, else 0.',
      labels: ['upstream'],
      read: () =>
        upstreams().map(({ name }) => [{ upstream: name }, maintenances.of(name) === null ? 0 : 1]),
    },
    {
      type: 'gauge',
      name: 'candor_maintenance_expires_at_seconds',
      help: 'Unix time at which the planned work of an upstream is over by itself.',
      labels: ['upstream'],
      read: () =>
        upstreams().flatMap(({ name }) => {
          const kept = maintenances.of(name);
          return kept === null ? [] : [[{ upstream: name }, kept.maintenance.expiresAt / 1_000]];
        }),
    },
  ];
}
