import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emptySubmodules, fillSubmodules } from '../../../src/dkms/source/empty-submodules.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

const gitmodules = (...paths: readonly string[]) =>
  paths.map((path) => `[submodule "${path}"]\n\tpath = ${path}\n\turl = ../x\n`).join('');

test('empty submodules are found without asking git, also nested ones', async () => {
  await withTemporaryDirectory('submodules', async (root) => {
    await writeFile(
      join(root, '.gitmodules'),
      gitmodules('full', 'empty', 'gone', 'with blank/x', '../outside', '/etc/nothing'),
    );
    for (const path of ['full/deep', 'empty', 'with blank/x']) {
      await mkdir(join(root, path), { recursive: true });
    }
    await writeFile(join(root, 'full/.gitmodules'), gitmodules('deep'));
    expect(emptySubmodules(root)).toEqual(['full/deep', 'empty', 'gone', 'with blank/x']);
    expect(fillSubmodules(root, ['empty'])).toBe(
      'Run git submodule update --init --recursive, then build again. The submodule is empty: empty.',
    );
  });
});

test('an archive with the files of its submodules and a tree without submodules have none', async () => {
  await withTemporaryDirectory('submodules', async (root) => {
    expect(emptySubmodules(root)).toEqual([]);
    await writeFile(join(root, '.gitmodules'), gitmodules('hdr'));
    await mkdir(join(root, 'hdr'));
    await writeFile(join(root, 'hdr/x.h'), '');
    expect(emptySubmodules(root)).toEqual([]);
  });
});

test('a .gitmodules that is a link to an endless device, or has endless blanks, is survived', async () => {
  await withTemporaryDirectory('submodules', async (root) => {
    const file = join(root, '.gitmodules');
    await symlink('/dev/zero', file);
    expect(emptySubmodules(root)).toEqual([]);
    await rm(file);
    await writeFile(file, `${'\n'.repeat(100_000)}path =${' '.repeat(100_000)}x y`);
    expect(emptySubmodules(root)).toEqual(['x y']);
  });
});
