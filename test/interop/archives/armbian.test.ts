import { join } from 'node:path';
import { expect } from 'vitest';
import { wholeHeaders } from '../../support/fixture-headers.ts';
import {
  type Archives,
  buildHello,
  debianOfMachine,
  archiveTest as test,
} from '../../support/kernel-archive.ts';

const NAME = 'linux-headers-current-x86';
const RELEASE = '6.12.8-current-x86';

async function armbian(archives: Archives, contents: Record<string, string> = {}): Promise<string> {
  await debianOfMachine(archives, 'bookworm');
  const archive = await archives.write('Armbian', [
    {
      codename: 'bookworm',
      architectures: ['amd64', 'arm64'],
      contents,
      packages: `
${NAME} 25.2.1 amd64 :: make, gcc, libc6-dev, bison, flex :: Armbian Linux current headers :: Provides: linux-headers (= 25.2.1), linux-headers-armbian, armbian-current; Source: linux-6.12
linux-headers-edge-rockchip64 25.2.1 arm64 :: make, gcc :: Armbian Linux edge headers 6.13.0-edge-rockchip64 :: Provides: linux-headers (= 25.2.1)
linux-headers-legacy-sunxi64 24.11.1 arm64 :: make, gcc :: Armbian Linux legacy headers`,
    },
  ]);
  return archives.sources('armbian.sources', `file:${archive}`, ['bookworm']);
}

test('the release comes from the description or is null, and the name of the package stays the same', async ({
  archives,
}) => {
  const file = await armbian(archives);
  const kernels = await archives.kernels(['--sources', file, '--arch', 'arm64', '--arch', 'amd64']);
  expect(
    kernels.map(({ release, package: own, version, architecture, flavour, metapackages }) => [
      release,
      `${own} ${version} ${architecture} ${flavour}`,
      metapackages,
    ]),
  ).toEqual([
    [null, `${NAME} 25.2.1 amd64 current-x86`, []],
    ['6.13.0-edge-rockchip64', 'linux-headers-edge-rockchip64 25.2.1 arm64 edge-rockchip64', []],
    [null, 'linux-headers-legacy-sunxi64 24.11.1 arm64 legacy-sunxi64', []],
  ]);
});

test('a kernel is selected by the name of its package; its modules have the name of the release in it, and depend on this version of the image', async ({
  archives,
}) => {
  const tree = join(archives.directory, 'tree');
  await wholeHeaders(tree, { release: RELEASE, utsVersion: '#1 SMP PREEMPT Mon Jan  6 2025' });
  const file = await armbian(archives, { [NAME]: tree });
  const { packages, stderr, exitStatus } = await buildHello(archives, [
    '--sources',
    file,
    '-k',
    NAME,
  ]);
  expect(exitStatus, stderr).toBe(0);
  const [[name = '', fields = {}] = []] = Object.entries(packages);
  expect(name).toMatch(new RegExp(`^hello-modules-${RELEASE}_.*\\+25\\.2\\.1_amd64\\.deb$`));
  expect(fields.Depends).toBe('kmod, linux-image-current-x86 (= 25.2.1)');
});
