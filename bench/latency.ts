import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { RateSetting, RateSummary } from './constant-rate.ts';
import type { Limit } from './limits.ts';
import { measure } from './measure.ts';
import type { Options } from './options.ts';
import type { Peer } from './peers/peer.ts';
import { median } from './results.ts';
import { findScenario, type Ground, OTHER_CORE, type Stand, startPeer } from './stand.ts';

/** What replies take at one rate, that half of which Candor can do; in microseconds, medians over the rounds. */
export interface LatencyTable {
  readonly perSecond: number;
  readonly rows: readonly LatencyRow[];
}

type LatencyRow = RateSummary & { readonly peer: string };

const GENERATOR = fileURLToPath(new URL('constant-rate.ts', import.meta.url));
const CONNECTIONS = 64;
/** The bare ones have no place here: they are about what a request costs. */
const PEERS: readonly string[] = ['Candor', 'nginx', 'HAProxy', 'Caddy', 'http-proxy'];
/** Candor's 99th percentile as a multiple of nginx's. */
const AT_MOST = 2;

/** Finds out how much Candor can do, and loads each peer with half of that, in alternating rounds. */
export async function measureLatency(
  options: Options,
  peers: readonly Peer[],
  ground: Ground,
): Promise<LatencyTable> {
  const stands: Stand[] = [];
  for (const peer of peers.filter(({ name }) => PEERS.includes(name))) {
    stands.push(await startPeer(peer, findScenario('a'), ground));
  }
  const perSecond = Math.round((await saturation(options, stands, ground)) / 2);
  const found = new Map<Stand, RateSummary[]>(stands.map((stand) => [stand, []]));
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const [stand, list] of found) {
      console.error(`(latency) ${stand.peer.name}: round ${round} of ${options.rounds}`);
      list.push(await loadAtRate(stand, perSecond, options.seconds));
    }
  }
  await Promise.all(stands.map(({ running }) => running.stop()));
  return { perSecond, rows: stands.map((stand) => rowOf(stand, found.get(stand) ?? [])) };
}

/** Whether the slowest hundredth of the replies is as fast as it should be. */
export function latencyLimits({ rows }: LatencyTable): Limit[] {
  const [ours, theirs] = ['Candor', 'nginx'].map((name) => rows.find(({ peer }) => peer === name));
  const ratio = ours && theirs ? ours.p99 / theirs.p99 : null;
  return [
    {
      promise: `(latency) p99 at half of the load that saturates Candor at most ${AT_MOST} × nginx's`,
      measured: ratio === null ? null : `${ratio.toFixed(2)} ×`,
      holds: ratio === null || ratio <= AT_MOST,
    },
    {
      promise: '(latency) no request of Candor without its reply',
      measured: ours === undefined ? null : String(ours.errors),
      holds: ours === undefined || ours.errors === 0,
    },
  ];
}

/** Requests a second of Candor under all that wrk can ask; the others are warmed up on the way. */
async function saturation(
  { warmUpSeconds, seconds }: Options,
  stands: readonly Stand[],
  { processes: { folder } }: Ground,
): Promise<number> {
  let most: number | null = null;
  for (const { peer, running, port, scenario } of stands) {
    console.error(`(latency) ${peer.name}: warms up`);
    const load = { pid: running.pid, port, scenario, core: OTHER_CORE, folder };
    const length = peer.isCompiledLate ? warmUpSeconds.late : warmUpSeconds.early;
    if (length > 0) await measure({ ...load, seconds: length });
    if (peer.name !== 'Candor') continue;
    ({ requestsPerSecond: most } = await measure({ ...load, seconds }));
  }
  if (most === null) throw new Error('latency is measured at a rate of Candor: it has to be there');
  return most;
}

async function loadAtRate(
  { port, scenario }: Stand,
  perSecond: number,
  seconds: number,
): Promise<RateSummary> {
  const fields = Object.entries(scenario.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const setting: RateSetting = {
    port,
    head: `${scenario.method} ${scenario.path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${fields.join('')}\r\n`,
    replyBytes: scenario.replyBytes ?? 0,
    perSecond,
    seconds,
    connections: CONNECTIONS,
  };
  const { stdout } = await promisify(execFile)('chrt', [
    ...['--idle', '0', 'taskset', '-c', String(OTHER_CORE)],
    ...[process.execPath, GENERATOR, JSON.stringify(setting)],
  ]);
  return JSON.parse(stdout); // Printed by constant-rate.ts, of this type.
}

function rowOf({ peer }: Stand, summaries: readonly RateSummary[]): LatencyRow {
  const middle = (key: keyof RateSummary) => median(summaries.map((summary) => summary[key]));
  const sum = (key: keyof RateSummary) => summaries.reduce((total, one) => total + one[key], 0);
  return {
    peer: peer.name,
    requests: sum('requests'),
    errors: sum('errors'),
    median: middle('median'),
    p99: middle('p99'),
    p999: middle('p999'),
  };
}
