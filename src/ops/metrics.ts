import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { CountedHistogram } from './counted-histogram.ts';
import type { OpsDeps } from './deps.ts';
import { incidentMetrics } from './incident-metrics.ts';
import { maintenanceMetrics } from './maintenance-metrics.ts';
import { type MetricSource, plainGauge } from './metric-source.ts';
import { noticeMetrics } from './notice-metrics.ts';
import { outcomeMetrics } from './outcome-metrics.ts';
import { requestMetrics } from './request-metrics.ts';
import { statusPageMetrics } from './status-page-metrics.ts';
import { storeMetrics } from './store-metrics.ts';
import { upstreamMetrics } from './upstream-metrics.ts';

/**
 * Builds the registry. Each metric is filled when it is asked for, from what the other parts know
 * already; nothing is counted here. `docs/metrics.md` lists the names.
 */
export function buildMetrics(deps: Omit<OpsDeps, 'reload'>): Registry {
  const registry = new Registry();
  // Rarer than its default: a hundred wake-ups a second are felt in a benchmark of microseconds.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 100 });
  for (const source of metricSources(deps)) register(registry, source);
  return registry;
}

/** All metrics of ours, before a library has seen them. */
export function metricSources(deps: Omit<OpsDeps, 'reload'>): MetricSource[] {
  return [
    ...requestMetrics(deps),
    ...upstreamMetrics(deps),
    ...incidentMetrics(deps),
    ...maintenanceMetrics(deps),
    ...statusPageMetrics(deps),
    ...noticeMetrics(deps),
    ...outcomeMetrics(deps),
    ...storeMetrics(deps),
    ...programMetrics(deps),
  ];
}

function programMetrics({
  version,
  isReady,
  unexpectedErrors,
  certificates,
}: Omit<OpsDeps, 'reload'>): MetricSource[] {
  const ready = plainGauge(
    'candor_ready',
    '1 while the gateway can serve, 0 while it starts or drains.',
    () => (isReady() ? 1 : 0),
  );
  const build: MetricSource = {
    type: 'gauge',
    name: 'candor_build_info',
    help: 'Always 1; the version is the label.',
    labels: ['version'],
    read: () => [[{ version }, 1]],
  };
  const expiry: MetricSource = {
    type: 'gauge',
    name: 'candor_certificate_expires_at_seconds',
    help: 'Unix time at which a certificate of a listener ends.',
    labels: ['file'],
    read: () => {
      // Several listeners may have one file: its end is told once.
      const ends = new Map(certificates().map(({ file, expiresAt }) => [file, expiresAt / 1_000]));
      return [...ends].map(([file, at]) => [{ file }, at]);
    },
  };
  const unexpected: MetricSource = {
    type: 'counter',
    name: 'candor_unexpected_errors_total',
    help: 'Errors of this program that nothing has caught.',
    labels: [],
    read: () => [[{}, unexpectedErrors()]],
  };
  return [ready, build, expiry, unexpected];
}

function register(registry: Registry, source: MetricSource): void {
  const { type, name, help, labels, read } = source;
  if (type === 'histogram') return registry.registerMetric(new CountedHistogram(source));
  const collect = (): void => {
    metric.reset();
    // `reset` leaves a zero where there are no labels; what is not known has no number.
    if (labels.length === 0) metric.remove();
    // `inc`, so that two routes of the same name are counted together.
    for (const [values, value] of read()) metric.inc(values, value);
  };
  const options = { name, help, labelNames: [...labels], registers: [registry], collect };
  const metric = type === 'counter' ? new Counter(options) : new Gauge(options);
}
