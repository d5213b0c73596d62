import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measure } from './measure.ts';
import { candor, candorCommand } from './peers/candor.ts';
import type { Peer } from './peers/peer.ts';
import { Processes } from './processes.ts';
import { SCENARIOS, type ScenarioKey } from './scenarios.ts';
import { findScenario, OTHER_CORE, prepareGround, startPeer } from './stand.ts';

/** The part of V8's `.cpuprofile` that is read here. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
    };
  }[];
  readonly samples: readonly number[];
}

const HELP = `node bench/profile.ts [${SCENARIOS.map(({ key }) => key).join('|')}] [--seconds N] [--top N]

Loads Candor with one scenario under \`node --cpu-prof\`, and prints where the time went: the functions with the most time of their own.
`;
const WARM_UP_SECONDS = 3;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '5' },
    top: { type: 'string', default: '40' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const key = SCENARIOS.find((one) => one.key === (positionals[0] ?? 'a'))?.key;
if (values.help || key === undefined) {
  console.log(HELP);
  process.exitCode = values.help ? 0 : 2;
} else {
  await profile(key);
}

async function profile(scenarioKey: ScenarioKey): Promise<void> {
  await using processes = new Processes();
  const ground = await prepareGround(processes);
  const folder = join(processes.folder, 'profile');
  const nodeArgs = ['--cpu-prof', `--cpu-prof-dir=${folder}`];
  const profiled: Peer = { ...candor, prepare: (bed) => candorCommand(bed, { nodeArgs }) };
  const { running, port, scenario } = await startPeer(profiled, findScenario(scenarioKey), ground);
  const load = { pid: running.pid, port, scenario, core: OTHER_CORE, folder: processes.folder };
  await measure({ ...load, seconds: WARM_UP_SECONDS });
  const sample = await measure({ ...load, seconds: Number(values.seconds) });
  await running.stop();
  const [file] = readdirSync(folder);
  if (file === undefined) throw new Error('Candor wrote no profile: did it not drain in time?');
  const { cpuMicrosecondsPerRequest, requestsPerSecond, errors } = sample;
  console.log(
    `(${scenarioKey}) ${cpuMicrosecondsPerRequest.toFixed(1)} µs a request while profiled, ${requestsPerSecond.toFixed(0)} requests/s, ${errors} errors\n`,
  );
  console.log(selfTimes(JSON.parse(readFileSync(join(folder, file), 'utf8'))));
}

function selfTimes({ nodes, samples }: CpuProfile): string {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const counts = new Map<string, number>();
  for (const id of samples) {
    const name = names.get(id) ?? '?';
    if (name !== '(idle)') counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const total = [...counts.values()].reduce((sum, times) => sum + times, 0);
  return [...counts]
    .toSorted(([, left], [, right]) => right - left)
    .slice(0, Number(values.top))
    .map(([name, times]) => `${((100 * times) / total).toFixed(1).padStart(5)} %  ${name}`)
    .join('\n');
}

/** The function with its file and line; of a package, the path inside the package. */
function nameOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']) {
  const place = url.replace(/^.*\/(?=(src|node_modules)\/)/, '').replace('node_modules/', '');
  const name = functionName === '' ? '(anonymous)' : functionName;
  return place === '' ? name : `${name}  ${place}:${lineNumber + 1}`;
}
