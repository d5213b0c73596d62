import type { Verdict } from '../outage/verdict.ts';
import { BOUNDS_MS, type Durations } from '../upstream/durations.ts';
import type { OpsDeps } from './deps.ts';
import type { MetricSource, Series } from './metric-source.ts';
import type { UpstreamView } from './views.ts';

/** A metric that each upstream has; `read` leaves the upstream's own label to `forUpstreams`. */
interface UpstreamSource extends Omit<MetricSource, 'read'> {
  readonly read: (view: UpstreamView) => Series[];
}

/** What is believed of the upstreams, who serves them, and what became of what they were sent. */
export function upstreamMetrics({ upstreams }: Pick<OpsDeps, 'upstreams'>): MetricSource[] {
  return [...BELIEFS, ...ENDPOINTS, ...OUTCOMES, ...SIGNALS].map(({ labels, read, ...source }) => ({
    ...source,
    labels: ['upstream', ...labels],
    read: function* () {
      for (const view of upstreams()) {
        for (const [values, ...rest] of read(view)) {
          yield [{ upstream: view.name, ...values }, ...rest];
        }
      }
    },
  }));
}

const VERDICTS = ['up', 'suspect', 'down', 'recovering'] as const satisfies Verdict['state'][];

const BELIEFS: readonly UpstreamSource[] = [
  {
    type: 'gauge',
    name: 'candor_upstream_verdict',
    help: 'What is believed of an upstream: 1 for the verdict that holds, 0 for the others.',
    labels: ['verdict'],
    read: (view) => VERDICTS.map((verdict) => [{ verdict }, verdict === view.verdict ? 1 : 0]),
  },
  {
    type: 'gauge',
    name: 'candor_upstream_trouble_since_seconds',
    help: 'Unix time of the first failing signal; absent while the verdict is up.',
    labels: [],
    read: ({ since }) => (since === null ? [] : [[{}, Date.parse(since) / 1_000]]),
  },
  {
    type: 'gauge',
    name: 'candor_upstream_relapses',
    help: 'How often the trouble has come back; of the last trouble while the verdict is up.',
    labels: [],
    read: ({ relapses }) => [[{}, relapses]],
  },
];

const ENDPOINTS: readonly UpstreamSource[] = [
  {
    type: 'gauge',
    name: 'candor_upstream_endpoints',
    help: 'Endpoints that are listed, by whether they are set aside.',
    labels: ['set_aside'],
    read: ({ endpoints }) => {
      const aside = endpoints.filter((endpoint) => endpoint.setAside).length;
      return [
        [{ set_aside: 'true' }, aside],
        [{ set_aside: 'false' }, endpoints.length - aside],
      ];
    },
  },
  {
    type: 'gauge',
    name: 'candor_upstream_endpoints_desired',
    help: 'Endpoints that there should be; absent where discovery does not say.',
    labels: [],
    read: ({ discovery: { desired } }) => (desired === null ? [] : [[{}, desired]]),
  },
  {
    type: 'gauge',
    name: 'candor_upstream_absent',
    help: '1 while discovery answers that there is no endpoint at all, else 0.',
    labels: [],
    read: ({ discovery }) => [[{}, isAbsent(discovery) ? 1 : 0]],
  },
  {
    type: 'gauge',
    name: 'candor_upstream_discovery_failing',
    help: '1 while discovery has no answer and the last known endpoints are kept, else 0.',
    labels: [],
    read: ({ discovery }) => [[{}, discovery.error === null ? 0 : 1]],
  },
];

const OUTCOMES: readonly UpstreamSource[] = [
  {
    type: 'histogram',
    name: 'candor_upstream_request_duration_seconds',
    help: 'How long requests took whose reply was passed on, waits and retries with it.',
    labels: [],
    read: ({ counts }) => inBuckets(counts.durations),
  },
  {
    type: 'counter',
    name: 'candor_upstream_requests_total',
    help: 'Requests for an upstream that ended: replied to, or failed.',
    labels: [],
    read: ({ counts }) => [[{}, counts.requests]],
  },
  {
    type: 'counter',
    name: 'candor_upstream_request_failures_total',
    help: 'Requests for an upstream that failed as a whole.',
    labels: ['cause'],
    read: ({ counts }) => byCause(counts.failures),
  },
  {
    type: 'counter',
    name: 'candor_upstream_attempt_failures_total',
    help: 'Attempts at one endpoint that failed, whether another one then served or not.',
    labels: ['cause'],
    read: ({ counts }) => byCause(counts.attemptFailures),
  },
  {
    type: 'gauge',
    name: 'candor_upstream_requests_in_flight',
    help: 'Attempts at endpoints that are under way.',
    labels: [],
    read: ({ counts }) => [[{}, counts.outstanding]],
  },
  {
    type: 'gauge',
    name: 'candor_upstream_retry_budget_left',
    help: 'Retries that the budget allows at this moment.',
    labels: [],
    read: ({ retriesLeft }) => [[{}, retriesLeft]],
  },
  {
    type: 'counter',
    name: 'candor_upstream_retries_total',
    help: 'Attempts at another endpoint, by whether the retry budget allowed them.',
    labels: ['allowed'],
    read: ({ counts }) => [
      [{ allowed: 'true' }, counts.retries],
      [{ allowed: 'false' }, counts.retriesRefused],
    ],
  },
];

const SIGNALS: readonly UpstreamSource[] = [
  {
    type: 'counter',
    name: 'candor_upstream_probes_total',
    help: 'Probes of endpoints, by result.',
    labels: ['result'],
    read: ({ counts }) => [
      [{ result: 'ok' }, counts.probesOk],
      [{ result: 'failed' }, counts.probesFailed],
    ],
  },
  {
    type: 'counter',
    name: 'candor_upstream_probes_spared_total',
    help: 'Probes that rounds did without, by why.',
    labels: ['reason'],
    read: ({ counts: { probesSpared } }) => [
      [{ reason: 'fresh' }, probesSpared.fresh],
      [{ reason: 'put_off' }, probesSpared.putOff],
    ],
  },
  {
    type: 'counter',
    name: 'candor_upstream_discoveries_total',
    help: 'Discoveries, by result; an answer without an endpoint is an answer.',
    labels: ['result'],
    read: ({ counts }) => [
      [{ result: 'ok' }, counts.discoveries - counts.discoveryFailures],
      [{ result: 'failed' }, counts.discoveryFailures],
    ],
  },
  {
    type: 'counter',
    name: 'candor_upstream_endpoints_set_aside_total',
    help: 'How often an endpoint was set aside.',
    labels: [],
    read: ({ counts }) => [[{}, counts.setAside]],
  },
];

/** Where discovery cannot say, nothing is known to be absent. */
function isAbsent({ count, lastAnswerAt, error }: UpstreamView['discovery']): boolean {
  return count === 0 && lastAnswerAt !== null && error === null;
}

/** As Prometheus has it: each bucket holds those before it as well. */
function inBuckets({ buckets, totalMs }: Durations): Series[] {
  let count = 0;
  const series = buckets.map((added, index): Series => {
    count += added;
    const bound = BOUNDS_MS[index];
    const le = bound === undefined ? '+Inf' : String(bound / 1_000);
    return [{ le }, count, '_bucket'];
  });
  return [...series, [{}, totalMs / 1_000, '_sum'], [{}, count, '_count']];
}

function byCause(counts: Readonly<Record<string, number>>): Series[] {
  return Object.entries(counts).map(([cause, count]) => [{ cause }, count]);
}
