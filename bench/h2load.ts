import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Load, LoadSummary } from './load.ts';

/** Puts a load of HTTP/2 over TLS on a process: GET alone. */
export async function runH2load({ port, scenario, seconds, core }: Load): Promise<LoadSummary> {
  const { connections, streams, headers, path } = scenario;
  const fields = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const { stdout } = await promisify(execFile)('taskset', [
    ...['-c', String(core), 'h2load', '--threads', '1', '--duration', String(seconds)],
    ...['--clients', String(connections), '--max-concurrent-streams', String(streams)],
    ...[...fields, `https://127.0.0.1:${port}${path}`],
  ]);
  return summaryOf(stdout, seconds);
}

function summaryOf(printed: string, seconds: number): LoadSummary {
  const count = (what: RegExp) => Number(what.exec(printed)?.[1] ?? Number.NaN);
  return {
    requests: count(/(\d+) done/),
    microseconds: seconds * 1e6,
    badStatuses: count(/(\d+) 4xx/) + count(/(\d+) 5xx/),
    socketErrors: count(/(\d+) errored/) + count(/(\d+) timeout/),
  };
}
