import { routeLabel } from '../config/route-label.ts';
import type { OpsDeps } from './deps.ts';
import { type MetricSource, plainGauge, type Series } from './metric-source.ts';

type RequestDeps = Pick<OpsDeps, 'gatewayCounts' | 'routes'>;

/** What became of requests, and what is open right now. */
export function requestMetrics(deps: RequestDeps): MetricSource[] {
  const { gatewayCounts } = deps;
  return [
    relayed(deps),
    answers(deps),
    misleading(deps),
    counted({
      name: 'candor_requests_total',
      help: 'Requests of clients, whatever became of them.',
      label: 'protocol',
      counts: () => new Map(Object.entries(gatewayCounts().requests)),
    }),
    counted({
      name: 'candor_requests_refused_total',
      help: 'Requests refused as malformed or over a limit.',
      label: 'status',
      counts: () => gatewayCounts().refused,
    }),
    counted({
      name: 'candor_limited_total',
      help: 'How often a limit on what clients may take was reached.',
      label: 'limit',
      counts: () => gatewayCounts().limited,
    }),
    counted({
      name: 'candor_request_holds_total',
      help: 'Waits for an endpoint, by how they began, ended, or were refused.',
      label: 'event',
      counts: () => new Map(Object.entries(gatewayCounts().holds)),
    }),
    ...openNow(deps),
  ];
}

function relayed({ gatewayCounts, routes }: RequestDeps): MetricSource {
  return {
    type: 'counter',
    name: 'candor_requests_relayed_total',
    help: 'Replies of an upstream that were passed on.',
    labels: ['route', 'status_class'],
    read: function* () {
      const labels = routes().map(routeLabel);
      for (const [index, classes] of gatewayCounts().relayed.entries()) {
        for (const [hundreds, count] of classes?.entries() ?? []) {
          const route = labels[index] ?? String(index);
          if (count > 0) yield [{ route, status_class: `${hundreds}xx` }, count];
        }
      }
    },
  };
}

function answers({ gatewayCounts }: RequestDeps): MetricSource {
  return {
    type: 'counter',
    name: 'candor_answers_total',
    help: 'Answers that the gateway gave in the place of an upstream.',
    labels: ['upstream', 'reason', 'cause', 'client_kind', 'disposition'],
    read: function* () {
      for (const answer of gatewayCounts().answers.values()) {
        const { upstream, reason, cause, kind, disposition, count } = answer;
        yield [{ upstream, reason, cause, client_kind: kind, disposition }, count];
      }
    },
  };
}

function misleading({ gatewayCounts }: RequestDeps): MetricSource {
  return {
    type: 'counter',
    name: 'candor_misleading_replies_replaced_total',
    help: 'Replies that would have blamed the user for an outage, and sign-ins held back.',
    labels: ['rule', 'evidence', 'upstream'],
    read: function* () {
      for (const { rule, evidence, upstream, count } of gatewayCounts().misleading.values()) {
        yield [{ rule, evidence, upstream }, count];
      }
    },
  };
}

function openNow({ gatewayCounts }: RequestDeps): MetricSource[] {
  return [
    plainGauge(
      'candor_client_connections',
      'Connections of clients that are open.',
      () => gatewayCounts().connections,
    ),
    plainGauge(
      'candor_requests_in_flight',
      'Requests that are being handled.',
      () => gatewayCounts().inFlight,
    ),
    plainGauge(
      'candor_requests_held',
      'Requests that wait for an endpoint while the verdict is suspect.',
      () => gatewayCounts().held,
    ),
    plainGauge(
      'candor_tunnels',
      'Upgraded connections (WebSocket) that are open.',
      () => gatewayCounts().tunnels,
    ),
    plainGauge(
      'candor_event_streams',
      'Pages and others that are told of changes as they come.',
      () => gatewayCounts().eventStreams,
    ),
  ];
}

interface Counted {
  readonly name: string;
  readonly help: string;
  readonly label: string;
  readonly counts: () => ReadonlyMap<string | number, number>;
}

function counted({ name, help, label, counts }: Counted): MetricSource {
  const read = (): Series[] =>
    [...counts()].map(([key, count]) => [{ [label]: String(key) }, count]);
  return { type: 'counter', name, help, labels: [label], read };
}
