import { chmod, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { readMachineApt } from '../../../src/archives/apt/machine-apt.ts';
import { openArchives } from '../../../src/pipelines/archive-kernels/open-archives.ts';
import { prepareToolchain } from '../../../src/pipelines/archive-kernels/prepare-toolchain.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { machineApt } from '../../support/apt-archive.ts';
import {
  dryRun,
  TWO_RELEASES,
  archiveTest as test,
  twoKernels,
} from '../../support/kernel-archive.ts';
import { pathWithout } from '../../support/path-without.ts';

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

test('on a machine without glibc kernels are listed, and none is fetched: the error says why', async ({
  archives,
}) => {
  const source = await archives.sources('two.sources', `file:${await twoKernels(archives)}`, [
    'two',
  ]);
  const PATH = await pathWithout(/^getconf$/, archives);
  // As musl's does.
  const getconf = '#!/bin/sh\necho "getconf: GNU_LIBC_VERSION: unknown variable" >&2\nexit 1\n';
  await writeFile(join(PATH, 'getconf'), getconf);
  await chmod(join(PATH, 'getconf'), 0o755);
  const args = ['--sources', source, '--all'];
  const { kernels, stderr, exitStatus } = await dryRun(archives, args, { env: { PATH } });
  const why = 'no-toolchain: this machine has no glibc, which the compilers of Debian need';
  expect(kernels).toEqual(Object.fromEntries(TWO_RELEASES.map((release) => [release, why])));
  expect(exitStatus).toBe(21);
  expect(stderr.match(/Build on Debian/g)).toHaveLength(1);
  expect(await readdir(archives.store)).not.toContain('by-sha256');
});

test('without apt: one error that does not tell to install apt with apt', async ({ archives }) => {
  const PATH = await pathWithout(/^apt/, archives);
  const { exitStatus, stderr } = await archives.dkmsDeb(['kernels', '--suite', 'trixie'], {
    env: { PATH },
  });
  expect(stderr).toBe(
    'dkms-deb: error: apt-config is not installed or cannot be run\n  Run dkms-deb on Debian, Ubuntu or a derivative, for example in a container.\n',
  );
  expect(exitStatus).toBe(1);
});
