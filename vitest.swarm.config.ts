import { defineConfig } from 'vitest/config';

/** The incident on a real Docker Swarm: one story, told once, so nothing of it runs in parallel. */
export default defineConfig({
  test: {
    include: ['test/swarm/**/*.test.ts'],
    testTimeout: 30_000,
    // The whole incident, with an Engine to start and images to make, is told in one hook.
    hookTimeout: 300_000,
    fileParallelism: false,
    pool: 'forks',
    // The timeline is printed as it is, without a heading that says which file printed it.
    disableConsoleIntercept: true,
  },
});
