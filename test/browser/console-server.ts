import type { AnswerCount } from '../../src/gateway/counts.ts';
import type { TargetState } from '../../src/notify/notifier.ts';
import type { SampleReader, Step } from '../../src/ops/console/samples.ts';
import type { OpsDeps } from '../../src/ops/deps.ts';
import { type Ops, startOps } from '../../src/ops/server.ts';
import { ActLog } from '../../src/outage/acts.ts';
import type { AnswerFacts } from '../../src/outage/answer-facts.ts';
import { AnswerLog } from '../../src/outage/answer-log.ts';
import { Maintenances } from '../../src/outage/maintenances.ts';
import { openStore, type Store } from '../../src/outage/store.ts';
import { down, logInto, NOTHING_COUNTED, openIncident, opsDeps, up } from '../ops/ops-server.ts';

/** When the scene plays: eight minutes into the outage of 19 July 2023. */
export const CONSOLE_NOW = Date.parse('2023-07-19T15:32:04.000Z');

const STEP_MS = 10_000;

/** An ops listener in the middle of an outage, with everything that the console can show. */
export async function startConsole(
  changes: Partial<OpsDeps> = {},
  token: string | null = null,
): Promise<Ops> {
  const log = logInto([]);
  const acts = new ActLog(log);
  const maintenances = new Maintenances({
    clock: { now: () => Date.now(), after: () => () => undefined },
    keeper: { put: () => undefined, drop: () => undefined },
    onChange: ({ what, maintenance, who, why }) =>
      acts.record({ who, what, upstream: maintenance.upstream, why }),
  });
  const store = await openStore({ file: 'memory', log });
  const answers = answersIn(store);
  const ops = await startOps({
    settings: { host: '127.0.0.1', port: 0, token },
    log,
    deps: opsDeps({ ...scene(Date.now()), acts, maintenances, answers, ...changes }),
  });
  const end = async () => {
    await ops[Symbol.asyncDispose]();
    answers[Symbol.dispose]();
    await store[Symbol.asyncDispose]();
  };
  return { url: ops.url, [Symbol.asyncDispose]: end };
}

/** Of a payment, whose outcome nobody knows. */
export const REFERENCE = '8f3c1a52-payment';

function answersIn(store: Store): AnswerLog {
  const answers = new AnswerLog(store);
  const facts: AnswerFacts = {
    ...{ reason: 'outage', cause: 'connection_reset', disposition: 'unknown' },
    ...{ retrySafe: false, signIn: false, isUnknownWrite: true, isPayment: true },
    ...{ upstream: 'app', verdict: 'suspect', since: Date.now() - 8 * 60_000 },
    ...{ route: 'POST /r/pay', method: 'POST', clientKind: 'person', status: 504 },
    ...{ receivedStatus: null, receivedFrom: null, evidence: null },
  };
  answers.record('c41d77e0-order', { ...facts, isPayment: false, route: '/api/', method: 'PUT' });
  answers.record(REFERENCE, facts);
  return answers;
}

function scene(now: number): Partial<OpsDeps> {
  return {
    program: () => ({
      startedAt: now - 26 * 3_600_000,
      settings: '/etc/candor/candor.yaml',
      loadedAt: now - 5 * 3_600_000,
    }),
    incidents: openIncident(),
    notices: { targets: () => [PAGER], list: () => [] },
    upstreams: () => [down, up],
    samples: samplesUntil(now),
    gatewayCounts: () => ({ ...NOTHING_COUNTED, answers: answers(), eventStreams: 143 }),
    statusPage: () => ({
      kind: 'read',
      url: 'https://status.chargeover.com',
      readAt: now - 12_000,
      publication: PUBLICATION,
    }),
    preview: () => ({
      status: 503,
      headers: { 'Content-Type': 'text/html; charset=utf-8', 'Retry-After': '30' },
      body: '<!doctype html><html lang="en"><title>ChargeOver is unavailable</title><h1>ChargeOver is unavailable</h1></html>',
      encoding: 'utf8',
      why: ['routes[4] is the first that matches', 'row 12: a person'],
    }),
    previewChoices: {
      situations: [{ name: 'outage', about: 'an outage' }],
      clients: [{ name: 'browser', about: 'a person' }],
    },
  };
}

/** An hour of requests in steps, but for the ten minutes before the program started. */
export function samplesUntil(now: number): SampleReader {
  return { steps: steps(now), since: now - 50 * 60_000, paceOf };
}

function paceOf(upstream: string) {
  const isDown = upstream === 'app';
  return isDown
    ? { perSecond: 18.4, failedPercent: 100, p50Ms: null, p95Ms: null }
    : { perSecond: 1.2, failedPercent: 0, p50Ms: 11, p95Ms: 84 };
}

function steps(now: number): Step[] {
  const since = now - 8 * 60_000;
  return Array.from({ length: 300 }, (_, index) => {
    const at = now - (now % STEP_MS) - (299 - index) * STEP_MS;
    const busy = Math.round(150 + 40 * Math.sin(index / 9) + ((index * 7_919) % 31));
    if (at < since)
      return {
        at,
        good: busy,
        upstreamErrors: index % 17 === 0 ? 2 : 0,
        notProcessed: 0,
        unknown: 0,
      };
    return {
      at,
      good: 12,
      upstreamErrors: 0,
      notProcessed: busy - 12,
      unknown: at < since + STEP_MS ? 9 : 0,
    };
  });
}

function answers(): ReadonlyMap<string, AnswerCount> {
  const told = { upstream: 'app', reason: 'outage', cause: 'no_endpoints' } as const;
  const counts: AnswerCount[] = [
    { ...told, kind: 'person', disposition: 'not_processed', count: 5_120 },
    { ...told, kind: 'api', disposition: 'not_processed', count: 2_904 },
    { ...told, kind: 'webhook', disposition: 'not_processed', count: 310 },
    { ...told, kind: 'api', disposition: 'unknown', count: 9 },
  ];
  return new Map(counts.map((count, index) => [String(index), count]));
}

const PAGER: TargetState = {
  ...{ name: 'on-call', kind: 'pagerduty', waiting: 0, pausedUntil: null },
  counts: { sent: 1, failed: 0, superseded: 0, dead: 0 },
};

const PUBLICATION = {
  source: 'statuspage',
  url: 'https://status.chargeover.com',
  pageUpdatedAt: null,
  indicator: 'none',
  description: 'All Systems Operational',
  components: [
    { id: '1', name: 'Main Application', status: 'operational' },
    { id: '2', name: 'Payments', status: 'operational' },
    { id: '3', name: 'Email', status: 'degraded_performance' },
  ],
  incidents: [],
  maintenances: [],
} as const;
