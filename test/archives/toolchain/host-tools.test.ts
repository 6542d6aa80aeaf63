import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  askLibc,
  hostLibc,
  isCompilerPackage,
} from '../../../src/archives/toolchain/host-tools.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

test('this machine has a glibc', async () => {
  expect(await hostLibc()).toMatch(/^\d+\.\d+$/);
});

test.each([
  [
    "musl's getconf does not know the variable",
    'echo "getconf: GNU_LIBC_VERSION: unknown variable" >&2; exit 1',
  ],
  ['another one knows no value', 'echo undefined'],
  ['another C library', 'echo "uClibc 1.0"'],
  ['none', undefined],
])('a machine without glibc is an error that says so: %s', async (_, script) => {
  await withTemporaryDirectory('test', async (directory) => {
    const getconf = join(directory, 'getconf');
    if (script !== undefined) {
      await writeFile(getconf, `#!/bin/sh\n${script}\n`);
      await chmod(getconf, 0o755);
    }
    await expect(askLibc(getconf)).rejects.toMatchObject({
      code: 'no-toolchain',
      message: expect.stringContaining('this machine has no glibc'),
      hint: expect.stringMatching(/^Build on Debian/),
    });
  });
});

test.each([
  ['gcc-14', true],
  ['gcc-14-for-host', true],
  ['gcc-12-arm-linux-gnueabihf', true],
  ['gcc-14-powerpc64le-linux-gnu', true],
  ['gcc-12-aarch64-linux-gnu', true],
  ['binutils', true],
  ['binutils-arm-linux-gnueabihf', true],
  ['clang-19', true],
  ['pahole', true],
  ['dwarves', true],
  ['gcc-14-base', false],
  ['libc6', false],
])('%s determines the bytes of modules: %s', (name, determines) => {
  expect(isCompilerPackage(name)).toBe(determines);
});
