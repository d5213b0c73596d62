import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import type { CapturedAnswer } from './peers/peer.ts';
import type { Scenario } from './scenarios.ts';
import { cpuMicroseconds } from './usage.ts';

/** What one round of load found out about one process. */
export interface Sample {
  readonly cpuMicrosecondsPerRequest: number;
  readonly requestsPerSecond: number;
  readonly requests: number;
  /** Replies that the scenario does not allow, and sockets that failed. */
  readonly errors: number;
}

/** One load to put on one process. */
export interface Load {
  readonly pid: number;
  readonly port: number;
  readonly scenario: Scenario;
  readonly seconds: number;
  /** The core that the load generator is pinned to. */
  readonly core: number;
  /** Where the load generator's script is written. */
  readonly folder: string;
}

interface WrkSummary {
  readonly requests: number;
  readonly microseconds: number;
  readonly badStatuses: number;
  readonly socketErrors: number;
}

/** Runs wrk against a process and divides the processor time that it took by the requests. */
export async function measure(load: Load): Promise<Sample> {
  const before = cpuMicroseconds(load.pid);
  const summary = await runWrk(load);
  const spent = cpuMicroseconds(load.pid) - before;
  const { requests, microseconds, badStatuses, socketErrors } = summary;
  if (requests === 0) throw new Error(`no request was answered on port ${load.port}`);
  const unexpected = load.scenario.expects === 'success' ? badStatuses : requests - badStatuses;
  return {
    cpuMicrosecondsPerRequest: spent / requests,
    requestsPerSecond: requests / (microseconds / 1e6),
    requests,
    errors: unexpected + socketErrors,
  };
}

async function runWrk({ port, scenario, seconds, core, folder }: Load): Promise<WrkSummary> {
  const script = join(folder, `${scenario.key}.lua`);
  writeFileSync(script, wrkScript(scenario));
  const { stdout } = await promisify(execFile)('taskset', [
    ...['-c', String(core), 'wrk', '--threads', '1'],
    ...['--connections', String(scenario.connections), '--duration', `${seconds}s`],
    ...['--timeout', '10s', '--script', script, `http://127.0.0.1:${port}${scenario.path}`],
  ]);
  return JSON.parse(stdout.slice(stdout.lastIndexOf('{'))); // Printed by `done` in the script.
}

/** wrk counts a status above 399 as an error; whether it is one, the scenario says. */
function wrkScript({ method, headers, bodyBytes }: Scenario): string {
  const fields = Object.entries(headers).map(
    ([name, value]) => `wrk.headers[${JSON.stringify(name)}] = ${JSON.stringify(value)}`,
  );
  const body = bodyBytes > 0 ? [`wrk.body = string.rep("x", ${bodyBytes})`] : [];
  return `wrk.method = "${method}"
${[...fields, ...body].join('\n')}
done = function(summary)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"microseconds":%d,"badStatuses":%d,"socketErrors":%d}\\n',
    summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
`;
}

/** Makes the scenario's request once and returns what came, whole. */
export async function askOnce(port: number, scenario: Scenario): Promise<CapturedAnswer> {
  const { method, path, headers, bodyBytes } = scenario;
  const { promise, resolve, reject } = Promise.withResolvers<CapturedAnswer>();
  const asked = request({ host: '127.0.0.1', port, method, path, headers, agent: false });
  asked.once('error', reject);
  asked.once('response', (reply) => {
    buffer(reply).then((body) => {
      resolve({
        status: reply.statusCode ?? 0,
        reasonPhrase: reply.statusMessage ?? '',
        headers: withoutConnection(reply.rawHeaders),
        body: body.toString('latin1'),
      });
    }, reject);
  });
  asked.end('x'.repeat(bodyBytes));
  return promise;
}

/** What `node:http` adds by itself must not be sent twice. */
function withoutConnection(fields: readonly string[]): string[] {
  const pairs = fields.map((name, index) => [name, fields[index + 1] ?? '']);
  return pairs
    .filter((_pair, index) => index % 2 === 0)
    .filter(([name = '']) => !/^(connection|keep-alive|date)$/i.test(name))
    .flat();
}
