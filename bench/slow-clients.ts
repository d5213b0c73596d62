import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import type { RateSetting, RateSummary } from './constant-rate.ts';
import { type LoneCandor, startLoneCandor } from './lone-candor.ts';
import { Processes, type Running } from './processes.ts';
import { median } from './results.ts';
import { OTHER_CORE } from './stand.ts';
import { cpuMicroseconds, residentBytes } from './usage.ts';

const HELP = `npm run bench:slow -- [--idle N] [--dripping N] [--rounds N] [--seconds N] [--rate N]

What 10,000 idle connections and 1,000 that drip a byte a second, half of them heads and half bodies, cost the others.

Two Candors run side by side, one with that crowd, one without, and answer the same requests at the same rate in alternating rounds; the
crowd goes on in all of them, for its own program takes time of the core from which the others ask. All limits that would end the crowd are out of the way. The CPU of a request
is less what the crowd takes by itself. Prints medians and ratios; what must hold is the
ratio of the medians, or of the least disturbed rounds: other work on the machine only ever adds.
Exit codes: 0 the limits hold; 1 one does not; 2 wrong use.
`;

const CROWD = fileURLToPath(new URL('slow-crowd.ts', import.meta.url));
const GENERATOR = fileURLToPath(new URL('constant-rate.ts', import.meta.url));
const REPLY_BYTES = 1_024;
/** What of a round is compared, and its name. */
const COMPARED = { median: 'latency, median', p99: 'latency, p99', cpu: 'CPU a request' } as const;
/** What must hold of the ratios: below that is the noise of a machine that does other things as well. */
const MOST = { median: 1.1, p99: 1.25 };
/** Nothing ends the crowd, however slow it is. */
const PATIENT =
  'limits: { connections: 100000, headTimeout: 1h, keepAlive: 1h, bodyRate: 0B, bodyTimeout: 1h }';

interface Options {
  readonly idle: number;
  readonly dripping: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly rate: number;
}

/** What one round found: latencies and processor time a request in microseconds, less what the crowd takes by itself. */
interface Round extends RateSummary {
  readonly cpu: number;
}

interface Side {
  readonly candor: LoneCandor;
  readonly rounds: Round[];
}

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (options === null) {
    process.stdout.write(HELP);
    return args.includes('--help') || args.includes('-h') ? 0 : 2;
  }
  await using processes = new Processes();
  const crowded: Side = { candor: await startPatient('crowded', processes), rounds: [] };
  const empty: Side = { candor: await startPatient('empty', processes), rounds: [] };
  for (const { candor } of [crowded, empty]) await load(candor, options); // Warm-up.
  const { running } = crowded.candor;
  const bytesBefore = residentBytes(running.pid);
  const crowd = await startCrowd(crowded.candor.port, processes, options);
  const held = (residentBytes(running.pid) - bytesBefore) / (options.idle + options.dripping);
  const crowdsCpu: number[] = [];
  for (let round = 1; round <= options.rounds; round += 1) {
    process.stderr.write(`round ${round} of ${options.rounds}\n`);
    crowdsCpu.push(await cpuPerSecond(running.pid, options.seconds));
    crowded.rounds.push(await load(crowded.candor, options));
    empty.rounds.push(await load(empty.candor, options));
  }
  await delay(1_000); // It says once a second how many are lost.
  const aloneUs = median(crowdsCpu);
  const rounds = crowded.rounds.map((round) => ({
    ...round,
    cpu: round.cpu - aloneUs / options.rate,
  }));
  return report({ crowded: { ...crowded, rounds }, empty, crowd, held, aloneUs });
}

function startPatient(name: string, processes: Processes): Promise<LoneCandor> {
  return startLoneCandor(name, processes, [PATIENT]);
}

async function startCrowd(
  port: number,
  processes: Processes,
  { idle, dripping }: Options,
): Promise<Running> {
  const args = [CROWD, String(port), String(idle), String(dripping)];
  const crowd = processes.start('crowd', { program: process.execPath, args }, OTHER_CORE);
  while (!crowd.lastWords().includes('ready')) {
    if (!crowd.isAlive()) throw new Error(`the crowd has ended:\n${crowd.lastWords()}`);
    await delay(100);
  }
  return crowd;
}

