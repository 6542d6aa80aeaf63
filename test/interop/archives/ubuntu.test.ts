import { join } from 'node:path';
import { expect } from 'vitest';
import { writeArchiveSuite } from '../../support/apt-archive.ts';
import { pairOfHeaders } from '../../support/fixture-headers.ts';
import {
  type Archives,
  buildHello,
  compilerPackages,
  storedToolchain,
  archiveTest as test,
} from '../../support/kernel-archive.ts';

const RELEASE = '6.8.0-52-generic';

/**
 * noble's kernel, which jammy has as its hwe kernel under the same release; jammy has its own, too. As in Ubuntu, the
 * shared package of an hwe kernel is named after its source package, and several metapackages lead to one kernel.
 */
async function ubuntu(
  archives: Archives,
  { contents = {}, libc = '2.34', compiler }: UbuntuChoice = {},
): Promise<string> {
  const kernel = (version: string, common: string, source: string) => `
${common} ${version} all :: coreutils :: Header files related to Linux kernel version 6.8.0 :: Source: ${source}
linux-headers-${RELEASE} ${version} amd64 :: ${common}, libc6 (>= ${libc}), libelf1 (>= 0.144), libssl3 (>= 3.0.0), zlib1g (>= 1:1.2.3.3) :: Linux kernel headers for version 6.8.0 on 64 bit x86 SMP :: Source: ${source}`;
  const compilers = compiler ?? (await compilerPackages());
  return archives.write('Ubuntu', [
    {
      codename: 'noble',
      contents,
      packages: `${kernel('6.8.0-52.53', 'linux-headers-6.8.0-52', 'linux')}
linux-headers-6.8.0-52-lowlatency 6.8.0-52.53.1 amd64 :: linux-headers-6.8.0-52, libc6 (>= 2.34)
linux-headers-6.8.0-51-generic 6.8.0-51.52 amd64 :: linux-headers-6.8.0-51, libc6 (>= 2.34) :: :: Source: linux
linux-headers-6.8.0-51 6.8.0-51.52 all
linux-headers-kvm 6.8.0-52.53 amd64 :: linux-headers-${RELEASE}
linux-headers-generic 6.8.0-52.53 amd64 :: linux-headers-${RELEASE}
linux-headers-virtual 6.8.0-52.53 amd64 :: linux-headers-${RELEASE}
linux-generic 6.8.0-52.53 amd64 :: linux-headers-generic (= 6.8.0-52.53)
linux-image-${RELEASE} 6.8.0-52.53 amd64
${compilers}`,
    },
    {
      codename: 'jammy',
      contents,
      packages: `${kernel('6.8.0-52.53~22.04.1', 'linux-hwe-6.8-headers-6.8.0-52', 'linux-hwe-6.8')}
linux-hwe-6.8-headers-6.8.0-50 6.8.0-50.51~22.04.1 all
linux-headers-6.8.0-50-generic 6.8.0-50.51~22.04.1 amd64 :: linux-hwe-6.8-headers-6.8.0-50, libc6 (>= 2.34) :: :: Source: linux-hwe-6.8
linux-headers-oem-22.04d 6.8.0-52.53~22.04.1 amd64 :: linux-headers-${RELEASE}
linux-headers-generic-hwe-22.04 6.8.0-52.53~22.04.1 amd64 :: linux-headers-${RELEASE}
linux-headers-5.15.0-130 5.15.0-130.140 all :: coreutils
linux-headers-5.15.0-130-generic 5.15.0-130.140 amd64 :: linux-headers-5.15.0-130, libc6 (>= 2.34) :: :: Source: linux
linux-headers-generic 5.15.0.130.128 amd64 :: linux-headers-5.15.0-130-generic
${compilers}`,
    },
  ]);
}

interface UbuntuChoice {
  readonly contents?: Record<string, string>;
  /** The version of libc6 that the programs in the headers need. */
  readonly libc?: string;
  readonly compiler?: string;
}

