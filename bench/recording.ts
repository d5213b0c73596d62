import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CROWD_SCRIPT } from './crowd.ts';
import { measure, type Sample } from './measure.ts';
import { accepting, freePort, Processes, type Running } from './processes.ts';
import { findScenario, OTHER_CORE, TESTED_CORE } from './stand.ts';

const HELP = `npm run bench:recording -- [--answers N] [--seconds N] [--warm-up N]

Answers N requests of people (1,000,000 by default) in an outage with recording on, and as long with recording off, in turns of a
few seconds: half of them are one person's, half of them those of a crowd. Prints what an answer costs with and without, and how
large the store has become. Exit codes: 0 both limits hold; 1 one does not.
`;
const GATEWAY = fileURLToPath(new URL('recording-gateway.ts', import.meta.url));
/** With recording, an answer may cost so many times what it costs without. */
const MOST_TIMES = 1.05;
/** One process compiles itself better than another, by 2 %: so each side is measured in several. */
const GENERATIONS = 3;
const MOST_STORED_BYTES = 50 * 1024 ** 2;

const LOADS = ['one person', 'a crowd'] as const;
type LoadName = (typeof LOADS)[number];

interface Side {
  readonly running: Running;
  readonly port: number;
}

/** One turn of each side, one after the other: what an answer cost, in microseconds. */
interface Pair {
  readonly load: LoadName;
  readonly on: number;
  readonly off: number;
  readonly recorded: number;
}

const { values } = parseArgs({
  options: {
    answers: { type: 'string', default: '1000000' },
    seconds: { type: 'string', default: '3' },
    'warm-up': { type: 'string', default: '10' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) console.log(HELP);
else await run(Number(values.answers), Number(values.seconds), Number(values['warm-up']));

async function run(answers: number, seconds: number, warmUpSeconds: number): Promise<void> {
  await using processes = new Processes();
  const store = join(processes.folder, 'candor.sqlite');
  const pairs: Pair[] = [];
  for (let generation = 0; generation < GENERATIONS; generation += 1) {
    const plan = { answers: answers / GENERATIONS, seconds, warmUpSeconds, store };
    pairs.push(...(await runGeneration(processes, plan)));
  }
  console.log(`${answersIn(pairs)} answers recorded`);
  const kept = LOADS.map((load) => tell(load, pairs));
  const isSmall = tellStore(statSync(store).size);
  process.exitCode = kept.every(Boolean) && isSmall ? 0 : 1;
}

interface Plan {
  readonly answers: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly store: string;
}

/** Two new processes take turns until so many answers are recorded. */
async function runGeneration(
  processes: Processes,
  { answers, seconds, warmUpSeconds, store }: Plan,
): Promise<readonly Pair[]> {
  const closedPort = await freePort();
  const on = await start('on', processes, { closedPort, store });
  const off = await start('off', processes, { closedPort, store: null });
  const { folder } = processes;
  for (const load of LOADS) {
    const turn = { load, seconds: warmUpSeconds / LOADS.length, folder, isOnFirst: true };
    await takeTurns({ on, off }, turn);
  }
  const pairs: Pair[] = [];
  for (let isOnFirst = true; answersIn(pairs) < answers; isOnFirst = !isOnFirst) {
    for (const load of LOADS) {
      pairs.push(await takeTurns({ on, off }, { load, seconds, folder, isOnFirst }));
    }
    process.stderr.write(`${answersIn(pairs)} answers recorded\n`);
  }
  await Promise.all([on.running.stop(), off.running.stop()]);
  return pairs;
}

function answersIn(pairs: readonly Pair[]): number {
  return pairs.reduce((sum, { recorded }) => sum + recorded, 0);
}

async function start(
  name: 'on' | 'off',
  processes: Processes,
  { closedPort, store }: { readonly closedPort: number; readonly store: string | null },
): Promise<Side> {
  const port = await freePort();
  const args = [GATEWAY, String(port), String(closedPort), ...(store === null ? [] : [store])];
  const command = { program: process.execPath, args };
  const running = processes.start(`recording-${name}`, command, TESTED_CORE);
  await accepting(running, port);
  return { running, port };
}

interface Turn {
  readonly load: LoadName;
  readonly seconds: number;
  readonly folder: string;
  readonly isOnFirst: boolean;
}

async function takeTurns({ on, off }: { on: Side; off: Side }, turn: Turn): Promise<Pair> {
  const before = turn.isOnFirst ? null : await answered(off, turn);
  const { cpuMicrosecondsPerRequest: cost, requests } = await answered(on, turn);
  const other = before ?? (await answered(off, turn));
  return { load: turn.load, on: cost, off: other.cpuMicrosecondsPerRequest, recorded: requests };
}

function answered(
  { running: { pid }, port }: Side,
  { load, seconds, folder }: Turn,
): Promise<Sample> {
  const scenario = findScenario('e');
  const common = { pid, port, scenario, seconds, core: OTHER_CORE, folder };
  return measure(load === 'a crowd' ? { ...common, requestScript: CROWD_SCRIPT } : common);
}

/** Prints what recording costs under a load, and whether the limit holds: by turns that followed one another. */
function tell(load: LoadName, pairs: readonly Pair[]): boolean {
  const ofLoad = pairs.filter((pair) => pair.load === load);
  const median = (numbers: readonly number[]) =>
    numbers.toSorted((left, right) => left - right)[numbers.length >> 1] ?? Number.NaN;
  const costs = [median(ofLoad.map(({ on }) => on)), median(ofLoad.map(({ off }) => off))];
  const times = median(ofLoad.map(({ on, off }) => on / off));
  const [on = '', off = ''] = costs.map((cost) => cost.toFixed(2));
  const isKept = times <= MOST_TIMES;
  console.log(
    `${load.padEnd(10)}  on ${on} us, off ${off} us, ${times.toFixed(3)} times (at most ${MOST_TIMES}): ${isKept ? 'pass' : 'FAIL'}`,
  );
  return isKept;
}

function tellStore(bytes: number): boolean {
  const isKept = bytes < MOST_STORED_BYTES;
  console.log(
    `the store   ${(bytes / 1024 ** 2).toFixed(2)} MiB (under ${MOST_STORED_BYTES / 1024 ** 2}): ${isKept ? 'pass' : 'FAIL'}`,
  );
  return isKept;
}
