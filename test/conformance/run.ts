import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { accepting, freePort, Processes } from '../../bench/processes.ts';
import { saveResults } from '../../bench/results-file.ts';
import { ROWS } from './cases/rows.ts';
import { INTERMEDIARIES, type Intermediary } from './intermediaries.ts';
import { faultsOf, type Outcomes, report } from './matrix.ts';
import { Origin } from './origin.ts';
import { play } from './play.ts';
import type { Row, Stand } from './row.ts';

const HELP = `node test/conformance/run.ts: how proxies keep to RFC 9110, 9112, 9113 and 6455, row by row

  --peers NAME,NAME   only these (${INTERMEDIARIES.map(({ name }) => name.toLowerCase()).join(',')})
  --only TEXT         only rows whose id contains this
  --lanes N           copies of each proxy that play rows side by side (4)
  -h, --help          print this help

A run that leaves nothing out writes the matrix into docs/conformance.md. Exit codes: 0 every row passes for Candor,
or differs for a reason on record; 1 one does not; 2 wrong use, or something does not start.
`;

const MATRIX = new URL('../../docs/conformance.md', import.meta.url);

process.exitCode = await main().catch((error: unknown) => {
  console.error(`conformance: ${error instanceof Error ? error.message : String(error)}`);
  return 2;
});

async function main(): Promise<number> {
  const { help, peers, only, lanes } = parseArgs({
    options: {
      peers: { type: 'string' },
      only: { type: 'string' },
      lanes: { type: 'string', default: '4' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }).values;
  if (help) {
    console.log(HELP);
    return 0;
  }
  const names = peers?.toLowerCase().split(',');
  const intermediaries = INTERMEDIARIES.filter(
    ({ name }) => names?.includes(name.toLowerCase()) ?? true,
  );
  const unknown = names?.find(
    (name) => !INTERMEDIARIES.some((of) => of.name.toLowerCase() === name),
  );
  if (unknown !== undefined) throw new Error(`--peers does not know "${unknown}"\n\n${HELP}`);
  const rows = ROWS.filter(({ id }) => only === undefined || id.includes(only));
  const outcomes = new Map<string, Outcomes | null>();
  for (const proxy of intermediaries) {
    const isInstalled = proxy.version() !== null;
    outcomes.set(proxy.name, isInstalled ? await playAll(rows, proxy, Number(lanes)) : null);
  }
  const text = report(rows, intermediaries, outcomes);
  console.log(text);
  if (peers === undefined && only === undefined) saveResults('matrix', text, MATRIX);
  const faults = faultsOf(rows, outcomes);
  for (const fault of faults) console.error(`conformance: ${fault}`);
  return faults.length === 0 ? 0 : 1;
}

/** Plays all rows against copies of one proxy, each with an origin of its own. */
async function playAll(
  rows: readonly Row[],
  proxy: Intermediary,
  lanes: number,
): Promise<Outcomes> {
  await using processes = new Processes();
  const outcomes = new Map<string, readonly string[]>();
  const left = [...rows].reverse();
  const playLane = async (lane: number) => {
    await using origin = new Origin();
    const stand = await start(proxy, lane, { processes, origin });
    for (let row = left.pop(); row !== undefined; row = left.pop()) {
      outcomes.set(row.id, await play(row, stand));
      if (process.stderr.isTTY)
        process.stderr.write(`\r${outcomes.size} of ${rows.length} against ${proxy.name}  `);
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, lane) => playLane(lane)));
  return outcomes;
}

interface Ground {
  readonly processes: Processes;
  readonly origin: Origin;
}

async function start(
  proxy: Intermediary,
  lane: number,
  { processes, origin }: Ground,
): Promise<Stand> {
  const name = `${proxy.name.toLowerCase()}-${lane}`;
  const folder = join(processes.folder, name);
  mkdirSync(folder);
  const originPort = await origin.listen(await freePort());
  const port = await freePort();
  const http2Port = proxy.hasHttp2Port ? await freePort() : port;
  const opsPort = await freePort();
  const command = proxy.prepare({ folder, port, http2Port, opsPort, originPort });
  await accepting(processes.start(name, command, null), port);
  const url = (of: number) => `http://127.0.0.1:${of}`;
  return { url: url(port), http2Url: url(http2Port), origin };
}
