/**
 * Fuzzes what reads what strangers write: `node test/fuzz/run.ts --help`.
 */
import { parseArgs } from 'node:util';
import { Coverage } from './coverage.ts';
import { fuzz, keep } from './fuzz.ts';
import { TARGETS } from './targets.ts';

const HELP = `npm run fuzz [-- TARGET...] [--seconds N] [--seed N] [--keep]

Changes inputs at random, goes on with those that reach code that none has reached before, and says where something does not hold.
Each target gets N seconds (20). The same seed tries the same inputs, as far as the clock lets it. --keep writes inputs that reached
new code into test/fuzz/corpus/. A finding is always written there.

${TARGETS.map(({ name, about }) => `  ${name.padEnd(14)} ${about}`).join('\n')}

Exit codes: 0 everything held; 1 something does not hold; 2 wrong use.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const unknown = positionals.filter((name) => !TARGETS.some((target) => target.name === name));
if (values.help) console.log(HELP);
else if (unknown.length > 0) {
  console.error(`no such target: ${unknown.join(', ')}\n\n${HELP}`);
  process.exitCode = 2;
} else {
  const chosen = TARGETS.filter(
    ({ name }) => positionals.length === 0 || positionals.includes(name),
  );
  process.exitCode = (await run(chosen)) ? 0 : 1;
}

async function run(targets: typeof TARGETS): Promise<boolean> {
  await using coverage = await Coverage.start();
  const seed = Number(values.seed);
  let isGood = true;
  for (const target of targets) {
    const until = Date.now() + Number(values.seconds) * 1_000;
    const { runs, kept, finding } = await fuzz(target, {
      seed,
      coverage,
      isEnough: () => Date.now() >= until,
      isKeeping: values.keep,
    });
    console.log(`${target.name}: ${runs} inputs, ${kept} of them reached new code (seed ${seed})`);
    if (finding === null) continue;
    isGood = false;
    console.log(`  does not hold: ${keep(target, finding.input)}`, finding.problem);
  }
  return isGood;
}
