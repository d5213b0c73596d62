import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // The Swarm test removes and creates services on the machine's Docker Engine: `npm run test:swarm`.
    exclude: ['test/swarm/**'],
    // Most tests wait for time-outs and processes, so two cores can take more than two files at once.
    maxWorkers: 3,
    testTimeout: 15_000,
    hookTimeout: 30_000,
    coverage: { provider: 'v8', include: ['src/**/*.ts'], reporter: ['text-summary', 'html'] },
  },
});
