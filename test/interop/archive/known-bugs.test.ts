import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DebInput } from '../../../src/archive/deb-writer.ts';
import type { StagedTree } from '../../../src/archive/staged/staged-tree.ts';
import { temporaryDirectory } from '../../support/archive-fixtures.ts';
import { build as buildDeb, typeFlags } from '../../support/built-deb.ts';

/** Bugs that other writers of .debs had, each by where it was reported. */

const temporary = temporaryDirectory();
const bytes = Buffer.from('x\n');
const build = (fill: (tree: StagedTree) => void, changes?: Partial<DebInput>) =>
  buildDeb(temporary, fill, changes);

describe('PAX headers, which dpkg refuses (rules_pkg 397, 203; gradle-ospackage-plugin 378; XerahS 54)', () => {
  test.each([
    ['a file name of 107 bytes', `usr/${'n'.repeat(107)}`],
    ['a name that is not ASCII', 'usr/é.txt'],
    ['a long path (cargo-deb ea184f8)', `usr/${'directory/'.repeat(30)}file`],
    ['both', `usr/${'ü'.repeat(90)}/${'é'.repeat(100)}`],
  ])('%s', async (_, name) => {
    const built = await build((tree) => tree.addFile(name, { bytes }));
    expect(await typeFlags(built.path)).toMatch(/^[05L]+$/);
    expect(readFileSync(join(await built.install(), name))).toEqual(bytes);
  });

  test('a link target of 124 bytes', async () => {
    const built = await build((tree) => tree.addSymlink('usr/link', 't'.repeat(124)));
    expect(await typeFlags(built.path)).toBe('55K2');
    expect(readlinkSync(join(await built.install(), 'usr/link'))).toBe('t'.repeat(124));
  });
});

test('times after 2038 that dpkg cannot read (tar-stream)', async () => {
  const late = 2 ** 31 + 1000;
  const built = await build((tree) => tree.addFile('x', { bytes, mtime: late }), {
    timestamp: late,
  });
  expect(statSync(join(await built.install(), 'x')).mtimeMs).toBe(late * 1000);
});

test('names without ./ that unattended-upgrades does not find (cargo-deb 47, 189)', async () => {
  const { deb } = await build((tree) => tree.addFile('usr/x', { bytes }));
  const names = [...(await deb.entries()), ...deb.controlEntries].map((entry) => entry.memberName);
  expect(names).toEqual(['./', './usr/', './usr/x', './', './control']);
});

describe('directories', () => {
  test('are all packed, also empty ones with their parents (nfpm 6, goreleaser 2792)', async () => {
    const built = await build((tree) => tree.addDirectory('var/lib/a/b'));
    const entries = await built.deb.entries();
    expect(entries.map(({ type, path }) => [type, path])).toEqual(
      ['.', 'var', 'var/lib', 'var/lib/a', 'var/lib/a/b'].map((path) => ['directory', path]),
    );
    expect(statSync(join(await built.install(), 'var/lib/a/b')).isDirectory()).toBe(true);
  });

  test('belong to root by name and number (nfpm 422), even if another user owns them', async () => {
    const { deb } = await build((tree) => tree.addFile('usr/x', { bytes }));
    for (const { uid, gid, owner, group } of await deb.entries()) {
      expect([uid, gid, owner, group]).toEqual([0, 0, 'root', 'root']);
    }
  });

  test('keep the given modes (nfpm 738, 777)', async () => {
    const { deb } = await build((tree) => {
      tree.addFile('a/b/c', { bytes });
      tree.addDirectory('a', { mode: 0o750 });
    });
    expect((await deb.entries()).map(({ mode }) => mode)).toEqual([0o755, 0o750, 0o755, 0o644]);
  });

  test('the root is a directory, not a file (linux-packaging-rs 12)', async () => {
    const { deb } = await build(() => {});
    expect(await deb.entries()).toMatchObject([{ type: 'directory', memberName: './' }]);
  });
});

test('ar names with a slash, modes without file type (go-debian 59, chromebrew 6848, cargo-deb 126)', async () => {
  const { path } = await build(() => {});
  const ar = readFileSync(path, 'latin1');
  expect(ar.slice(8, 8 + 60)).toBe('debian-binary   1700000000  0     0     100644  4         `\n');
  expect(ar.slice(72, 72 + 60)).toMatch(
    /^control\.tar {5}1700000000 {2}0 {5}0 {5}100644 {2}10240 {5}`\n$/,
  );
});
