import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { StagedTree } from '../../../src/archive/staged/staged-tree.ts';
import { EPOCH, errorOf, temporaryDirectory } from '../../support/archive-fixtures.ts';

const temporary = temporaryDirectory();
const bytes = Buffer.from('x');

function paths(tree: StagedTree): string[] {
  return tree.entries().map((entry) => entry.path);
}

describe('order', () => {
  test('depth first, bytewise in each directory, symlinks after everything else', () => {
    const tree = new StagedTree(EPOCH);
    for (const path of ['a-b', 'a/z', 'a.b', 'A', 'é', 'a/b/c', 'z', '\u{1f600}', '\uffee']) {
      tree.addFile(path, { bytes });
    }
    tree.addSymlink('a/link', 'b');
    tree.addSymlink('B', 'A');
    expect(paths(tree)).toEqual([
      ...['.', 'A', 'a', 'a/b', 'a/b/c', 'a/z', 'a-b', 'a.b', 'z', 'é'],
      // UTF-16 order would have these two the other way round.
      ...['\uffee', '\u{1f600}'],
      ...['B', 'a/link'],
    ]);
  });

  test('does not depend on the order of adding', () => {
    const names = ['x/b', 'x/a', 'y', 'x'];
    const trees = [names, [...names].reverse()].map((order) => {
      const tree = new StagedTree(EPOCH);
      for (const name of order) {
        if (name === 'x') tree.addDirectory(name, { mode: 0o700 });
        else tree.addFile(name, { bytes });
      }
      return tree.entries();
    });
    expect(trees[0]).toEqual(trees[1]);
  });
});

describe('directories', () => {
  test('missing parents are added with mode 0755 and the default time', () => {
    const tree = new StagedTree(EPOCH);
    tree.addFile('usr/src/x/y.c', { bytes, mtime: 5 });
    const parent = { type: 'directory', mode: 0o755, mtime: EPOCH };
    expect(tree.entries().slice(0, 4)).toMatchObject(
      ['.', 'usr', 'usr/src', 'usr/src/x'].map((path) => ({ ...parent, path })),
    );
    expect(tree.get('usr/src/x/y.c')).toMatchObject({ mode: 0o644, mtime: 5 });
  });

  test('may be added again: new values replace old ones', () => {
    const tree = new StagedTree(EPOCH);
    tree.addFile('a/b', { bytes });
    tree.addDirectory('a', { mode: 0o700 });
    tree.addDirectory('a', { mtime: 7 });
    tree.addDirectory('.', { mode: 0o711 });
    expect(tree.get('a')).toMatchObject({ mode: 0o700, mtime: 7 });
    expect(tree.get('.')).toMatchObject({ mode: 0o711, mtime: EPOCH });
  });
});

describe('what cannot be packed', () => {
  const refused = [
    '',
    '/etc/x',
    './x',
    'x/',
    'a//b',
    '../x',
    'a/../b',
    'a/./b',
    'a\nb',
    'a\0b',
    '..',
  ];
  test.each(refused)('path %j', async (path) => {
    const error = await errorOf(() => new StagedTree(EPOCH).addFile(path, { bytes }));
    expect(error).toMatchObject({ code: 'path-not-allowed', hint: expect.any(String) });
  });

  test('the root as a file or a link', async () => {
    const tree = new StagedTree(EPOCH);
    expect((await errorOf(() => tree.addFile('.', { bytes }))).code).toBe('duplicate-entry');
    expect((await errorOf(() => tree.addSymlink('.', 'x'))).code).toBe('duplicate-entry');
  });

  test('two entries of one path, also as two spellings of the same bytes', async () => {
    const tree = new StagedTree(EPOCH);
    tree.addFile('a/b', { bytes });
    tree.addFile('é', { bytes });
    for (const add of [
      () => tree.addFile('a/b', { bytes }),
      () => tree.addSymlink('a/b', 'x'),
      () => tree.addDirectory('a/b'),
      () => tree.addFile('a', { bytes }),
      () => tree.addFile('\udcc3\udca9', { bytes }),
    ]) {
      expect((await errorOf(add)).code).toBe('duplicate-entry');
    }
  });

  test('an entry below a file or a symlink', async () => {
    const tree = new StagedTree(EPOCH);
    tree.addFile('file', { bytes });
    tree.addSymlink('link', '/etc');
    for (const path of ['file/x', 'link/x', 'link/x/y']) {
      expect((await errorOf(() => tree.addFile(path, { bytes }))).code).toBe(
        'parent-not-directory',
      );
    }
  });

  test.each([0o100644, -1, 1.5, Number.NaN])('mode %d', async (mode) => {
    const error = await errorOf(() => new StagedTree(EPOCH).addFile('x', { bytes, mode }));
    expect(error.code).toBe('mode-not-allowed');
  });

  test.each([1.5, Number.NaN, Infinity])('mtime %d', async (mtime) => {
    const error = await errorOf(() => new StagedTree(EPOCH).addFile('x', { bytes, mtime }));
    expect(error.code).toBe('mtime-not-allowed');
  });

  test('a link without a target, a source that is a directory or missing', async () => {
    const tree = new StagedTree(EPOCH);
    expect((await errorOf(() => tree.addSymlink('a', ''))).code).toBe('link-target');
    const special = await errorOf(() => tree.addFile('a', { source: temporary }));
    expect(special).toMatchObject({ code: 'special-file', where: { file: temporary } });
    const missing = join(temporary, 'missing');
    const unreadable = await errorOf(() => tree.addFile('a', { source: missing }));
    expect(unreadable).toMatchObject({ code: 'file-unreadable', where: { file: missing } });
  });
});

