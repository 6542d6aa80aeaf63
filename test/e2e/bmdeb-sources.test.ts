import { basename, join } from 'node:path';
import { expect } from 'vitest';
import { archivePackage } from '../support/archive-packages.ts';
import { debField, debPayload } from '../support/deb-payload.ts';
import { driverTree } from '../support/driver.ts';
import { installedKernels } from '../support/kernels.ts';
import { dkmsDebLines, sandboxTest as test } from '../support/sandbox.ts';
import { snapshot } from '../support/snapshot.ts';

const kernels = await installedKernels();

/** `acpi-call-modules-6.1.0-56-amd64_…` → 6.1.0-56-amd64 */
const kernelOf = (file: string) => /-modules-([^_]+)_/.exec(basename(file))?.[1] ?? file;

async function modulesIn(deb: string): Promise<string[]> {
  const entries = Object.entries(await debPayload(deb)).filter(([path]) => /\.ko/.test(path));
  return entries.map(([path, { content }]) => `${path} ${content}`);
}

test('a -dkms package of the archive with --all gives the same packages as its source tree with patterns', async ({
  sandbox,
}) => {
  const { file: deb } = await archivePackage('acpi-call-dkms', join(sandbox.directory, 'archive'));
  const [ofPackage, ofTree] = [join(sandbox.out, 'package'), join(sandbox.out, 'tree')];
  const all = await dkmsDebLines(sandbox, ['bmdeb', '--all', '-o', ofPackage, deb]);
  expect(all.map(kernelOf).sort()).toEqual([...kernels].sort());

  const tree = await driverTree('acpi-call-dkms', join(sandbox.directory, 'work'));
  const before = await snapshot(tree);
  const [first = ''] = kernels;
  const series = `${first.split('.').slice(0, 2).join('.')}.*`;
  const patterns = ['-k', series, '-k', '*-amd64', '-k', first];
  const some = await dkmsDebLines(sandbox, ['bmdeb', ...patterns, '-o', ofTree, tree]);
  expect(await snapshot(tree)).toEqual(before);
  // Each kernel once, however many patterns it matches.
  expect(some.map(kernelOf).sort()).toEqual([...kernels].sort());
  for (const file of all) {
    const twin = some.find((each) => kernelOf(each) === kernelOf(file)) ?? '';
    expect(await modulesIn(file)).toHaveLength(1);
    expect(await modulesIn(twin)).toEqual(await modulesIn(file));
    // Who maintains a package, what it is for and its version come with it.
    expect(await debField(file, 'Maintainer')).toBe(await debField(deb, 'Maintainer'));
    expect(await debField(file, 'Homepage')).toBe(await debField(deb, 'Homepage'));
    expect(await debField(file, 'Version')).toMatch(`${await debField(deb, 'Version')}+`);
  }

  const rt = await dkmsDebLines(sandbox, ['bmdeb', '-k', '*-rt-*', '-o', sandbox.out, deb]);
  expect(rt.map(kernelOf).sort()).toEqual(kernels.filter((each) => each.includes('-rt-')).sort());
});
