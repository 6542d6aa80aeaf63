import {
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readDeb } from '../../../src/archive/deb-reader.ts';
import { type DebInput, writeDeb } from '../../../src/archive/deb-writer.ts';
import { installedSize } from '../../../src/archive/staged/installed-size.ts';
import { md5sums } from '../../../src/archive/staged/md5sums.ts';
import { StagedTree } from '../../../src/archive/staged/staged-tree.ts';
import { run } from '../../../src/system/process/run.ts';
import {
  controlFiles,
  EPOCH,
  errorOf,
  temporaryDirectory,
} from '../../support/archive-fixtures.ts';
import { build as buildDeb } from '../../support/built-deb.ts';

/** Bugs that other writers of .debs had, each by where it was reported. */

const temporary = temporaryDirectory();
const bytes = Buffer.from('x\n');
const build = (fill: (tree: StagedTree) => void, changes?: Partial<DebInput>) =>
  buildDeb(temporary, fill, changes);

describe('conffiles', () => {
  const write = (conffiles: string) =>
    build((tree) => tree.addFile('etc/d/x', { bytes }), { control: controlFiles({ conffiles }) });
  test.each([
    ['without final newline (bazel 6028)', '/etc/d/x'],
    ['with an empty line that Uyuni rejects (cargo-deb 110, vector 18439)', '/etc/d/x\n\n'],
    ['with an entry that is no file of the package (fpm 1305)', '/etc/d/x\n/tmp/y\n'],
    ['with a directory (dalec 545)', '/etc/d\n'],
  ])('%s', async (_, conffiles) => {
    expect((await errorOf(() => write(conffiles))).code).toBe('conffiles');
  });
});

describe('md5sums', () => {
  test('with ./ before the names (nfpm 1052), or without a final newline (debreate 27)', async () => {
    const tree = new StagedTree(EPOCH);
    tree.addFile('usr/x', { bytes });
    expect(await md5sums(tree)).toMatch(/^[0-9a-f]{32} {2}usr\/x\n$/);
    for (const md5 of [`${'0'.repeat(32)}  ./usr/x\n`, `${'0'.repeat(32)}  usr/x`]) {
      const control = controlFiles({ md5sums: md5 });
      const work = () => build((staged) => staged.addFile('usr/x', { bytes }), { control });
      expect((await errorOf(work)).code).toBe('md5sums');
    }
  });

  test('without the changelog (fpm 833): every file is in it', async () => {
    const tree = new StagedTree(EPOCH);
    const files = ['usr/share/doc/x/changelog.Debian.gz', 'usr/share/doc/x/copyright', 'usr/y'];
    for (const file of files) tree.addFile(file, { bytes });
    const lines = (await md5sums(tree)).trimEnd().split('\n');
    expect(lines.map((line) => line.slice(34))).toEqual(files);
  });
});

describe('modes', () => {
  test('that depend on the umask (electron-installer-debian 133, tauri 7992, nfpm GHSA-w7jw-q4fg-qc4c)', async () => {
    const before = process.umask(0o077);
    try {
      const { deb } = await build((tree) => tree.addFile('usr/bin/x', { bytes, mode: 0o755 }));
      expect((await deb.entries()).map(({ mode }) => mode)).toEqual([0o755, 0o755, 0o755, 0o755]);
      expect(deb.controlEntries.map(({ mode }) => mode)).toEqual([0o755, 0o644]);
    } finally {
      process.umask(before);
    }
  });

  test('with the bits of the file type, on which gdebi breaks (nfpm 904)', async () => {
    const { deb } = await build((tree) => tree.addSymlink('x', 'y'));
    for (const { mode } of await deb.entries()) expect(mode).toBeLessThan(0o10000);
    const wrong = () => build((tree) => tree.addFile('x', { bytes, mode: 0o100644 }));
    expect((await errorOf(wrong)).code).toBe('mode-not-allowed');
  });
});

test('symlinks that are followed or lost, to directories as well (nfpm 183, 428, 621)', async () => {
  const root = join(temporary, 'links');
  mkdirSync(join(root, 'real'), { recursive: true });
  writeFileSync(join(root, 'real/file'), bytes);
  const links = {
    directory: 'real',
    file: 'real/file',
    dangling: 'nowhere',
    absolute: '/etc/passwd',
  };
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(root, name));
  const tree = await StagedTree.fromDirectory(root);
  const installed = await (await build(() => {}, { tree })).install();
  for (const [name, target] of Object.entries(links)) {
    expect(lstatSync(join(installed, name)).isSymbolicLink()).toBe(true);
    expect(readlinkSync(join(installed, name))).toBe(target);
  }
});

test('Installed-Size that is empty or counts nothing (omd 140, armbian 5444, fpm 159)', async () => {
  expect(installedSize(new StagedTree(EPOCH))).toBe(1);
});

test('a control file without final newline (ocaml-dns 417)', async () => {
  const control = controlFiles({ control: 'Package: xx\nVersion: 1' });
  expect((await errorOf(() => build(() => {}, { control }))).code).toBe('control-file');
});

describe('reproducibility', () => {
  test('other bytes at another time or from another place (nfpm 734, cargo-deb 94)', async () => {
    const trees = await Promise.all(
      ['one', 'two'].map(async (name, index) => {
        const root = join(temporary, name);
        mkdirSync(root);
        for (const file of index === 0 ? ['a', 'b'] : ['b', 'a'])
          writeFileSync(join(root, file), file);
        for (const file of ['a', 'b', '']) utimesSync(join(root, file), 2e9, 2e9 + index);
        return StagedTree.fromDirectory(root);
      }),
    );
    const [one, two] = await Promise.all(
      trees.map((tree) => build(() => {}, { tree, compression: { type: 'xz' } })),
    );
    expect(readFileSync(one?.path ?? '')).toEqual(readFileSync(two?.path ?? ''));
  });

  test('times before SOURCE_DATE_EPOCH are kept, later ones become SOURCE_DATE_EPOCH (nfpm 757)', async () => {
    const { deb } = await build((tree) => {
      tree.addFile('old', { bytes, mtime: EPOCH - 1 });
      tree.addFile('new', { bytes, mtime: EPOCH + 1 });
    });
    const times = new Map((await deb.entries()).map(({ path, mtime }) => [path, mtime - EPOCH]));
    expect([times.get('old'), times.get('new')]).toEqual([-1, 0]);
  });
});

test('a compression that depends on the host and that an old dpkg cannot read (proxysql 5580); ours is xz by default', async () => {
  const path = join(temporary, 'default.deb');
  const tree = new StagedTree(EPOCH);
  await writeDeb(path, { control: controlFiles(), tree, timestamp: EPOCH });
  const names = (await readDeb(path)).members.map(({ name }) => name);
  expect(names).toEqual(['debian-binary', 'control.tar.xz', 'data.tar.xz']);
});

test('lintian reads every one of these names without crashing (tar-stream, 2038)', async () => {
  const { path } = await build(
    (tree) => {
      tree.addFile(`usr/share/doc/example-dkms/${'n'.repeat(120)}`, { bytes, mtime: 2 ** 31 + 5 });
      tree.addSymlink('usr/share/example/é', 't'.repeat(120));
    },
    { timestamp: 2 ** 31 + 10 },
  );
  const { output } = await run('lintian', ['--allow-root', path], { accept: [0, 1, 2] });
  expect(output).toContain('example-dkms');
  expect(output).not.toMatch(/internal error|unpack-message|cannot|warning:/i);
});
