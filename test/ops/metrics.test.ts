import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { routeLabel } from '../../src/config/route-label.ts';
import { buildMetrics, metricSources } from '../../src/ops/metrics.ts';
import type { Publication } from '../../src/statuspage/model.ts';
import { newCounts } from '../../src/upstream/counts.ts';
import { addDuration, BOUNDS_MS } from '../../src/upstream/durations.ts';
import { down, NO_HOLDS, openIncident, opsDeps, runOps } from './ops-server.ts';

const PAGE = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');

/** The rows of the page's tables: name, type, labels. */
function documented(): string[] {
  const rows = PAGE.matchAll(/^\| `(\w+)` +\| (\w+) +\|([^|]*)\|/gm);
  return [...rows].map(([, name, type, labels]) => `${name} ${type} ${labels?.trim()}`).sort();
}

test('the page lists every metric of ours with its type and labels, and no other', async () => {
  const metrics = await buildMetrics(opsDeps()).getMetricsAsJSON();
  const names = metrics.map(({ name }) => name);
  expect(names.filter((name) => !/^(?:candor|process|nodejs)_/.test(name))).toEqual([]);

  const ours = metrics.filter(({ name }) => name.startsWith('candor_'));
  const sources = new Map(metricSources(opsDeps()).map((source) => [source.name, source]));
  const lines = ours.map(({ name, type }) => {
    const labels = sources.get(name)?.labels.map((label) => `\`${label}\``) ?? [];
    return `${name} ${type} ${labels.join(', ')}`;
  });
  expect(documented()).toEqual(lines.sort());
});

