import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { installedSize } from '../../../src/archive/staged/installed-size.ts';
import { md5sums } from '../../../src/archive/staged/md5sums.ts';
import { StagedTree } from '../../../src/archive/staged/staged-tree.ts';
import { EPOCH, errorOf, temporaryDirectory } from '../../support/archive-fixtures.ts';

const temporary = temporaryDirectory();
const HELLO = '5d41402abc4b2a76b9719d911017c592';
const bytes = Buffer.from('hello');

test('Installed-Size counts files and links by KiB, directories as one, hard links once', async () => {
  const tree = new StagedTree(EPOCH);
  expect(installedSize(tree)).toBe(1);
  tree.addFile('a/empty', { bytes: Buffer.alloc(0) });
  expect(installedSize(tree)).toBe(2);
  tree.addFile('a/one', { bytes: Buffer.alloc(1) });
  tree.addFile('a/k', { bytes: Buffer.alloc(1024) });
  tree.addFile('a/k1', { bytes: Buffer.alloc(1025) });
  expect(installedSize(tree)).toBe(6);
  tree.addSymlink('short', 'x');
  tree.addSymlink('long', 'x'.repeat(1500));
  expect(installedSize(tree)).toBe(9);
  const root = join(temporary, 'links');
  mkdirSync(root);
  writeFileSync(join(root, 'a'), Buffer.alloc(5000));
  linkSync(join(root, 'a'), join(root, 'b'));
  expect(installedSize(await StagedTree.fromDirectory(root))).toBe(1 + 5);
});

test('md5sums names files and hard links, sorted by their bytes, without conffiles', async () => {
  const root = join(temporary, 'sums');
  mkdirSync(join(root, 'a'), { recursive: true });
  for (const name of ['a/z', 'a-b', 'back\\slash', 'é', 'etc'])
    writeFileSync(join(root, name), bytes);
  linkSync(join(root, 'a-b'), join(root, 'link'));
  symlinkSync('a-b', join(root, 'symlink'));
  linkSync(join(root, 'symlink'), join(root, 'symlink2'));
  const tree = await StagedTree.fromDirectory(root);
  expect(await md5sums(tree, { conffiles: ['/etc'] })).toBe(
    ['a-b', 'a/z', 'back\\slash', 'link', 'é'].map((name) => `${HELLO}  ${name}\n`).join(''),
  );
  expect(await md5sums(new StagedTree(EPOCH))).toBe('');
});

test('md5sums refuses names that are not UTF-8, and files that changed', async () => {
  const tree = new StagedTree(EPOCH);
  tree.addFile('\udce9', { bytes });
  expect((await errorOf(() => md5sums(tree))).code).toBe('path-encoding');
  const source = join(temporary, 'changed');
  writeFileSync(source, 'one');
  const changed = new StagedTree(EPOCH);
  changed.addFile('x', { source });
  writeFileSync(source, 'three');
  expect((await errorOf(() => md5sums(changed))).code).toBe('file-changed');
});
