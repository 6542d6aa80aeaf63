import { join } from 'node:path';
import { expect } from 'vitest';
import { readMachineApt } from '../../../src/archives/apt/machine-apt.ts';
import { openArchives } from '../../../src/pipelines/archive-kernels/open-archives.ts';
import { prepareToolchain } from '../../../src/pipelines/archive-kernels/prepare-toolchain.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { machineApt } from '../../support/apt-archive.ts';
import { archiveTest as test } from '../../support/kernel-archive.ts';

/** A kernel with kbuild for amd64 and arm64, and a compiler for amd64 only. */
const PACKAGES = `linux-headers-6.1.0-1-amd64 6.1.1-1 amd64 :: linux-kbuild-6.1, gcc-12
linux-kbuild-6.1 6.1.1-1 amd64 :: libc6 (>= 2.34)
linux-kbuild-6.1 6.1.1-1 arm64 :: libc6 (>= 2.34)
gcc-12 12-1 amd64
binutils 2-1 amd64
pahole 1-1 amd64`;

test.for([
  ['arm64', ['linux-kbuild-6.1:arm64'], []],
  ['riscv64', [], ['linux-kbuild-6.1']],
] as const)(
  'on %s: kbuild of that architecture; a compiler that does not run there is a clear error',
  async ([host, kbuild, missing], { archives }) => {
    const architectures = ['amd64', 'arm64'];
    const archive = await archives.write('Own', [
      { codename: 'own', architectures, packages: PACKAGES },
    ]);
    const file = await archives.sources('own.sources', `file:${archive}`, ['own']);
    const apt = await readMachineApt((await machineApt(archives.directory)).APT_CONFIG);
    const wish = {
      suites: [],
      sourceFiles: [file],
      architectures: ['amd64'],
      store: archives.store,
      offline: false,
      refresh: false,
    };
    const roots = join(archives.directory, 'apt');
    const opened = await openArchives(wish, silentReporter, { host, apt, roots });
    const [kernel] = opened.kernels;
    if (kernel === undefined) expect.fail('no kernel is listed');
    expect(kernel.missing).toEqual(missing);
    const parts = kernel.parts.map(({ name, architecture }) => `${name}:${architecture}`);
    expect(parts).toEqual(['linux-headers-6.1.0-1-amd64:amd64', ...kbuild]);
    const scratch = join(archives.directory, 'scratch');
    await expect(
      prepareToolchain(opened, kernel, 'gcc-12', scratch, silentReporter),
    ).rejects.toMatchObject({
      code: 'no-toolchain',
      message: `own has no gcc-12 that compiles for amd64 on ${host}`,
    });
  },
);
