import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measure, type Sample } from './measure.ts';
import { accepting, freePort, Processes, type Running } from './processes.ts';
import { findScenario, OTHER_CORE, TESTED_CORE } from './stand.ts';

const HELP = `npm run bench:recording -- [--answers N] [--seconds N]

Answers N requests of people (1,000,000 by default) in an outage with recording on, and as long with recording off, in turns of a
few seconds, and prints what an answer costs with and without, and how large the store has become.
`;
const GATEWAY = fileURLToPath(new URL('recording-gateway.ts', import.meta.url));

interface Side {
  readonly name: 'on' | 'off';
  readonly running: Running;
  readonly port: number;
  readonly samples: Sample[];
}

const { values } = parseArgs({
  options: {
    answers: { type: 'string', default: '1000000' },
    seconds: { type: 'string', default: '4' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) console.log(HELP);
else await run(Number(values.answers), Number(values.seconds));

async function run(answers: number, seconds: number): Promise<void> {
  await using processes = new Processes();
  const store = join(processes.folder, 'candor.sqlite');
  const closedPort = await freePort();
  const on = await start('on', processes, { closedPort, store });
  const off = await start('off', processes, { closedPort, store: null });
  for (const side of [on, off]) await load(side, processes, seconds); // Warm-up.
  let recorded = on.samples[0]?.requests ?? 0;
  for (const side of [on, off]) side.samples.length = 0;
  while (recorded < answers) {
    for (const side of [on, off]) await load(side, processes, seconds);
    recorded += on.samples.at(-1)?.requests ?? 0;
    process.stderr.write(`${recorded} answers recorded\n`);
  }
  await on.running.stop();
  const [costOn, costOff] = [on, off].map(({ samples }) => medianCost(samples));
  const megabytes = (statSync(store).size / 1024 ** 2).toFixed(2);
  console.log(`answers recorded      ${recorded}`);
  console.log(`CPU an answer, on     ${costOn?.toFixed(2)} us`);
  console.log(`CPU an answer, off    ${costOff?.toFixed(2)} us`);
  console.log(`on / off              ${((costOn ?? 0) / (costOff ?? 1)).toFixed(3)}`);
  console.log(`size of the store     ${megabytes} MiB`);
}

async function start(
  name: Side['name'],
  processes: Processes,
  { closedPort, store }: { readonly closedPort: number; readonly store: string | null },
): Promise<Side> {
  const port = await freePort();
  const args = [GATEWAY, String(port), String(closedPort), ...(store === null ? [] : [store])];
  const command = { program: process.execPath, args };
  const running = processes.start(`recording-${name}`, command, TESTED_CORE);
  await accepting(running, port);
  return { name, running, port, samples: [] };
}

async function load({ running, port, samples }: Side, processes: Processes, seconds: number) {
  const { pid } = running;
  const scenario = findScenario('e');
  const { folder } = processes;
  samples.push(await measure({ pid, port, scenario, seconds, core: OTHER_CORE, folder }));
}

function medianCost(samples: readonly Sample[]): number {
  const costs = samples.map(({ cpuMicrosecondsPerRequest: cost }) => cost).sort((a, b) => a - b);
  return costs[Math.floor(costs.length / 2)] ?? Number.NaN;
}
