import { parseArgs } from 'node:util';
import { programVersion } from '../peers/installed.ts';
import { Processes } from '../processes.ts';
import { caddy } from './caddy.ts';
import { candor } from './candor.ts';
import { FAULTS } from './faults.ts';
import { haproxy } from './haproxy.ts';
import { httpProxy } from './http-proxy.ts';
import { NameServer } from './name-server.ts';
import { nginx } from './nginx.ts';
import { type FaultResult, promisesOf, report, saveReport, summary } from './report.ts';
import { runTrial } from './trial.ts';

const RIVALS = [candor, nginx, haproxy, caddy, httpProxy];

const HELP = `node bench/detection/run.ts [--only FAULT,…] [--peers NAME,…]

Lets each proxy meet each fault under 100 requests a second, and counts what its clients see.
Faults: ${FAULTS.map(({ key }) => key).join(', ')}. Peers: ${RIVALS.map(({ name }) => name).join(', ')}.
A run that leaves nothing out writes its tables into bench/RESULTS.md.
Exit codes: 0 what must hold of Candor holds; 1 it does not; 2 wrong use, or a program is missing.
`;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      peers: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const faults = FAULTS.filter(({ key }) => values.only?.split(',').includes(key) ?? true);
  const rivals = RIVALS.filter(
    ({ name }) => values.peers?.toLowerCase().split(',').includes(name.toLowerCase()) ?? true,
  );
  if (values.help || faults.length === 0 || rivals.length === 0) {
    console.log(HELP);
    return values.help ? 0 : 2;
  }
  const missing = rivals.filter(({ version }) => version() === null);
  for (const { name, install } of missing) console.error(`${name} is missing: ${install}`);
  const hasDns = programVersion('dnsmasq', '--version') !== null;
  if (!hasDns) console.error('dnsmasq is missing: apt-get install dnsmasq-base');
  if (missing.length > 0 || !hasDns) return 2;

  await using processes = new Processes();
  const nameServer = await NameServer.start(processes);
  const results: FaultResult[] = [];
  for (const [row, fault] of faults.entries()) {
    const trials = rivals.map(async (rival, column) => {
      const stage = { processes, nameServer, number: 10 + row * RIVALS.length + column };
      return { rival: rival.name, findings: await runTrial(rival, fault, stage) };
    });
    const result = { fault, trials: await Promise.all(trials) };
    results.push(result);
    console.log(summary(result));
  }
  const promises = promisesOf(results);
  for (const { promise, measured, holds } of promises) {
    console.log(`${holds ? 'pass' : 'FAIL'}  ${promise}: ${measured}`);
  }
  const isWhole = faults.length === FAULTS.length && rivals.length === RIVALS.length;
  if (isWhole) saveReport(report(results, RIVALS, promises));
  return promises.every(({ holds }) => holds) ? 0 : 1;
}