/** Microseconds a second, while nobody but the crowd is there. */
async function cpuPerSecond(pid: number, seconds: number): Promise<number> {
  const before = cpuMicroseconds(pid);
  await delay(seconds * 1_000);
  return (cpuMicroseconds(pid) - before) / seconds;
}

async function load({ running, port }: LoneCandor, { rate, seconds }: Options): Promise<Round> {
  const setting: RateSetting = {
    port,
    head: `GET /${REPLY_BYTES} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`,
    replyBytes: REPLY_BYTES,
    perSecond: rate,
    seconds,
    connections: 32,
  };
  const before = cpuMicroseconds(running.pid);
  const { stdout } = await promisify(execFile)('chrt', [
    ...['--idle', '0', 'taskset', '-c', String(OTHER_CORE)],
    ...[process.execPath, GENERATOR, JSON.stringify(setting)],
  ]);
  const summary: RateSummary = JSON.parse(stdout); // Printed by constant-rate.ts, of this type.
  return { ...summary, cpu: (cpuMicroseconds(running.pid) - before) / summary.requests };
}

interface Found {
  readonly crowded: Side;
  readonly empty: Side;
  readonly crowd: Running;
  /** Bytes of memory for each of the crowd. */
  readonly held: number;
  /** Microseconds of processor time a second that the crowd takes by itself. */
  readonly aloneUs: number;
}

function report({ crowded, empty, crowd, held, aloneUs }: Found): number {
  const ratios = { median: 0, p99: 0, cpu: 0 };
  console.log('in us              with the crowd     without      ratio of medians, of the least');
  for (const key of ['median', 'p99', 'cpu'] as const) {
    const [one, other] = [crowded, empty].map(({ rounds }) => rounds.map((round) => round[key]));
    if (one === undefined || other === undefined) continue;
    const ofTheLeast = Math.min(...one) / Math.min(...other);
    ratios[key] = Math.min(median(one) / median(other), ofTheLeast);
    const [crowdedUs, emptyUs] = [median(one), median(other)];
    const columns = [crowdedUs.toFixed(0), emptyUs.toFixed(0), (crowdedUs / emptyUs).toFixed(2)];
    const line = columns.map((text) => text.padStart(12)).join('');
    console.log(`${COMPARED[key].padEnd(18)}${line}${ofTheLeast.toFixed(2).padStart(12)}`);
  }
  const errors = [crowded, empty].flatMap(({ rounds }) => rounds.map((round) => round.errors));
  const failed = errors.reduce((sum, count) => sum + count, 0);
  const lost = Number(/lost (\d+)\s*$/.exec(crowd.lastWords())?.[1]);
  console.log(`the crowd alone    ${(aloneUs / 10_000).toFixed(1)} % of a core`);
  console.log(`each of the crowd  ${(held / 1_024).toFixed(1)} KiB`);
  console.log(`of the crowd lost  ${lost}`);
  console.log(`errors of others   ${failed}`);
  const holds = ratios.median <= MOST.median && ratios.p99 <= MOST.p99;
  return holds && lost === 0 && failed === 0 ? 0 : 1;
}

function readOptions(args: string[]): Options | null {
  try {
    const { values } = parseArgs({
      args,
      options: {
        idle: { type: 'string', default: '10000' },
        dripping: { type: 'string', default: '1000' },
        rounds: { type: 'string', default: '5' },
        seconds: { type: 'string', default: '4' },
        rate: { type: 'string', default: '1000' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const { idle, dripping, rounds, seconds, rate } = values;
    const options = {
      idle: Number(idle),
      dripping: Number(dripping),
      rounds: Number(rounds),
      seconds: Number(seconds),
      rate: Number(rate),
    };
    const isRight = Object.values(options).every((value) => Number.isInteger(value) && value > 0);
    return values.help || !isRight ? null : options;
  } catch {
    return null;
  }
}
