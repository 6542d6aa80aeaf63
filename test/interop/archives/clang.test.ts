import { join } from 'node:path';
import { expect } from 'vitest';
import { clangConfig } from '../../support/clang-config.ts';
import { wholeHeaders } from '../../support/fixture-headers.ts';
import {
  type Archives,
  buildHello,
  debianOfMachine,
  archiveTest as test,
} from '../../support/kernel-archive.ts';

const RELEASE = '6.18.1-x64v3-xanmod1';
const VERSION = '6.18.1-x64v3-xanmod1-0~20251207.g1a2b3c4';
const CLANG = clangConfig(770107);

/** XanMod: a suite of no Debian release, one headers package for each kernel, clang named only by some. */
async function xanmod(
  archives: Archives,
  { contents = {}, more = '' }: { contents?: Record<string, string>; more?: string } = {},
): Promise<string> {
  const archive = await archives.write('XanMod', [
    {
      codename: 'releases',
      contents,
      packages: `
linux-headers-${RELEASE} ${VERSION} amd64 :: libc6 (>= 2.34), libelf1 :: Linux kernel headers for ${RELEASE} on amd64
linux-image-${RELEASE} ${VERSION} amd64
linux-headers-6.17.9-x64v3-xanmod1 6.17.9-x64v3-xanmod1-0 amd64 :: clang-77, lld-77, llvm-77
linux-xanmod-x64v3 6.18.1 amd64 :: linux-image-${RELEASE}, linux-headers-${RELEASE}
${more}`,
    },
  ]);
  return archives.sources('xanmod.list', `file:${archive}`, ['releases']);
}

test('clang is known from the relations of a package, otherwise only after the headers are fetched', async ({
  archives,
}) => {
  const kernels = await archives.kernels(['--sources', await xanmod(archives)]);
  expect(
    kernels.map(({ release, flavour, compiler }) => `${release} ${flavour} ${compiler}`),
  ).toEqual([`${RELEASE} x64v3-xanmod1 null`, '6.17.9-x64v3-xanmod1 x64v3-xanmod1 clang-77']);
});

test('a clang that no archive has is an error for this kernel; the other one is built', async ({
  archives,
}) => {
  await debianOfMachine(archives, 'bookworm');
  const [tree, other] = [join(archives.directory, 'tree'), join(archives.directory, 'other')];
  const plain = '6.18.1-plain-xanmod1';
  await wholeHeaders(tree, { release: RELEASE, utsVersion: '#0~xanmod SMP', config: CLANG });
  await wholeHeaders(other, { release: plain, utsVersion: '#0~xanmod SMP' });
  const file = await xanmod(archives, {
    contents: { [`linux-headers-${RELEASE}`]: tree, [`linux-headers-${plain}`]: other },
    more: `linux-headers-${plain} 6.18.1-0 amd64`,
  });
  const { packages, stderr, exitStatus } = await buildHello(archives, [
    ...['--sources', file, '-k', '6.18.1-*'],
  ]);
  expect(exitStatus).toBe(21);
  expect(stderr).toContain('no clang-77 that compiles for amd64 on amd64');
  const [fields = {}, ...others] = Object.values(packages);
  expect(others).toEqual([]);
  expect(fields.Depends).toMatch(new RegExp(`^kmod, linux-image-${plain}(?:,|$)`));
});

test('clang without lld and llvm is not enough: kbuild links modules with lld', async ({
  archives,
}) => {
  const tree = join(archives.directory, 'tree');
  await wholeHeaders(tree, { release: RELEASE, utsVersion: '#0~xanmod SMP', config: CLANG });
  const file = await xanmod(archives, {
    contents: { [`linux-headers-${RELEASE}`]: tree },
    more: 'clang-77 1:77.1.7-1 amd64\npahole 1.30-1 amd64\ngcc-77 77-1 amd64',
  });
  const { packages, stderr, exitStatus } = await buildHello(archives, [
    ...['--sources', file, '-k', RELEASE],
  ]);
  expect(packages).toEqual({});
  expect(exitStatus).toBe(21);
  expect(stderr).toMatch(/no clang-77 .*\n(?:.*\n)*.*lld-77/);
});
