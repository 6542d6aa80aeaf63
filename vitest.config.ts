import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const SETUP = ['test/support/setup.ts'];
/** These tests compile the same drivers again and again, most of them only to have a package. */
const SHARED_MODULES = ['test/support/module-cache.ts'];
/**
 * Unit tests that take half of the time of all unit tests, because they start thousands of programs: make, bash, git and
 * gcc. `npm test` runs them; `npm run test:quick`, which is for each change, does not.
 */
const SLOW = [
  'commands/init/init-adopts',
  'commands/init/init-bad-input',
  'commands/init/init-golden',
  'commands/lint/check-driver-golden',
  'dkms/conf/evaluate',
  'dkms/conf/evaluate-hostile',
  'dkms/conf/kernel-exclusion',
  'driver/conf/placeholders-filled-in',
  'driver/derive/derive-conf',
  'driver/derive/trial-build',
  'fleet/plan/make-plan',
  'fleet/run/run-lock',
  'fleet/run/run-plan',
  'kbuild/missing-files',
  'lint/fix-tree',
  'lint/lint-tree-without-running',
  'lint/registry-rules',
  'module/compile/build-modules',
  'module/compile/build-modules-failures',
  'module/compile/build-script',
  'module/compile/find-build-dependencies',
  'package/verify/check-written',
  'pipelines/bmdeb/build-kernel-before-compiling',
  'pipelines/driver-source/packaged-tree',
  'scripts/site/build-site',
  'system/process/watch-together',
].map((name) => `test/${name}.test.ts`);
const NOT_QUICK = ['test/interop/**', 'test/e2e/**', ...SLOW];

/** Test files that replace modules: they cannot share loaded modules with other files. */
const mocking = readdirSync(join(import.meta.dirname, 'test'), {
  recursive: true,
  encoding: 'utf8',
})
  .filter((file) => file.endsWith('.test.ts') && !/^(?:interop|e2e)\//.test(file))
  .filter((file) =>
    /^vi\.mock\(/m.test(readFileSync(join(import.meta.dirname, 'test', file), 'utf8')),
  )
  .map((file) => `test/${file}`)
  .filter((file) => !SLOW.includes(file));
/** More tests of one file at once would not end sooner: each of them keeps a processor busy. They would only time out. */
const limits = { testTimeout: 20_000, hookTimeout: 20_000, maxConcurrency: 2 };

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
          exclude: [...NOT_QUICK, ...mocking],
          // Half of the time would go into loading the same modules for each file.
          isolate: false,
          ...limits,
        },
      },
      {
        test: { name: 'slow', setupFiles: SETUP, include: SLOW, ...limits },
      },
      {
        test: { name: 'quick-mocking', setupFiles: SETUP, include: mocking, ...limits },
      },
      {
        test: {
          name: 'interop',
          setupFiles: SETUP,
          globalSetup: SHARED_MODULES,
          include: ['test/interop/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'e2e',
          setupFiles: SETUP,
          globalSetup: SHARED_MODULES,
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