test('one release in two series is two kernels, each with the packages and metapackages of its series', async ({
  archives,
}) => {
  const archive = await ubuntu(archives);
  const file = await archives.sources('ubuntu.sources', `file:${archive}`, ['noble', 'jammy']);
  const kernels = await archives.kernels(['--sources', file]);
  const told = kernels.map(({ release, version, codename, flavour, metapackages, packages }) =>
    [
      `${codename} ${release} ${version} ${flavour}`,
      metapackages.map((name) => name.replace('linux-headers-', '')).join(' '),
      packages.map((one) => `${one.name} ${one.version}`).join(' '),
    ].join(' | '),
  );
  const pair = (release: string, version: string, common: string) =>
    `linux-headers-${release} ${version} ${common} ${version.replace('53.1', '53')}`;
  const hwe = '6.8.0-52.53~22.04.1';
  expect(told.sort()).toEqual(
    [
      `noble ${RELEASE} 6.8.0-52.53 generic | kvm generic virtual | ${pair(RELEASE, '6.8.0-52.53', 'linux-headers-6.8.0-52')}`,
      // No metapackage leads to an older kernel: its flavour is that of the newer one of its source package.
      `noble 6.8.0-51-generic 6.8.0-51.52 generic |  | ${pair('6.8.0-51-generic', '6.8.0-51.52', 'linux-headers-6.8.0-51')}`,
      `noble 6.8.0-52-lowlatency 6.8.0-52.53.1 lowlatency |  | ${pair('6.8.0-52-lowlatency', '6.8.0-52.53.1', 'linux-headers-6.8.0-52')}`,
      `jammy ${RELEASE} ${hwe} generic-hwe-22.04 | oem-22.04d generic-hwe-22.04 | ${pair(RELEASE, hwe, 'linux-hwe-6.8-headers-6.8.0-52')}`,
      `jammy 6.8.0-50-generic 6.8.0-50.51~22.04.1 generic-hwe-22.04 |  | ${pair('6.8.0-50-generic', '6.8.0-50.51~22.04.1', 'linux-hwe-6.8-headers-6.8.0-50')}`,
      `jammy 5.15.0-130-generic 5.15.0-130.140 generic | generic | ${pair('5.15.0-130-generic', '5.15.0-130.140', 'linux-headers-5.15.0-130')}`,
    ].sort(),
  );
  for (const { size, packages, missing, compiler } of kernels) {
    expect(size).toBe(packages.reduce((sum, one) => sum + one.size, 0));
    expect(missing).toEqual([]);
    // Ubuntu's headers do not depend on a compiler: their configuration names it.
    expect(compiler).toBeNull();
  }
});

test('a module for a pair of headers packages is built; its package depends on this very build of the image', async ({
  archives,
}) => {
  const [common, own] = [join(archives.directory, 'common'), join(archives.directory, 'own')];
  const utsVersion = '#53-Ubuntu SMP PREEMPT_DYNAMIC Sat Jan 11 00:06:25 UTC 2025';
  await pairOfHeaders(common, own, '6.8.0-52', { release: RELEASE, utsVersion });
  const contents = {
    'linux-headers-6.8.0-52': common,
    'linux-hwe-6.8-headers-6.8.0-52': common,
    [`linux-headers-${RELEASE}`]: own,
  };
  const archive = await ubuntu(archives, { contents });
  const file = await archives.sources('ubuntu.sources', `file:${archive}`, ['noble', 'jammy']);
  const { packages, stderr, exitStatus } = await buildHello(archives, [
    ...['--sources', file, '-k', RELEASE],
  ]);
  expect(exitStatus, stderr).toBe(0);
  // The modules for both series have names of their own, because the version of the kernel is part of theirs.
  const depends = Object.values(packages).map(({ Depends }) => Depends);
  expect(depends.sort()).toEqual([
    expect.stringContaining(
      `linux-image-${RELEASE} (= 6.8.0-52.53) | linux-image-unsigned-${RELEASE} (= 6.8.0-52.53)`,
    ),
    expect.stringContaining(
      `linux-image-${RELEASE} (= 6.8.0-52.53~22.04.1) | linux-image-unsigned-${RELEASE} (= 6.8.0-52.53~22.04.1)`,
    ),
  ]);
});

test('programs in the headers that need a newer libc6 start with the loader of the archive', async ({
  archives,
}) => {
  const [common, own] = [join(archives.directory, 'common'), join(archives.directory, 'own')];
  const utsVersion = '#53-Ubuntu SMP PREEMPT_DYNAMIC Sat Jan 11 00:06:25 UTC 2025';
  const config = {
    CONFIG_CC_VERSION_TEXT: '"x86_64-linux-gnu-gcc-14 (Ubuntu 14) 14.2.0"',
    CONFIG_GCC_VERSION: '140200',
  };
  await pairOfHeaders(common, own, '6.8.0-52', { release: RELEASE, utsVersion, config });
  const contents = { 'linux-headers-6.8.0-52': common, [`linux-headers-${RELEASE}`]: own };
  // The compiler of trixie, which bookworm's libc6 cannot run, as noble's would be.
  const archive = await ubuntu(archives, { contents, libc: '2.40', compiler: 'none 1 amd64' });
  const toolchain = await storedToolchain(archives, 'trixie-gcc-14-amd64-on-amd64');
  const suite = { codename: 'tools', origin: 'Ubuntu', architectures: ['amd64'] };
  await writeArchiveSuite(archive, { ...suite, packages: toolchain }, archives.key);
  const file = await archives.sources('ubuntu.sources', `file:${archive}`, ['noble', 'tools']);
  const { packages, stderr, exitStatus } = await buildHello(archives, [
    ...['--sources', file, '--flavour', 'generic', '--latest', '1'],
  ]);
  expect(exitStatus, stderr).toBe(0);
  expect(Object.keys(packages)).toHaveLength(1);
});
