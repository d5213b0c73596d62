import fc from 'fast-check';
import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Provided by Stryker's runner: switched on as modules load, or before the first test. */
    readonly mutantActivation: 'static' | 'runtime';
  }
}

// The thread is kept, and modules must not be loaded with the mutant of the run before switched on.
if (inject('mutantActivation') !== 'static') {
  Object.assign(Reflect.get(globalThis, '__stryker__'), { activeMutant: undefined });
}

// The same few examples for each mutant: whether it is found must not be a matter of luck, and a
// property that needs a hundred runs to see a fault costs a hundred thousand of them a file.
fc.configureGlobal({ seed: 20230719, numRuns: 25 });
