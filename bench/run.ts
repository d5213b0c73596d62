import { keptLimit } from './kept-connections.ts';
import { latencyLimits, measureLatency } from './latency.ts';
import { errorLimit, type Limit, ratioLimits } from './limits.ts';
import { measure, type Sample } from './measure.ts';
import { memoryLimit, watchMemory } from './memory.ts';
import { HELP, type Options, readOptions, WARM_UP_TURNS } from './options.ts';
import { caddy } from './peers/caddy.ts';
import { candor } from './peers/candor.ts';
import { haproxy } from './peers/haproxy.ts';
import { programVersion } from './peers/installed.ts';
import { nginx, nginxUnbuffered } from './peers/nginx.ts';
import { nodePeers } from './peers/node-peers.ts';
import type { Peer } from './peers/peer.ts';
import { Processes } from './processes.ts';
import { measurements, reportOf, resultsPart } from './report.ts';
import { rowOf, type Table } from './results.ts';
import { saveResults } from './results-file.ts';
import type { Scenario } from './scenarios.ts';
import {
  findScenario,
  type Ground,
  OTHER_CORE,
  prepareGround,
  type Stand,
  startPeer,
} from './stand.ts';
import { streamLimits, unreadLimit } from './streams.ts';

const PEERS: readonly Peer[] = [candor, nginx, nginxUnbuffered, haproxy, caddy, ...nodePeers];

process.exitCode = await main(readOptions(process.argv.slice(2)));

async function main(options: Options | string | null): Promise<number> {
  if (options === null) {
    console.log(HELP);
    return 0;
  }
  const fault = typeof options === 'string' ? options : faultOf(options);
  if (typeof options === 'string' || fault !== null) {
    console.error(`bench: ${fault}\n\n${HELP}`);
    return 2;
  }
  try {
    return await bench(options);
  } catch (error) {
    console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
    return 2;
  }
}

async function bench(options: Options): Promise<number> {
  const peers = PEERS.filter(({ name }) => options.peers?.includes(name.toLowerCase()) ?? true);
  await using processes = new Processes();
  const ground = await prepareGround(processes);
  const tables = await runScenarios(options, peers, ground);
  const latency = options.measures('latency')
    ? await measureLatency(options, installedOf(peers), ground)
    : null;
  const limits = [
    ...ratioLimits(tables),
    errorLimit(tables),
    ...(latency === null ? [] : latencyLimits(latency)),
    ...(await runMemory(options, ground)),
  ];
  const { outageAnswers } = ground;
  const report = reportOf({ peers, outageAnswers, tables, latency, limits });
  console.log(options.isJson ? JSON.stringify(report, null, 2) : measurements(report));
  if (options.isWhole) saveResults('requests', resultsPart(report, options));
  return limits.every(({ holds, isAim }) => holds || isAim) ? 0 : 1;
}

function faultOf({ peers }: Options): string | null {
  const names = PEERS.map(({ name }) => name.toLowerCase());
  const unknown = peers?.find((name) => !names.includes(name));
  if (unknown !== undefined)
    return `--peers does not know "${unknown}"; it takes ${names.join(',')}`;
  if (process.platform !== 'linux' || programVersion('taskset', '-V') === null) {
    return 'this measures on Linux, with taskset: apt-get install util-linux';
  }
  // wrk says its version together with its usage, and ends with 1.
  if (programVersion('wrk', '-v', 1) === null) return 'wrk is not installed: apt-get install wrk';
  if (programVersion('h2load', '--version') === null) {
    return 'h2load is not installed: apt-get install nghttp2-client';
  }
  return null;
}

async function runScenarios(
  options: Options,
  peers: readonly Peer[],
  ground: Ground,
): Promise<Table[]> {
  const tables: Table[] = [];
  for (const key of options.scenarios) {
    const stands: Stand[] = [];
    const scenario = findScenario(key);
    for (const peer of installedOf(peers)) {
      if (!carries(peer, scenario)) continue;
      stands.push(await startPeer(peer, scenario, ground));
    }
    tables.push({ scenario: key, rows: await alternate(options, stands, ground) });
    await Promise.all(stands.map(({ running }) => running.stop()));
  }
  return tables;
}

function installedOf(peers: readonly Peer[]): Peer[] {
  return peers.filter((peer) => peer.version() !== null);
}

function carries(peer: Peer, { peers }: Scenario): boolean {
  // The second nginx is one for uploads alone.
  return peers === null ? peer !== nginxUnbuffered : peers.includes(peer.name);
}

/** A B C … A B C …: what disturbs the machine for a while disturbs all of them. */
async function alternate(
  { rounds, seconds, warmUpSeconds }: Options,
  stands: readonly Stand[],
  { processes }: Ground,
): Promise<Table['rows']> {
  const load = ({ running, port, scenario }: Stand, length: number) =>
    measure({
      pid: running.pid,
      port,
      scenario,
      seconds: length,
      core: OTHER_CORE,
      folder: processes.folder,
    });
  const samples = new Map<Stand, Sample[]>(stands.map((stand) => [stand, []]));
  await warmUp(stands, warmUpSeconds, load);
  for (let round = 1; round <= rounds; round += 1) {
    for (const [stand, list] of samples) {
      progress(stand, `round ${round} of ${rounds}`);
      list.push(await load(stand, seconds));
    }
  }
  return stands.map((stand) => rowOf(stand.peer.name, samples.get(stand) ?? []));
}

async function warmUp(
  stands: readonly Stand[],
  { late, early }: Options['warmUpSeconds'],
  load: (stand: Stand, seconds: number) => Promise<unknown>,
): Promise<void> {
  for (let turn = 1; turn <= WARM_UP_TURNS; turn += 1) {
    for (const stand of stands) {
      const seconds = stand.peer.isCompiledLate ? late / WARM_UP_TURNS : turn === 1 ? early : 0;
      if (seconds === 0) continue;
      progress(stand, `warms up, ${turn} of ${WARM_UP_TURNS}`);
      await load(stand, seconds);
    }
  }
}

async function runMemory(options: Options, ground: Ground): Promise<Limit[]> {
  const limits: Limit[] = [];
  const { growthSeconds, measures } = options;
  const { processes } = ground;
  console.error('memory of Candor');
  if (measures('streams')) limits.push(...(await streamLimits(processes)));
  if (measures('unread')) limits.push(await unreadLimit(processes));
  if (measures('kept')) limits.push(await keptLimit(processes));
  if (!measures('growth')) return limits;
  for (const key of ['a', 'b'] as const) {
    console.error(`(${key}) memory of Candor over ${growthSeconds} s`);
    limits.push(memoryLimit(await watchMemory(key, growthSeconds, ground)));
  }
  return limits;
}

function progress({ peer, scenario }: Stand, what: string): void {
  console.error(`(${scenario.key}) ${peer.name}: ${what}`);
}
