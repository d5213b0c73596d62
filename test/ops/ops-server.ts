import { type RequestOptions, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { OpsSettings } from '../../src/config/settings.ts';
import type { Log } from '../../src/log.ts';
import type { OpsDeps } from '../../src/ops/deps.ts';
import type { GatewayCounts } from '../../src/ops/gateway-counts.ts';
import { startOps } from '../../src/ops/server.ts';
import type { UpstreamView } from '../../src/ops/views.ts';
import { ActLog } from '../../src/outage/acts.ts';
import { AnswerLog } from '../../src/outage/answer-log.ts';
import { Incidents } from '../../src/outage/incidents.ts';
import { newCounts } from '../../src/upstream/counts.ts';
import { testMaintenances } from '../support/maintenances.ts';

/** An upstream in the middle of the outage of 19 July 2023. */
export const down: UpstreamView = {
  name: 'app',
  component: 'Main Application',
  verdict: 'down',
  cause: 'no_endpoints',
  since: '2023-07-19T15:24:00.000Z',
  detectedAt: '2023-07-19T15:24:01.000Z',
  relapses: 2,
  recoveryMs: 4_000,
  endpoints: [],
  discovery: {
    kind: 'swarm',
    count: 0,
    desired: 3,
    isDecided: false,
    lastAnswerAt: '2023-07-19T15:24:31.000Z',
    error: null,
  },
  retriesLeft: 0,
  counts: newCounts(),
};

/** An upstream that is well, but for one endpoint of two. */
export const up: UpstreamView = {
  name: 'login',
  component: null,
  verdict: 'up',
  cause: null,
  since: null,
  detectedAt: null,
  relapses: 0,
  recoveryMs: 1_000,
  endpoints: [
    {
      url: 'http://10.0.0.9:8080',
      setAside: false,
      failures: 0,
      successes: 41,
      outstanding: 2,
      weight: 1,
      lastProbe: { ok: true, cause: null, ms: 3, at: '2023-07-19T15:24:30.000Z' },
    },
    {
      url: 'http://10.0.0.10:8080',
      setAside: true,
      failures: 3,
      successes: 0,
      outstanding: 0,
      weight: 0.1,
      lastProbe: {
        ok: false,
        cause: 'connection_refused',
        ms: 1,
        at: '2023-07-19T15:24:30.000Z',
      },
    },
  ],
  discovery: {
    kind: 'static',
    count: 2,
    desired: null,
    isDecided: false,
    lastAnswerAt: null,
    error: null,
  },
  retriesLeft: 10,
  counts: newCounts(),
};

/** Nobody has waited for an endpoint. */
export const NO_HOLDS: GatewayCounts['holds'] = {
  begun: 0,
  came_back: 0,
  let_out: 0,
  expired: 0,
  down: 0,
  left: 0,
  too_many: 0,
  too_large: 0,
};

/** A gateway that has done nothing yet. */
export const NOTHING_COUNTED: GatewayCounts = {
  relayed: [],
  answers: new Map(),
  misleading: new Map(),
  refused: new Map(),
  limited: new Map(),
  requests: { http1: 0, http2: 0 },
  connections: 0,
  inFlight: 0,
  tunnels: 0,
  eventStreams: 0,
  held: 0,
  holds: NO_HOLDS,
};

/** The incident of 19 July 2023 as far as it has gone, with one misleading reply. */
export function openIncident(): Incidents {
  const incidents = new Incidents(logInto([]));
  const since = Date.parse('2023-07-19T15:24:00.000Z');
  const named = { upstream: 'app', component: 'Main Application' };
  const verdict = {
    state: 'down',
    since,
    cause: 'no_endpoints',
    detectedAt: since + 1000,
  } as const;
  const previous = { ...named, verdict: { state: 'up' } } as const;
  incidents.follow({ belief: { ...named, verdict }, previous, at: since + 1000, flapMs: 300_000 });
  const evidence = { source: 'verdict', cause: 'no_endpoints', at: since, checkMs: null } as const;
  const reply = {
    rule: 'credentials',
    matched: 'body',
    belief: { ...named, verdict },
    ...evidence,
  };
  incidents.misleadingReply(reply, since + 5000);
  return incidents;
}

/** Nothing was answered, and nothing is kept. */
const NO_ANSWERS = new AnswerLog({
  isWell: true,
  counts: { written: 0, dropped: 0, refused: 0, waiting: 0, bytes: 0 },
  write: () => undefined,
  limit: () => undefined,
  read: async () => [],
  flush: async () => undefined,
  [Symbol.asyncDispose]: async () => undefined,
});

/** What the rest of the program would hand to ops. */
export function opsDeps(changes: Partial<OpsDeps> = {}): OpsDeps {
  const incidents = changes.incidents ?? new Incidents(logInto([]));
  return {
    version: '1.2.3',
    program: () => ({ startedAt: 0, settings: 'candor.yaml', loadedAt: 0 }),
    samples: { steps: [], since: 0, paceOf: () => null },
    upstreams: () => [down, up],
    answers: NO_ANSWERS,
    report: async () => null,
    incidents,
    archive: {
      list: async (most) => incidents.list().slice(0, most),
      find: async (id) => incidents.find(id),
      events: async () => [],
      outcomes: async () => [],
    },
    store: { isWell: true, counts: { written: 0, dropped: 0, refused: 0, waiting: 0, bytes: 0 } },
    isReady: () => true,
    unexpectedErrors: () => 0,
    reload: async () => ({ ok: true }),
    maintenances: changes.maintenances ?? testMaintenances(),
    acts: new ActLog(logInto([])),
    publicPrefix: () => '/_candor/',
    statusPage: () => ({ kind: 'none' }),
    routes: () => [],
    notices: { targets: () => [], list: () => [] },
    preview: () => ({ fault: 'nothing is known here' }),
    previewChoices: { situations: [], clients: [] },
    certificates: () => [],
    gatewayCounts: () => NOTHING_COUNTED,
    ...changes,
  };
}

/** A log that keeps `level message` of each line. */
export function logInto(lines: string[]): Log {
  const write = (level: string) => (first: unknown, second?: string) => {
    lines.push(`${level} ${second ?? String(first)}`);
  };
  // Only these four are in the type; what pino's overloads add is not used.
  return Object.fromEntries(
    ['debug', 'info', 'warn', 'error'].map((level) => [level, write(level)]),
  ) as unknown as Log;
}

/** A reply as it came over the socket. */
interface OpsReply {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
  /** The body as JSON. */
  json(): unknown;
}

/** An ops listener on a free port, and a client that sends exactly the fields it is told to. */
export interface RunningOps {
  readonly url: string;
  readonly lines: string[];
  ask(path: string, options?: RequestOptions, body?: string): Promise<OpsReply>;
}

/** Starts ops; it is closed when the test is over. */
export async function runOps(
  changes: Partial<OpsDeps> = {},
  settings: Partial<OpsSettings> = {},
): Promise<RunningOps> {
  const lines: string[] = [];
  const log = logInto(lines);
  const ops = await startOps({
    settings: { host: '127.0.0.1', port: 0, token: null, ...settings },
    log,
    deps: opsDeps(changes),
  });
  onTestFinished(() => ops[Symbol.asyncDispose]());
  return {
    url: ops.url,
    lines,
    ask: (path, options, body) => ask(new URL(ops.url), path, { ...options, body }),
  };
}

function ask(
  url: URL,
  path: string,
  { body, ...options }: RequestOptions & { readonly body: string | undefined },
): Promise<OpsReply> {
  return new Promise((resolve, reject) => {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const sent = request({ host, port: url.port, path, agent: false, ...options }, (reply) => {
      let text = '';
      reply.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      reply.on('end', () => {
        const { statusCode, headers } = reply;
        resolve({ status: statusCode ?? 0, headers, text, json: () => JSON.parse(text) });
      });
    });
    sent.on('error', reject).end(body);
  });
}

/** The port that a listening server was given. */
export function portOf(address: AddressInfo | string | null): number {
  if (typeof address !== 'object' || address === null) throw new Error('not listening on TCP');
  return address.port;
}