describe('from a directory', () => {
  test('links are not followed, and DEBIAN is left out', async () => {
    const root = join(temporary, 'scan');
    mkdirSync(join(root, 'DEBIAN'), { recursive: true });
    mkdirSync(join(root, 'sub/DEBIAN'), { recursive: true });
    writeFileSync(join(root, 'DEBIAN/control'), '');
    writeFileSync(join(root, 'sub/f'), 'four');
    chmodSync(join(root, 'sub/f'), 0o4750);
    linkSync(join(root, 'sub/f'), join(root, 'sub/g'));
    linkSync(join(root, 'sub/f'), join(root, 'a'));
    symlinkSync('/etc', join(root, 'etc'));
    const tree = await StagedTree.fromDirectory(root);
    expect(paths(tree)).toEqual(['.', 'a', 'sub', 'sub/DEBIAN', 'sub/f', 'sub/g', 'etc']);
    expect(tree.get('a')).toMatchObject({ type: 'file', mode: 0o4750, content: { size: 4 } });
    expect(tree.get('sub/g')).toMatchObject({ type: 'hardlink', target: 'a', mode: 0o4750 });
    expect(tree.get('etc')).toMatchObject({ type: 'symlink', target: '/etc' });
  });

  test('if a file is removed, its next hard link becomes the file', async () => {
    const root = join(temporary, 'promote');
    mkdirSync(join(root, 'd'), { recursive: true });
    writeFileSync(join(root, 'd/a'), '1');
    for (const name of ['b', 'c']) linkSync(join(root, 'd/a'), join(root, name));
    const tree = await StagedTree.fromDirectory(root);
    expect(tree.get('b')).toMatchObject({ type: 'file' });
    expect(tree.delete('b')).toBe(true);
    expect(tree.get('c')).toMatchObject({ type: 'file', content: { size: 1 } });
    expect(tree.get('d/a')).toMatchObject({ type: 'hardlink', target: 'c' });
    expect(tree.delete('d')).toBe(true);
    expect(paths(tree)).toEqual(['.', 'c']);
    expect(tree.delete('d')).toBe(false);
    expect(tree.delete('.')).toBe(false);
  });

  test('a fifo and a file instead of a directory are refused', async () => {
    const root = join(temporary, 'special');
    mkdirSync(join(root, 'dev'), { recursive: true });
    execFileSync('mkfifo', [join(root, 'dev/pipe')]);
    const error = await errorOf(() => StagedTree.fromDirectory(root));
    expect(error).toMatchObject({ code: 'special-file', message: '"dev/pipe" is a fifo' });
    const file = join(temporary, 'plain');
    writeFileSync(file, '');
    expect((await errorOf(() => StagedTree.fromDirectory(file))).code).toBe('not-a-directory');
    const missing = await errorOf(() => StagedTree.fromDirectory(join(temporary, 'nowhere')));
    expect(missing.code).toBe('file-unreadable');
  });
});
