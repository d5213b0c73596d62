import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    testTimeout: 15_000,
    hookTimeout: 30_000,
    // Most tests wait for time-outs and processes, so two cores can take more than twice as many files at once.
    maxWorkers: 5,
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
        },
      },
      {
        extends: true,
        test: {
          name: 'simulation',
          include: ['test/simulation/**/*.test.ts'],
          setupFiles: 'test/simulation/low-priority.ts',
        },
      },
    ],
    coverage: { provider: 'v8', include: ['src/**/*.ts'], reporter: ['text-summary', 'html'] },
  },
});
