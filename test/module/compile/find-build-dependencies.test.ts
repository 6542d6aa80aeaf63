import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatSymvers, parseSymvers } from '../../../src/kernel/symvers.ts';
import { findBuildDependencies } from '../../../src/module/compile/find-build-dependencies.ts';
import { layOutDependencies } from '../../../src/module/compile/lay-out-dependencies.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';
import { writeFiles } from '../../support/fake-kernel.ts';
import { modinfoSection, smallElf } from '../../support/verify-elf.ts';

const KERNEL = { release: '6.1.0-fake', machine: 'x86_64', architecture: 'amd64' };
const TABLE = '0x00000001\tring\tcore\tEXPORT_SYMBOL_GPL\tNS\n';
/** A module that exports `ring` as TABLE has it. */
const MODULE = smallElf(
  [
    modinfoSection({ vermagic: '6.1.0-fake ' }),
    { name: '__ksymtab_gpl', content: Buffer.alloc(12) },
    { name: '__kcrctab_gpl', content: Buffer.from([1, 0, 0, 0]) },
    { name: '__ksymtab_strings', content: 'NS\0' },
  ],
  [
    { name: '__ksymtab_ring', section: '__ksymtab_gpl' },
    { name: '__crc_ring', section: '__kcrctab_gpl' },
    { name: '__kstrtabns_ring', section: '__ksymtab_strings' },
  ],
);

const find = (names: readonly string[], places: readonly string[], tree = '/nonexistent') =>
  findBuildDependencies(
    { name: 't', version: '1', file: 'dkms.conf', buildDepends: names },
    KERNEL,
    places,
    tree,
  );

/** A package of modules as another program may write it. */
async function writePackage(
  directory: string,
  { name = 'core', version = '1.0', architecture = 'amd64', record = '', fields = '' } = {},
): Promise<string> {
  const packageName = `${name}-modules-6.1.0-fake`;
  const identity = fields || `Package: ${packageName}\nVersion: ${version}`;
  const root = join(directory, `${packageName}-${version}`);
  await writeFiles(root, {
    'DEBIAN/control': `${identity}\nArchitecture: ${architecture}\nMaintainer: A <a@b.c>\nDescription: x\n`,
    ...(record && { [`usr/share/${packageName}/build.json`]: record }),
  });
  await mkdir(join(root, 'lib/modules/6.1.0-fake/updates'), { recursive: true });
  await writeFile(join(root, 'lib/modules/6.1.0-fake/updates/core.ko'), MODULE);
  await run('xz', ['--check=crc32', join(root, 'lib/modules/6.1.0-fake/updates/core.ko')]);
  const file = join(directory, `${packageName}_${version}_${architecture}.deb`);
  await run('dpkg-deb', ['--root-owner-group', '--nocheck', '-Zgzip', '-b', root, file]);
  return file;
}

const within = (work: (directory: string) => Promise<void>) => withTemporaryDirectory('test', work);

