import { join } from 'node:path';
import { expect } from 'vitest';
import { machineCompiler, wholeHeaders } from '../../support/fixture-headers.ts';
import {
  type Archives,
  buildHello,
  debianOfMachine,
  archiveTest as test,
} from '../../support/kernel-archive.ts';

const NEW = '6.14.8-2-pve';
const OLD = '5.15.158-2-pve';

async function proxmox(archives: Archives, contents: Record<string, string> = {}): Promise<string> {
  await debianOfMachine(archives, 'trixie');
  const archive = await archives.write('Proxmox', [
    {
      codename: 'trixie',
      contents,
      packages: `
proxmox-default-headers 2.0.0 all :: proxmox-headers-6.14
proxmox-headers-6.14 6.14.8-2 all :: proxmox-headers-${NEW}
proxmox-headers-${NEW} 6.14.8-2 amd64 :: coreutils | fileutils (>= 4.0) :: Proxmox Kernel Headers
proxmox-headers-6.14.8-1-pve 6.14.8-1 amd64 :: coreutils | fileutils (>= 4.0) :: Proxmox Kernel Headers
proxmox-kernel-6.14 6.14.8-2 all :: pve-firmware, proxmox-kernel-${NEW}-signed | proxmox-kernel-${NEW}
pve-headers-5.15 5.15.158-2 all :: pve-headers-${OLD}
pve-headers-${OLD} 5.15.158-2 amd64 :: coreutils | fileutils (>= 4.0) :: The Proxmox PVE Kernel Headers`,
    },
  ]);
  return archives.sources('pve.sources', `file:${archive}`, ['trixie']);
}

test('metapackages of a series, default metapackages, old and new names', async ({ archives }) => {
  const kernels = await archives.kernels(['--sources', await proxmox(archives)]);
  expect(
    kernels.map(({ release, package: own, version, architecture, flavour, metapackages }) => ({
      [`${release} ${own} ${version} ${architecture} ${flavour}`]: metapackages,
    })),
  ).toEqual([
    {
      [`${NEW} proxmox-headers-${NEW} 6.14.8-2 amd64 pve`]: [
        'proxmox-headers-6.14',
        'proxmox-default-headers',
      ],
    },
    { '6.14.8-1-pve proxmox-headers-6.14.8-1-pve 6.14.8-1 amd64 pve': [] },
    { [`${OLD} pve-headers-${OLD} 5.15.158-2 amd64 pve`]: ['pve-headers-5.15'] },
  ]);
  expect(kernels.map(({ packages }) => packages.length)).toEqual([1, 1, 1]);
});

test('modules are built with the compiler of the Debian release; their packages depend on the image of each name', async ({
  archives,
}) => {
  const [tree, old] = [join(archives.directory, 'new'), join(archives.directory, 'old')];
  const utsVersion = '#1 SMP PREEMPT_DYNAMIC PMX 6.14.8-2 (2025-07-22T10:04Z)';
  await wholeHeaders(tree, { release: NEW, utsVersion });
  await wholeHeaders(old, { release: OLD, utsVersion });
  const contents = { [`proxmox-headers-${NEW}`]: tree, [`pve-headers-${OLD}`]: old };
  const file = await proxmox(archives, contents);
  const { packages, stderr, exitStatus } = await buildHello(archives, [
    ...['--sources', file, '-k', NEW, '-k', OLD],
  ]);
  expect(exitStatus, stderr).toBe(0);
  const depends = Object.values(packages).map(({ Depends }) => Depends);
  expect(depends).toEqual([
    `kmod, pve-kernel-${OLD}`,
    `kmod, proxmox-kernel-${NEW} | proxmox-kernel-${NEW}-signed`,
  ]);
  expect(
    Object.keys(packages).every((name) => /\+(6\.14\.8-2|5\.15\.158-2)_amd64/.test(name)),
  ).toBe(true);
});

test('an archive without compilers, on a machine whose apt has none either, is a clear error', async ({
  archives,
}) => {
  const tree = join(archives.directory, 'new');
  await wholeHeaders(tree, { release: NEW, utsVersion: '#1 SMP PMX' });
  const file = await proxmox(archives, { [`proxmox-headers-${NEW}`]: tree });
  await archives.machine({});
  const { stderr, exitStatus, packages } = await buildHello(archives, [
    '--sources',
    file,
    '-k',
    NEW,
  ]);
  expect(packages).toEqual({});
  expect(exitStatus).toBe(21);
  expect(stderr).toContain(
    `trixie has no ${(await machineCompiler()).name} that compiles for amd64`,
  );
});
