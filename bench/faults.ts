import { parseArgs } from 'node:util';
import { runStorm, type StormResult } from './fault-storm.ts';
import { FAULTS } from './faulty-upstream.ts';
import { Processes } from './processes.ts';

const HELP = `node bench/faults.ts [--requests N] [--concurrency N] [--only FAULT]

Sends 10,000 requests to Candor while its upstream fails, for each fault in turn: ${FAULTS.join(', ')}.
Exit codes: 0 every request got an honest answer; 1 one did not; 2 wrong use.
`;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      requests: { type: 'string', default: '10000' },
      concurrency: { type: 'string', default: '64' },
      only: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const requests = Number(values.requests);
  const concurrency = Number(values.concurrency);
  const faults = FAULTS.filter((fault) => values.only === undefined || values.only === fault);
  if (values.help || faults.length === 0 || !(requests > 0 && concurrency > 0)) {
    console.log(HELP);
    return values.help ? 0 : 2;
  }
  await using processes = new Processes();
  const results: StormResult[] = [];
  for (const fault of faults) {
    results.push(await runStorm({ fault, requests, concurrency }, processes));
    console.log(line(results.at(-1)));
  }
  return results.every(({ violations }) => Object.keys(violations).length === 0) ? 0 : 1;
}

function line(result: StormResult | undefined): string {
  if (result === undefined) return '';
  const { fault, answered, answers, slowestMs, violations } = result;
  const wrong = Object.entries(violations).map(([what, times]) => `  WRONG ${times} × ${what}`);
  const given = listed(answers);
  return [
    `${fault.padEnd(15)} ${answered} answered (${given}), slowest ${slowestMs.toFixed(0)} ms, ${wrong.length === 0 ? 'all honest' : 'NOT all honest'}`,
    ...wrong,
  ].join('\n');
}

function listed(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, times]) => `${times} × ${name}`)
    .join(', ');
}
