import { expect } from 'vitest';
import { type Archives, buildHello, archiveTest as test } from '../../support/kernel-archive.ts';

const VERSION = '1:6.12.47-1+rpt1';
const NAME = '6.12.47+rpt';

/** Raspberry Pi OS: the list for armhf has the kernels for 64 bits, too. */
async function raspberryPi(archives: Archives): Promise<string> {
  const flavour = (name: string, architecture: string, compiler: string) => `
linux-headers-${NAME}-rpi-${name} ${VERSION} ${architecture} :: linux-headers-${NAME}-common-rpi (= ${VERSION}), linux-kbuild-${NAME}, ${compiler}
linux-headers-rpi-${name} ${VERSION} ${architecture} :: linux-headers-${NAME}-rpi-${name} (= ${VERSION})`;
  const archive = await archives.write('Raspberry-Pi', [
    {
      codename: 'bookworm',
      architectures: ['arm64', 'armhf'],
      packages: `
linux-headers-${NAME}-common-rpi ${VERSION} all
linux-kbuild-${NAME} ${VERSION} arm64 :: libc6 (>= 2.34)
linux-kbuild-${NAME} ${VERSION} armhf :: libc6 (>= 2.34)${flavour('v8', 'arm64', 'gcc-12')}${flavour('2712', 'arm64', 'gcc-12')}${flavour('v8-rt', 'arm64', 'gcc-12')}${flavour('v6', 'armhf', 'gcc-12')}${flavour('v7', 'armhf', 'gcc-12')}${flavour('v8', 'armhf', 'gcc-12-aarch64-linux-gnu')}`,
    },
  ]);
  return archives.sources('raspi.list', `file:${archive}`, ['bookworm']);
}

test('versions have an epoch, flavours come from metapackages', async ({ archives }) => {
  const file = await raspberryPi(archives);
  const kernels = await archives.kernels(['--sources', file, '--arch', 'arm64']);
  expect(
    kernels.map(({ release, version, architecture, flavour, compiler, metapackages }) =>
      [release, version, architecture, flavour, compiler, ...metapackages].join(' '),
    ),
  ).toEqual(
    ['2712', 'v8-rt', 'v8'].map(
      (name) => `${NAME}-rpi-${name} ${VERSION} arm64 rpi-${name} gcc-12 linux-headers-rpi-${name}`,
    ),
  );
  // This machine's linux-kbuild is not in the archive.
  for (const { packages, missing } of kernels) {
    expect(packages.map(({ name }) => name)).toContain(`linux-headers-${NAME}-common-rpi`);
    expect(missing).toEqual([`linux-kbuild-${NAME}`]);
  }
});

test('armhf has kernels for 64 bits, too', async ({ archives }) => {
  const file = await raspberryPi(archives);
  const kernels = await archives.kernels(['--sources', file, '--arch', 'armhf']);
  expect(kernels.map(({ release, architecture }) => `${release} ${architecture}`)).toEqual([
    `${NAME}-rpi-v6 armhf`,
    `${NAME}-rpi-v7 armhf`,
    `${NAME}-rpi-v8 armhf`,
  ]);
  expect(new Set(kernels.map(({ compiler }) => compiler))).toEqual(new Set(['gcc-12']));
});

test('without kbuild for this machine nothing is fetched, and the error names the package', async ({
  archives,
}) => {
  const file = await raspberryPi(archives);
  const { stderr, exitStatus } = await buildHello(archives, [
    ...['--sources', file, '--arch', 'arm64', '--flavour', 'rpi-v8'],
  ]);
  expect(exitStatus).toBe(21);
  expect(stderr).toContain(
    `no package list has linux-kbuild-${NAME}, which linux-headers-${NAME}-rpi-v8 needs, in a version that fits`,
  );
});
