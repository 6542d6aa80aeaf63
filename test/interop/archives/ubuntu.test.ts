import { join } from 'node:path';
import { expect } from 'vitest';
import { pairOfHeaders } from '../../support/fixture-headers.ts';
import {
  type Archives,
  buildHello,
  compilerPackages,
  archiveTest as test,
} from '../../support/kernel-archive.ts';

const RELEASE = '6.8.0-52-generic';

/** noble's kernel, which jammy has as its hwe kernel under the same release; jammy has its own, too. */
async function ubuntu(archives: Archives, contents: Record<string, string> = {}): Promise<string> {
  const kernel = (version: string, libc: string) => `
linux-headers-6.8.0-52 ${version} all :: coreutils :: Header files related to Linux kernel version 6.8.0
linux-headers-${RELEASE} ${version} amd64 :: linux-headers-6.8.0-52, libc6 (>= ${libc}), libelf1 (>= 0.144), libssl3 (>= 3.0.0), zlib1g (>= 1:1.2.3.3) :: Linux kernel headers for version 6.8.0 on 64 bit x86 SMP`;
  const compiler = await compilerPackages();
  return archives.write('Ubuntu', [
    {
      codename: 'noble',
      contents,
      packages: `${kernel('6.8.0-52.53', '2.34')}
linux-headers-6.8.0-52-lowlatency 6.8.0-52.53.1 amd64 :: linux-headers-6.8.0-52, libc6 (>= 2.34)
linux-headers-generic 6.8.0-52.53 amd64 :: linux-headers-${RELEASE}
linux-headers-virtual 6.8.0-52.53 amd64 :: linux-headers-${RELEASE}
linux-generic 6.8.0-52.53 amd64 :: linux-headers-generic (= 6.8.0-52.53)
linux-image-${RELEASE} 6.8.0-52.53 amd64
${compiler}`,
    },
    {
      codename: 'jammy',
      contents,
      packages: `${kernel('6.8.0-52.53~22.04.1', '2.34')}
linux-headers-generic-hwe-22.04 6.8.0-52.53~22.04.1 amd64 :: linux-headers-${RELEASE}
linux-headers-5.15.0-130 5.15.0-130.140 all :: coreutils
linux-headers-5.15.0-130-generic 5.15.0-130.140 amd64 :: linux-headers-5.15.0-130, libc6 (>= 2.34)
linux-headers-generic 5.15.0.130.128 amd64 :: linux-headers-5.15.0-130-generic
${compiler}`,
    },
  ]);
}

test('one release in two series is two kernels, each with the packages and metapackages of its series', async ({
  archives,
}) => {
  const archive = await ubuntu(archives);
  const file = await archives.sources('ubuntu.sources', `file:${archive}`, ['noble', 'jammy']);
  const kernels = await archives.kernels(['--sources', file]);
  const told = kernels.map(({ release, version, codename, flavour, metapackages, packages }) => [
    `${codename} ${release} ${version} ${flavour}`,
    metapackages,
    packages.map((one) => `${one.name} ${one.version} ${one.architecture}`),
  ]);
  expect(told).toEqual([
    [
      `noble ${RELEASE} 6.8.0-52.53 generic`,
      ['linux-headers-generic', 'linux-headers-virtual'],
      [`linux-headers-${RELEASE} 6.8.0-52.53 amd64`, 'linux-headers-6.8.0-52 6.8.0-52.53 all'],
    ],
    [
      'noble 6.8.0-52-lowlatency 6.8.0-52.53.1 lowlatency',
      [],
      [
        'linux-headers-6.8.0-52-lowlatency 6.8.0-52.53.1 amd64',
        'linux-headers-6.8.0-52 6.8.0-52.53 all',
      ],
    ],
    [
      'jammy 5.15.0-130-generic 5.15.0-130.140 generic',
      ['linux-headers-generic'],
      [
        'linux-headers-5.15.0-130-generic 5.15.0-130.140 amd64',
        'linux-headers-5.15.0-130 5.15.0-130.140 all',
      ],
    ],
    [
      `jammy ${RELEASE} 6.8.0-52.53~22.04.1 generic-hwe-22.04`,
      ['linux-headers-generic-hwe-22.04'],
      [
        `linux-headers-${RELEASE} 6.8.0-52.53~22.04.1 amd64`,
        'linux-headers-6.8.0-52 6.8.0-52.53~22.04.1 all',
      ],
    ],
  ]);
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
  const contents = { 'linux-headers-6.8.0-52': common, [`linux-headers-${RELEASE}`]: own };
  const archive = await ubuntu(archives, contents);
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
