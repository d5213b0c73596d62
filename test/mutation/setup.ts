import fc from 'fast-check';
import { inject, vi } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Provided by Stryker's runner, as the next: undefined while it measures what tests cover. */
    readonly activeMutant: string | undefined;
    /** Switched on as modules load, or before the first test. */
    readonly mutantActivation: 'static' | 'runtime';
  }
}

const switches = Reflect.get(globalThis, '__stryker__');
const mutant = inject('activeMutant');
if (mutant !== switches.lastMutant) {
  // The thread is kept, and what modules remember must not outlive the mutant that had a say in it.
  vi.resetModules();
  switches.lastMutant = mutant;
}
// Nor are modules to be loaded with the one before switched on.
if (inject('mutantActivation') !== 'static') switches.activeMutant = undefined;

// The same few examples for each mutant: whether it is found must not be a matter of luck, and a
// property that needs a hundred runs to see a fault costs a hundred thousand of them a file.
fc.configureGlobal({ seed: 20230719, numRuns: 25 });
