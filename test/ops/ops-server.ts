import { type RequestOptions, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { OpsSettings } from '../../src/config/settings.ts';
import type { Log } from '../../src/log.ts';
import type { OpsDeps } from '../../src/ops/deps.ts';
import { startOps } from '../../src/ops/server.ts';
import type { UpstreamView } from '../../src/ops/views.ts';
import { newCounts } from '../../src/upstream/counts.ts';

/** An upstream in the middle of the outage of 19 July 2023. */
export const down: UpstreamView = {
  name: 'app',
  component: 'Main Application',
  verdict: 'down',
  cause: 'no_endpoints',
  since: '2023-07-19T15:24:00.000Z',
  detectedAt: '2023-07-19T15:24:01.000Z',
  endpoints: [],
  discovery: { kind: 'dns', count: 0, lastAnswerAt: '2023-07-19T15:24:31.000Z', error: null },
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
  endpoints: [
    {
      url: 'http://10.0.0.9:8080',
      setAside: false,
      failures: 0,
      lastProbe: { ok: true, cause: null, ms: 3, at: '2023-07-19T15:24:30.000Z' },
    },
    {
      url: 'http://10.0.0.10:8080',
      setAside: true,
      failures: 3,
      lastProbe: {
        ok: false,
        cause: 'connection_refused',
        ms: 1,
        at: '2023-07-19T15:24:30.000Z',
      },
    },
  ],
  discovery: { kind: 'static', count: 2, lastAnswerAt: null, error: null },
  counts: newCounts(),
};

/** What the rest of the program would hand to ops. */
export function opsDeps(changes: Partial<OpsDeps> = {}): OpsDeps {
  return {
    version: '1.2.3',
    upstreams: () => [down, up],
    isReady: () => true,
    reload: async () => ({ ok: true }),
    statusPage: () => ({ kind: 'none' }),
    routes: () => [],
    gatewayCounts: () => ({
      relayed: [],
      answers: new Map(),
      misleading: new Map(),
      refused: new Map(),
      connections: 0,
      inFlight: 0,
      tunnels: 0,
      held: 0,
    }),
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
  ask(path: string, options?: RequestOptions): Promise<OpsReply>;
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
  return { url: ops.url, lines, ask: (path, options) => ask(new URL(ops.url), path, options) };
}

function ask(url: URL, path: string, options: RequestOptions = {}): Promise<OpsReply> {
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
    sent.on('error', reject).end();
  });
}

/** The port that a listening server was given. */
export function portOf(address: AddressInfo | string | null): number {
  if (typeof address !== 'object' || address === null) throw new Error('not listening on TCP');
  return address.port;
}
