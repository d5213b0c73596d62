import { defineConfig } from 'vitest/config';

/** The Dockerfile, built and run by a real Docker Engine. */
export default defineConfig({
  test: {
    include: ['test/image/**/*.test.ts'],
    testTimeout: 60_000,
    // An Engine to start, a base image to put together, packages to install.
    hookTimeout: 300_000,
    pool: 'forks',
  },
});
