import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Load, LoadSummary } from './load.ts';
import type { Scenario } from './scenarios.ts';

/** Puts a load of HTTP/1.1 on a process, with TLS or without. */
export async function runWrk(load: Load): Promise<LoadSummary> {
  const { port, scenario, seconds, core, folder } = load;
  const scheme = scenario.protocol === 'tls' ? 'https' : 'http';
  const script = join(folder, `${scenario.key}.lua`);
  writeFileSync(script, wrkScript(scenario) + (load.requestScript ?? ''));
  const { stdout } = await promisify(execFile)('taskset', [
    ...['-c', String(core), 'wrk', '--threads', '1'],
    ...['--connections', String(scenario.connections), '--duration', `${seconds}s`],
    ...['--timeout', '10s', '--script', script, `${scheme}://127.0.0.1:${port}${scenario.path}`],
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
