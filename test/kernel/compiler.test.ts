import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findToolchain } from '../../src/kernel/compiler.ts';
import { parseKernelConfig } from '../../src/kernel/config.ts';
import type { KernelHeaders } from '../../src/kernel/headers.ts';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { withEnvironment } from '../support/environment.ts';

/** Headers with nothing but what names the compiler; `programs` are all there are beside the system's. */
async function toolchainOf(
  facts: {
    config?: string;
    variables?: string;
    programs?: readonly string[];
  },
  alone = false,
) {
  return withTemporaryDirectory('test', async (directory) => {
    // Nothing of the machine's but make.
    for (const program of [...(facts.programs ?? []), ...(alone ? ['make'] : [])]) {
      await writeFile(join(directory, program), '');
      await chmod(join(directory, program), 0o755);
    }
    if (facts.variables !== undefined) {
      await writeFile(join(directory, '.kernelvariables'), facts.variables);
    }
    const headers: KernelHeaders = {
      release: '6.1.0-x',
      directory,
      configFile: undefined,
      config: parseKernelConfig(facts.config ?? ''),
      architecture: 'amd64',
      machine: 'x86_64',
      moduleDirectory: '/lib/modules',
      packageVersion: undefined,
    };
    const path = alone ? directory : `${directory}:${process.env.PATH}`;
    return withEnvironment({ PATH: path }, () => findToolchain(headers));
  });
}

// .kernelvariables of Debian's 6.12 headers.
const DEBIAN = `override ARCH = x86
CCACHE = ccache
CC = $(if $(DEBIAN_KERNEL_USE_CCACHE),$(CCACHE)) $(CROSS_COMPILE)test-gcc-12
override CROSS_COMPILE = cross-
`;

test.each([
  ['nothing said: kbuild chooses', {}, { compiler: undefined, clang: false, linker: undefined }],
  [
    '.kernelvariables',
    { variables: DEBIAN, programs: ['cross-test-gcc-12'] },
    { compiler: 'cross-test-gcc-12' },
  ],
  [
    'the configuration goes before it',
    {
      variables: DEBIAN,
      config: 'CONFIG_CC_VERSION_TEXT="test-gcc-13 (Debian) 13"',
      programs: ['test-gcc-13'],
    },
    { compiler: 'test-gcc-13' },
  ],
  [
    'unless it names what is not there',
    {
      variables: DEBIAN,
      config: 'CONFIG_CC_VERSION_TEXT="no-gcc (x) 1"',
      programs: ['cross-test-gcc-12'],
    },
    { compiler: 'cross-test-gcc-12' },
  ],
  [
    'a compiler that is not there and no other word',
    { config: 'CONFIG_CC_VERSION_TEXT="no-gcc (x) 1"' },
    { compiler: undefined },
  ],
  [
    'clang and lld',
    { config: 'CONFIG_CC_IS_CLANG=y\nCONFIG_LD_IS_LLD=y', programs: ['clang', 'ld.lld'] },
    { compiler: 'clang', clang: true, linker: 'ld.lld' },
  ],
])('%s', async (_name, facts, expected) => {
  expect(await toolchainOf(facts)).toMatchObject(expected);
});

test.each([
  [
    'Debian’s compiler',
    { variables: 'CC = x86_64-linux-gnu-gcc-99\n' },
    'x86_64-linux-gnu-gcc-99',
    'gcc-99',
  ],
  ['with ccache', { variables: 'CC = no-ccache gcc-99\n' }, 'no-ccache gcc-99', 'no-ccache'],
  [
    'an armhf triplet',
    { variables: 'CC = arm-linux-gnueabihf-gcc-99\n' },
    'arm-linux-gnueabihf-gcc-99',
    'gcc-99',
  ],
  // Bug: the hint named the configuration's compiler, not the one that is missing.
  [
    'both are missing',
    { variables: 'CC = gcc-99\n', config: 'CONFIG_CC_VERSION_TEXT="no-gcc (x) 1"' },
    'gcc-99',
    'gcc-99',
  ],
])('a missing compiler is reported: %s', async (_name, facts, compiler, packageName) => {
  await expect(toolchainOf(facts)).rejects.toMatchObject({
    code: 'no-compiler',
    exitStatus: 10,
    message: `kernel 6.1.0-x is built with ${compiler}, which is not installed`,
    hint: `Install ${compiler}: apt install ${packageName}`,
  });
});

test('a kernel compiled with clang uses clang-N and its linker if only they are installed (case 12)', async () => {
  const config = 'CONFIG_CC_IS_CLANG=y\nCONFIG_CLANG_VERSION=140006\nCONFIG_LD_IS_LLD=y\n';
  // No clang of this machine has such a number.
  const other = config.replace('140006', '770000');
  const programs = ['clang-77', 'ld.lld-77'];
  const found = await toolchainOf({ config: other, programs }, true);
  expect(found).toMatchObject({ compiler: 'clang-77', llvm: '-77', linker: 'ld.lld-77' });
  await expect(toolchainOf({ config: other, programs: ['clang-77'] }, true)).rejects.toMatchObject({
    code: 'no-compiler',
    hint: 'Install ld.lld-77: apt install lld-77 llvm-77',
  });
  await expect(toolchainOf({ config, programs: ['clang'] }, true)).rejects.toMatchObject({
    message: expect.stringContaining('linked with ld.lld'),
    hint: 'Install ld.lld: apt install lld llvm',
  });
});