describe('where another driver is found', () => {
  test('in a package, whoever made it: its symbols are read from its modules', async () => {
    await within(async (directory) => {
      const file = await writePackage(directory);
      const [found] = await find(['core'], [file]);
      expect(formatSymvers(found?.exports ?? new Map())).toBe(TABLE);
      expect(found).toMatchObject({
        name: 'core',
        version: undefined,
        package: { name: 'core-modules-6.1.0-fake', version: '1.0' },
      });
    });
  });

  test('in a directory of packages: the newest, which may know its DKMS version', async () => {
    await within(async (directory) => {
      const record = JSON.stringify({ dkms: { name: 'Core', version: '1.10' } });
      await writePackage(directory, { version: '1.9' });
      await writePackage(directory, { version: '1.10', record });
      await writePackage(directory, { version: '2', architecture: 'arm64' });
      const [found] = await find(['Core'], [directory]);
      expect(found).toMatchObject({ version: '1.10', package: { version: '1.10' } });
    });
  });

  test.each([
    [{ name: '../../evil', version: '1.0' }],
    [{ name: 'core', version: '../../../evil' }],
    [{ name: 'core', version: '1.0\nx' }],
  ])('a package does not choose where its symbols are written: %j', async (dkms) => {
    await within(async (directory) => {
      const file = await writePackage(directory, { record: JSON.stringify({ dkms }) });
      for (const found of [await find([], [file]), await find(['core'], [directory])]) {
        expect(found).toMatchObject([{ name: 'core', version: undefined }]);
      }
    });
  });

  test.each([
    ['Package: ../../core-modules-6.1.0-fake\nVersion: 1.0'],
    ['Package: x, core-modules-6.1.0-fake\nVersion: 1.0'],
    ['Package: core-modules-6.1.0-fake\nVersion: 1.0) | evil (= 1'],
  ])('a control file that dpkg refuses is of no package: %j', async (fields) => {
    await within(async (directory) => {
      const file = await writePackage(directory, { fields });
      await expect(find([], [file])).rejects.toMatchObject({
        code: expect.stringMatching(/^(package-name|version)$/),
        where: { file },
      });
    });
  });

  test('a package that is named counts without BUILD_DEPENDS, one for another kernel does not', async () => {
    await within(async (directory) => {
      const file = await writePackage(directory);
      expect(await find([], [file])).toHaveLength(1);
      const [none] = [{ ...KERNEL, release: '6.2.0-fake' }];
      const found = await findBuildDependencies(
        { name: 't', version: '1', file: 'dkms.conf', buildDepends: [] },
        none ?? KERNEL,
        [file],
      );
      expect(found).toEqual([]);
    });
  });

  test.each([
    ['with the Module.symvers that DKMS keeps', { 'Module.symvers': TABLE }],
    ['with an empty one, as of some makes', { 'Module.symvers': '' }],
    ['without, as up to 3.1.2', {}],
  ])('where DKMS has installed it, %s', async (_, files) => {
    await within(async (directory) => {
      const modules = join(directory, 'core/1.2/6.1.0-fake/x86_64/module');
      await mkdir(modules, { recursive: true });
      await writeFiles(modules, files);
      await writeFile(join(modules, 'core.ko'), MODULE);
      await expect(find(['core'], [], directory)).rejects.toMatchObject({ exitStatus: 13 });
      await symlink('1.2/6.1.0-fake/x86_64', join(directory, 'core/kernel-6.1.0-fake-x86_64'));
      const [found] = await find(['core'], [], directory);
      expect(found).toMatchObject({ name: 'core', version: '1.2', package: undefined });
      expect(formatSymvers(found?.exports ?? new Map())).toBe(TABLE);
    });
  });

  test('a Module.symvers stands for whatever is missing', async () => {
    await within(async (directory) => {
      await writeFiles(directory, { 'Module.symvers': TABLE });
      const found = await find(['core'], [join(directory, 'Module.symvers')]);
      expect(found).toMatchObject([{ version: undefined, package: undefined }]);
    });
  });

  test('nowhere: 13, as DKMS, and what to do', async () => {
    await expect(find(['core', 'other'], [])).rejects.toMatchObject({
      code: 'build-depends',
      exitStatus: 13,
      message: expect.stringContaining('needs core, other (BUILD_DEPENDS)'),
      hint: expect.stringContaining('--symvers DIR'),
    });
  });

  test.each(['../core', 'a b', '..'])('a name that is none: %s', async (name) => {
    await expect(find([name], [])).rejects.toMatchObject({ code: 'bad-package-name' });
  });

  test('a place that is not there', async () => {
    await expect(find([], ['/nonexistent'])).rejects.toMatchObject({ code: 'symvers-unreadable' });
  });
});

test('it lies where DKMS would have it', async () => {
  await within(async (directory) => {
    const workspace = {
      dkmsTree: join(directory, 'dkms'),
      sourceTree: join(directory, 'src'),
      buildDirectory: '',
      confFile: '',
    };
    const exports = parseSymvers(TABLE);
    const files = await layOutDependencies(workspace, KERNEL, [
      { name: 'core', version: '1.2', exports, package: undefined },
      { name: 'symvers', version: undefined, exports, package: undefined },
      { name: 'symvers', version: undefined, exports, package: undefined },
    ]);
    expect(new Set(files).size).toBe(3);
    const places = ['1.2/6.1.0-fake/x86_64', 'kernel-6.1.0-fake-x86_64'];
    for (const place of places) {
      const file = join(directory, 'dkms/core', place, 'module/Module.symvers');
      expect((await run('cat', [file])).stdout).toBe(TABLE);
    }
  });
});
