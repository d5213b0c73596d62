import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { AREA_VARIABLE, AREAS } from './areas.ts';

const HELP = `npm run mutation -- AREA [FILE...]: do the tests notice when the code is wrong?

  AREA           ${Object.keys(AREAS).join(', ')}
  FILE           files of that area alone; without one, all that the area names
  --force        forget what an earlier run found
  -h, --help     print this help

Changes one thing at a time in a copy of the sources and runs the tests that come by. What they do not
notice is printed. Results are kept in reports/mutation/, and only what changed is tried again.
Exit codes: 0 at least 85 % are noticed; 1 fewer; 2 wrong use.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { force: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h' } },
});
const [name = '', ...files] = positionals;
const area = AREAS[name];

if (values.help) {
  console.log(HELP);
} else if (area === undefined) {
  console.error(HELP);
  process.exitCode = 2;
} else {
  process.env[AREA_VARIABLE] = name;
  await new Stryker({
    mutate: files.length > 0 ? files : [...area.files],
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'test/mutation/vitest.config.ts', related: true },
    coverageAnalysis: 'perTest',
    concurrency: 1,
    incremental: true,
    incrementalFile: `reports/mutation/${name}.json`,
    force: values.force,
    reporters: ['clear-text', 'progress-append-only'],
    clearTextReporter: { reportTests: false, logTests: false, allowColor: false },
    thresholds: { high: 95, low: 85, break: 85 },
    // Load makes tests slow, and slow must not count as noticed: endless loops are found by their count.
    timeoutMS: 10_000,
    timeoutFactor: 0.25,
    ignorePatterns: ['bench', 'deploy', 'test/simulation'],
    // Stryker would rewrite its copy of tsconfig.json with an interface that TypeScript 7 does not have.
    tsconfigFile: 'none.json',
  }).runMutationTest();
}