test('a scrape says what the parts know at that moment', async () => {
  const answer = { upstream: 'app', reason: 'outage', cause: 'no_endpoints', count: 3 } as const;
  const incidents = [{ state: 'open' }, { state: 'resolved' }];
  const publication = { source: 'statuspage', incidents };
  let inFlight = 1;
  const ops = await runOps({
    certificates: () => [
      { file: '/etc/app.crt', expiresAt: 1_800_000_000_000 },
      { file: '/etc/app.crt', expiresAt: 1_800_000_000_000 },
    ],
    routes: () => [
      { host: 'app.example.com', path: '/login', methods: ['POST'] },
      { host: null, path: null, methods: null },
      { host: null, path: null, methods: null },
    ],
    statusPage: () => ({
      kind: 'unreachable',
      url: 'https://status.example.com',
      // The two incidents are all that metrics look at.
      publication: publication as unknown as Publication,
      readAt: 1_689_779_000_000,
    }),
    gatewayCounts: () => ({
      relayed: [
        [0, 0, 7, 0, 2, 0],
        [0, 0, 1],
        [0, 0, 2],
      ],
      answers: new Map([['key', { ...answer, kind: 'person', disposition: 'not_processed' }]]),
      misleading: new Map([
        ['one', { rule: 'credentials', evidence: 'probe', upstream: 'app', count: 4 }],
      ]),
      refused: new Map([[431, 5]]),
      limited: new Map([['header_bytes', 5]]),
      requests: { http1: 8, http2: 1 },
      connections: 10,
      inFlight,
      tunnels: 2,
      eventStreams: 6,
      held: 3,
      holds: { ...NO_HOLDS, begun: 7, expired: 2 },
    }),
    incidents: openIncident(),
  });
  const scrape = await ops.ask('/metrics');
  expect(scrape.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  const lines = scrape.text
    .split('\n')
    .filter((line) => /^candor_(?!upstream_.*_(?:total|duration_seconds))/.test(line));
  expect(lines.sort()).toEqual(
    [
      'candor_requests_relayed_total{route="POST app.example.com/login",status_class="2xx"} 7',
      'candor_requests_relayed_total{route="POST app.example.com/login",status_class="4xx"} 2',
      'candor_requests_relayed_total{route="*",status_class="2xx"} 3',
      'candor_answers_total{upstream="app",reason="outage",cause="no_endpoints",client_kind="person",disposition="not_processed"} 3',
      'candor_misleading_replies_replaced_total{rule="credentials",evidence="probe",upstream="app"} 4',
      'candor_requests_refused_total{status="431"} 5',
      'candor_limited_total{limit="header_bytes"} 5',
      'candor_requests_total{protocol="http1"} 8',
      'candor_requests_total{protocol="http2"} 1',
      'candor_client_connections 10',
      'candor_requests_in_flight 1',
      'candor_requests_held 3',
      'candor_request_holds_total{event="begun"} 7',
      'candor_request_holds_total{event="came_back"} 0',
      'candor_request_holds_total{event="let_out"} 0',
      'candor_request_holds_total{event="expired"} 2',
      'candor_request_holds_total{event="down"} 0',
      'candor_request_holds_total{event="left"} 0',
      'candor_request_holds_total{event="too_many"} 0',
      'candor_request_holds_total{event="too_large"} 0',
      'candor_incident_open{upstream="app"} 1',
      'candor_incident_open{upstream="login"} 0',
      'candor_incidents_total{upstream="app"} 1',
      'candor_incidents_total{upstream="login"} 0',
      'candor_maintenance{upstream="app"} 0',
      'candor_maintenance{upstream="login"} 0',
      'candor_tunnels 2',
      'candor_event_streams 6',
      'candor_upstream_verdict{upstream="app",verdict="up"} 0',
      'candor_upstream_verdict{upstream="app",verdict="suspect"} 0',
      'candor_upstream_verdict{upstream="app",verdict="down"} 1',
      'candor_upstream_verdict{upstream="app",verdict="recovering"} 0',
      'candor_upstream_verdict{upstream="login",verdict="up"} 1',
      'candor_upstream_verdict{upstream="login",verdict="suspect"} 0',
      'candor_upstream_verdict{upstream="login",verdict="down"} 0',
      'candor_upstream_verdict{upstream="login",verdict="recovering"} 0',
      'candor_upstream_trouble_since_seconds{upstream="app"} 1689780240',
      'candor_upstream_relapses{upstream="app"} 2',
      'candor_upstream_relapses{upstream="login"} 0',
      'candor_upstream_endpoints_desired{upstream="app"} 3',
      'candor_upstream_absent{upstream="app"} 1',
      'candor_upstream_absent{upstream="login"} 0',
      'candor_upstream_requests_in_flight{upstream="app"} 0',
      'candor_upstream_requests_in_flight{upstream="login"} 0',
      'candor_upstream_retry_budget_left{upstream="app"} 0',
      'candor_upstream_retry_budget_left{upstream="login"} 10',
      'candor_upstream_endpoints{upstream="app",set_aside="true"} 0',
      'candor_upstream_endpoints{upstream="app",set_aside="false"} 0',
      'candor_upstream_endpoints{upstream="login",set_aside="true"} 1',
      'candor_upstream_endpoints{upstream="login",set_aside="false"} 1',
      'candor_upstream_discovery_failing{upstream="app"} 0',
      'candor_upstream_discovery_failing{upstream="login"} 0',
      'candor_status_page_readable 0',
      'candor_status_page_format{format="statuspage"} 1',
      'candor_status_page_read_at_seconds 1689779000',
      'candor_status_page_unresolved_incidents 1',
      'candor_store_ok 1',
      'candor_store_rows_total{result="dropped"} 0',
      'candor_store_rows_total{result="refused"} 0',
      'candor_store_rows_total{result="written"} 0',
      'candor_store_rows_waiting 0',
      'candor_store_size_bytes 0',
      'candor_ready 1',
      'candor_unexpected_errors_total 0',
      'candor_certificate_expires_at_seconds{file="/etc/app.crt"} 1800000000',
      'candor_build_info{version="1.2.3"} 1',
    ].sort(),
  );

  inFlight = 9;
  const later = await ops.ask('/metrics');
  expect(later.text).toContain('\ncandor_requests_in_flight 9\n');
  expect(later.text).toContain('status_class="4xx"} 2\n');
});

test('what an upstream has counted is told by upstream, result and cause', async () => {
  const counts = newCounts();
  Object.assign(counts, { requests: 10, retries: 1, retriesRefused: 2, setAside: 9 });
  Object.assign(counts, { probesOk: 3, probesFailed: 4, discoveries: 7, discoveryFailures: 5 });
  Object.assign(counts.probesSpared, { fresh: 11, putOff: 12 });
  counts.failures.no_endpoints = 6;
  counts.attemptFailures.connection_reset = 8;
  const ops = await runOps({ upstreams: () => [{ ...down, counts }] });
  const { text } = await ops.ask('/metrics');
  const lines = text.split('\n').filter((line) => /^candor_upstream_.*_total.* [1-9]/.test(line));
  expect(lines.sort()).toEqual([
    'candor_upstream_attempt_failures_total{upstream="app",cause="connection_reset"} 8',
    'candor_upstream_discoveries_total{upstream="app",result="failed"} 5',
    'candor_upstream_discoveries_total{upstream="app",result="ok"} 2',
    'candor_upstream_endpoints_set_aside_total{upstream="app"} 9',
    'candor_upstream_probes_spared_total{upstream="app",reason="fresh"} 11',
    'candor_upstream_probes_spared_total{upstream="app",reason="put_off"} 12',
    'candor_upstream_probes_total{upstream="app",result="failed"} 4',
    'candor_upstream_probes_total{upstream="app",result="ok"} 3',
    'candor_upstream_request_failures_total{upstream="app",cause="no_endpoints"} 6',
    'candor_upstream_requests_total{upstream="app"} 10',
    'candor_upstream_retries_total{upstream="app",allowed="false"} 2',
    'candor_upstream_retries_total{upstream="app",allowed="true"} 1',
  ]);
  expect(text).toContain('request_failures_total{upstream="app",cause="tls_error"} 0');
});

test('how long requests took is told in buckets that hold those before them', async () => {
  const counts = newCounts();
  for (const ms of [0.5, 1, 1.1, 29_000, 99_000]) addDuration(counts.durations, ms);
  const ops = await runOps({ upstreams: () => [{ ...down, counts }] });
  const { text } = await ops.ask('/metrics');
  const name = 'candor_upstream_request_duration_seconds';
  expect(text).toContain(`\n# TYPE ${name} histogram\n`);
  const lines = text.split('\n').filter((line) => line.startsWith(name));
  const buckets = lines.map((line) => /le="(.*?)".* (.*)/.exec(line)).filter((found) => found);
  expect(buckets.map((found) => found?.slice(1))).toEqual([
    ['0.001', '2'],
    ...BOUNDS_MS.slice(1, -1).map((bound) => [String(bound / 1_000), '3']),
    ['30', '4'],
    ['+Inf', '5'],
  ]);
  expect(lines.slice(-2)).toEqual([
    `${name}_sum{upstream="app"} 128.0026`,
    `${name}_count{upstream="app"} 5`,
  ]);
});

test('what is not known has no number: no status page, no series of it', async () => {
  const ops = await runOps();
  const { text } = await ops.ask('/metrics');
  expect(text).not.toMatch(/^candor_status_page/m);
  expect(text).toMatch(/^process_cpu_seconds_total /m);
});

test.for([
  { name: 'answers that there is none', changes: {}, absent: 1 },
  { name: 'lists one', changes: { count: 1 }, absent: 0 },
  { name: 'cannot say', changes: { error: 'ESERVFAIL' }, absent: 0 },
  { name: 'has not answered yet', changes: { lastAnswerAt: null }, absent: 0 },
])('where discovery $name, the service is absent: $absent', async ({ changes, absent }) => {
  const discovery = { ...down.discovery, ...changes };
  const ops = await runOps({ upstreams: () => [{ ...down, discovery }] });
  const { text } = await ops.ask('/metrics');
  expect(text).toContain(`\ncandor_upstream_absent{upstream="app"} ${absent}\n`);
});

test.for([
  { route: { host: null, path: null, methods: null }, label: '*' },
  { route: { host: 'a.example', path: null, methods: null }, label: 'a.example' },
  { route: { host: null, path: '/api/', methods: ['GET', 'POST'] }, label: 'GET,POST /api/' },
])('a route is called $label', ({ route, label }) => {
  expect(routeLabel(route)).toBe(label);
});
