import type { OpsDeps } from './deps.ts';
import type { MetricSource, Series } from './metric-source.ts';

/** The incidents of each upstream of the settings: one outage is one, however often it comes back. */
export function incidentMetrics({
  upstreams,
  incidents,
}: Pick<OpsDeps, 'upstreams' | 'incidents'>): MetricSource[] {
  const eachUpstream = (read: (upstream: string) => number) => (): Series[] =>
    upstreams().map(({ name }) => [{ upstream: name }, read(name)]);
  return [
    {
      type: 'gauge',
      name: 'candor_incident_open',
      help: '1 while an incident of the upstream is open, else 0.',
      labels: ['upstream'],
      read: eachUpstream((name) => (incidents.isOpen(name) ? 1 : 0)),
    },
    {
      type: 'counter',
      name: 'candor_incidents_total',
      help: 'Incidents of an upstream that were opened.',
      labels: ['upstream'],
      read: eachUpstream((name) => incidents.total(name)),
    },
  ];
}
