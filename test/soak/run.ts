import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { planOf } from './plan.ts';
import { reportOf, textOf } from './report.ts';
import { soak } from './soak.ts';

const HELP = `node test/soak/run.ts: an hour's worth of mixed traffic in ten minutes, with faults all the time

  --minutes N   how long (10)
  --seed N      the plan of an earlier run: the same faults and acts at the same times (a random one)
  --log FILE    keep the log of the program
  --json        print the report as JSON
  -h, --help    print this help

Linux only: memory and descriptors are read from /proc. Exit codes: 0 everything holds; 1 something does not; 2 wrong use.
`;

// Ends what it has started as well, by hooks that a signal alone would not call.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      seed: { type: 'string', default: String(randomInt(1_000_000)) },
      log: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
  if (values.help || !(minutes > 0) || !Number.isInteger(seed)) {
    process.stdout.write(HELP);
    return values.help ? 0 : 2;
  }
  process.stderr.write(`seed ${seed}, ${minutes} minutes\n`);
  const outcome = await soak(planOf(seed, minutes * 60_000));
  if (values.log !== undefined) writeFileSync(values.log, outcome.log);
  const report = reportOf(outcome);
  process.stdout.write(`${values.json ? JSON.stringify(report, null, 2) : textOf(report)}\n`);
  return report.checks.every(({ holds }) => holds) ? 0 : 1;
}
