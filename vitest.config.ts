import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    testTimeout: 15_000,
    hookTimeout: 30_000,
    // The program is started more than a hundred times: half of what a start costs is reading its sources.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'candor-compile-cache') },
    projects: [
      {
        extends: true,
        test: {
          name: 'all',
          globalSetup: 'test/support/built-program.ts',
          include: ['test/**/*.test.ts'],
          // What needs a Docker Engine has commands of its own: `npm run test:swarm`, `npm run test:image`.
          exclude: ['test/swarm/**', 'test/image/**', 'test/simulation/**'],
          // Most of these wait for time-outs and processes, so two cores can take twice as many files at once.
          maxWorkers: 4,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'simulation',
          include: ['test/simulation/**/*.test.ts'],
          // These only compute, and would take the cores from those that wait for real time.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
    coverage: { provider: 'v8', include: ['src/**/*.ts'], reporter: ['text-summary', 'html'] },
  },
});
