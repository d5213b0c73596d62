import { statSync } from 'node:fs';
import type { RunnerTestCase } from 'vitest';
import { defineConfig } from 'vitest/config';
import {
  BaseSequencer,
  experimental_getRunnerTask,
  type Reporter,
  type TestModule,
  type TestSpecification,
} from 'vitest/node';
import { AREA_VARIABLE, AREAS } from './areas.ts';
import { keptWorker } from './kept-worker.ts';

/**
 * Properties last: an example that fails is found in a millisecond, and the run ends with it. Small
 * files first, for what is done as a file loads is noticed by many, and a few tests are the quickest.
 *
 * Stryker runs one worker, so that one order serves all files.
 */
class ExamplesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isProperty = (file: TestSpecification) => Number(file.moduleId.includes('.property.'));
    const bytes = (file: TestSpecification) => statSync(file.moduleId).size;
    return files.toSorted(
      (one, other) => isProperty(one) - isProperty(other) || bytes(one) - bytes(other),
    );
  }
}

/** What stands between the names of suites and tests, to the one and to the other. */
const EITHER = '(?: | > )';

/**
 * Gives a file that failed before it had a test one that failed: Stryker's runner looks at tests alone,
 * and a mutant with which nothing can even be loaded would survive.
 */
class FilesAsTests implements Reporter {
  onTestModuleEnd(module: TestModule): void {
    const file = experimental_getRunnerTask(module);
    if (file.result?.state !== 'fail' || file.tasks.length > 0) return;
    const test = { type: 'test', name: 'loads', mode: 'run', file, result: file.result } as const;
    // Stryker's runner reads no more of it than this.
    file.tasks.push(test as RunnerTestCase);
  }
}

/** The tests as Stryker runs them, thousands of times: docs/mutation.md. */
export default defineConfig({
  test: {
    include: [...(AREAS[process.env[AREA_VARIABLE] ?? '']?.tests ?? [])],
    // One thread for all files of a run, and for many runs.
    isolate: false,
    testTimeout: 15_000,
    setupFiles: ['test/mutation/setup.ts'],
    reporters: [new FilesAsTests()],
    sequence: { sequencer: ExamplesFirst },
  },
  plugins: [
    {
      name: 'candor:mutants',
      /**
       * Takes the place of the pool that Stryker's runner asks for, and mends its filter of tests: it
       * joins the names of suites and tests with a space (10.1), Vitest 5 with ` > `, so that it would
       * find no test within a `describe`, and mutants seem to survive (stryker-js, issue 6210). Here
       * each space of the filter stands for either, and what its names are trimmed of is allowed.
       */
      configureVitest({ project }) {
        Object.assign(project.config, { pool: keptWorker.name, poolRunner: keptWorker });
        let pattern: RegExp | undefined;
        Object.defineProperty(project.config, 'testNamePattern', {
          enumerable: true,
          get: () => pattern,
          set: (names: RegExp | undefined) => {
            pattern = names && new RegExp(`^\\s*(?:${names.source.replaceAll(' ', EITHER)})\\s*$`);
          },
        });
      },
    },
  ],
});
