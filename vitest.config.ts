import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const SETUP = ['test/support/setup.ts'];

/** Tests mirror src; `interop` meets real Debian tools, `e2e` runs the built command on real drivers. */
export default defineConfig({
  test: {
    // vitest leaves one processor free for itself: with two there would be one test file at a time. Most
    // of the time it is a child of the tests that works, on one processor.
    maxWorkers: availableParallelism(),
    projects: [
      {
        test: {
          name: 'quick',
          setupFiles: SETUP,
          include: ['test/**/*.test.ts'],
          exclude: ['test/interop/**', 'test/e2e/**'],
          testTimeout: 20_000,
          hookTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'interop',
          setupFiles: SETUP,
          include: ['test/interop/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'e2e',
          setupFiles: SETUP,
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
