import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { SLOW_TESTS } from './test/mutation/areas.ts';

/**
 * Properties last: an example that fails is found in a millisecond, and the run ends with it.
 *
 * Stryker runs one worker, so that one order serves all files.
 */
class ExamplesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isProperty = (file: TestSpecification) => Number(file.moduleId.includes('.property.'));
    return files.toSorted((one, other) => isProperty(one) - isProperty(other));
  }
}

/** The tests as Stryker runs them, thousands of times: docs/mutation.md. */
export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: [...SLOW_TESTS],
    // Stryker starts a worker for each mutant, which is isolation enough.
    isolate: false,
    testTimeout: 15_000,
    setupFiles: ['test/mutation/setup.ts'],
    sequence: { sequencer: ExamplesFirst },
  },
  plugins: [
    {
      name: 'candor:full-test-names',
      /**
       * Stryker's runner (10.1) joins the names of suites and tests with a space, Vitest 5 with ` > `,
       * so that its filter finds no test within a `describe`, and its mutants seem to survive
       * (stryker-js, issue 6210). Here each space of the filter stands for either.
       */
      configureVitest({ project }) {
        let pattern: RegExp | undefined;
        Object.defineProperty(project.config, 'testNamePattern', {
          enumerable: true,
          get: () => pattern,
          set: (names: RegExp | undefined) => {
            pattern = names && new RegExp(`^(?:${names.source.replaceAll(' ', '(?: | > )')})$`);
          },
        });
      },
    },
  ],
});
