import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listSourceTree, readSourceTree } from '../../../src/dkms/source/source-tree.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';

/** Makes a tree of empty files, and links where an entry is `name -> target`. */
async function makeTree(root: string, entries: readonly string[]): Promise<void> {
  for (const entry of entries) {
    const [path = '', target] = entry.split(' -> ');
    const file = join(root, path);
    await mkdir(path.endsWith('/') ? file : dirname(file), { recursive: true });
    if (target !== undefined) await symlink(target, file);
    else if (!path.endsWith('/')) await writeFile(file, '');
  }
}

async function git(root: string, ...args: string[]): Promise<void> {
  await run('git', ['-C', root, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args]);
}

const pathsOf = async (root: string, options = {}) =>
  (await listSourceTree(root, options)).map((entry) => entry.path);

test('files of the source, and other files', async () => {
  await withTemporaryDirectory('test', async (root) => {
    const kept = ['Kbuild', 'blob.o', 'm.c', 'patches/a.patch', 'sub/debian/x', 'sub/empty/'];
    await makeTree(root, [
      ...kept,
      ...['.git/config', '.gitignore', '.github/workflows/x.yml', '.hg/x', 'sub/.svn/x', 'CVS/x'],
      ...['m.ko', 'm.o', '.m.o.cmd', 'm.mod', 'm.mod.c', 'm.ko.xz', '.m.ko.d', 'sub/modules.order'],
      ...['Module.symvers', '.tmp_versions/m.mod', 'debian/control', '.pc/applied-patches'],
    ]);
    expect(await pathsOf(root)).toEqual([
      ...['Kbuild', 'blob.o', 'm.c', 'patches', 'patches/a.patch'],
      ...['sub', 'sub/debian', 'sub/debian/x', 'sub/empty'],
    ]);
    expect(await pathsOf(root, { withPackaging: true })).toContain('debian/control');
  });
});

test('modes, times, sizes and links', async () => {
  await withTemporaryDirectory('test', async (root) => {
    await makeTree(root, ['run.sh', 'link -> run.sh', 'gone -> /nonexistent', 'up -> ../..']);
    await writeFile(join(root, 'run.sh'), '12345');
    await chmod(join(root, 'run.sh'), 0o4751);
    expect(await listSourceTree(root)).toMatchObject([
      { path: 'gone', type: 'symlink', target: '/nonexistent', size: 0 },
      { path: 'link', type: 'symlink', target: 'run.sh', size: 0 },
      { path: 'run.sh', type: 'file', mode: 0o4751, size: 5, mtime: expect.any(Number) },
      { path: 'up', type: 'symlink', target: '../..' },
    ]);
  });
});

describe('with git', () => {
  test('a tracked build result is source, an untracked one is not', async () => {
    await withTemporaryDirectory('test', async (root) => {
      await makeTree(root, ['firmware.ko', 'm.c', 'm.ko', 'blob.o', '.blob.o.cmd', 'new.c']);
      await git(root, 'init', '-q');
      await git(root, 'add', 'firmware.ko', 'm.c', 'blob.o');
      expect(await pathsOf(root)).toEqual(['blob.o', 'firmware.ko', 'm.c']);
      expect((await readSourceTree(root)).untracked).toEqual(['new.c']);
    });
  });

  test('export-ignore excludes files and directories, also with a slash', async () => {
    await withTemporaryDirectory('test', async (root) => {
      await makeTree(root, ['ci/x', 'docs/a/b', 'docs/c', 'm.c', 'notes', 'sub/docs/d', 'web/y']);
      const attributes =
        'docs/ export-ignore\nnotes export-ignore\n/web/** export-ignore\nci export-ignore\n';
      await writeFile(join(root, '.gitattributes'), attributes);
      await git(root, 'init', '-q');
      await git(root, 'add', '-A');
      expect(await pathsOf(root)).toEqual(['m.c']);
    });
  });

  test('a tree below the top of a repository', async () => {
    await withTemporaryDirectory('test', async (root) => {
      await makeTree(root, ['driver/m.c', 'driver/fw.ko', 'driver/x.ko', 'other']);
      await git(root, 'init', '-q');
      await git(root, 'add', 'driver/m.c', 'driver/fw.ko');
      expect(await pathsOf(join(root, 'driver'))).toEqual(['fw.ko', 'm.c']);
    });
  });

  test('if git fails, the names decide', async () => {
    await withTemporaryDirectory('test', async (root) => {
      await makeTree(root, ['m.c', 'm.ko', '.git']);
      expect(await pathsOf(root)).toEqual(['m.c']);
    });
  });
});

describe('refused', () => {
  test('a fifo', async () => {
    await withTemporaryDirectory('test', async (root) => {
      await run('mkfifo', [join(root, 'pipe')]);
      await expect(listSourceTree(root)).rejects.toMatchObject({
        code: 'special-file',
        where: { file: join(root, 'pipe') },
      });
    });
  });

  test('a name that is not UTF-8', async () => {
    await withTemporaryDirectory('test', async (root) => {
      await writeFile(Buffer.concat([Buffer.from(`${root}/gr`), Buffer.from([0xf6])]), '');
      await expect(listSourceTree(root)).rejects.toMatchObject({ code: 'unreadable' });
    });
  });

  test('a missing directory', async () => {
    await expect(listSourceTree('/nonexistent/x')).rejects.toMatchObject({ code: 'unreadable' });
  });
});

describe('what no list can carry is refused by name', () => {
  const refusal = (root: string) => listSourceTree(root).catch((error) => error);

  test('a link to a name that is not UTF-8, a file and a folder of such a name', async () => {
    await withTemporaryDirectory('test', async (root) => {
      const odd = Buffer.from([0x61, 0xff]);
      await makeTree(root, ['link/m.c', 'file/m.c', 'folder/m.c', 'right/\ufffd.c']);
      await symlink(odd, join(root, 'link/x.h'));
      await writeFile(Buffer.concat([Buffer.from(`${root}/file/`), odd]), '');
      await mkdir(Buffer.concat([Buffer.from(`${root}/folder/`), odd]));
      expect(await refusal(join(root, 'link'))).toMatchObject({
        code: 'unreadable',
        message: 'the link leads to a name that is not UTF-8',
        where: { file: join(root, 'link/x.h') },
      });
      for (const name of ['file', 'folder']) {
        expect(await refusal(join(root, name))).toMatchObject({
          code: 'unreadable',
          message: 'the name is not UTF-8',
        });
      }
      expect(await pathsOf(join(root, 'right'))).toEqual(['\ufffd.c']);
    });
  });

  test('names that dpkg gives to what it unpacks', async () => {
    await withTemporaryDirectory('test', async (root) => {
      await makeTree(root, ['m.c', 'sub/x.dpkg-new']);
      expect(await refusal(root)).toMatchObject({ code: 'file-name' });
    });
  });
});

test('a link in the place of a submodule is not followed: the submodule is missing', async () => {
  await withTemporaryDirectory('test', async (root) => {
    await makeTree(root, ['m.c']);
    await git(root, 'init', '-q');
    await git(root, 'add', '.');
    const gitlink = '160000,e69de29bb2d1d6434b8b29ae775ad8c2e48c5391,sub';
    await git(root, 'update-index', '--add', '--cacheinfo', gitlink);
    await symlink('.', join(root, 'sub'));
    expect((await readSourceTree(root)).missing).toEqual(['sub']);
  });
});

// Bug: its files were left out without a word.
test('a submodule whose repository git cannot read is missing', async () => {
  await withTemporaryDirectory('test', async (root) => {
    await makeTree(root, ['m.c', 'sub/inner.h']);
    await git(root, 'init', '-q');
    await git(root, 'add', 'm.c');
    const gitlink = '160000,e69de29bb2d1d6434b8b29ae775ad8c2e48c5391,sub';
    await git(root, 'update-index', '--add', '--cacheinfo', gitlink);
    await writeFile(join(root, 'sub/.git'), 'gitdir: nowhere\n');
    expect((await readSourceTree(root)).missing).toEqual(['sub']);
  });
});

test('what git tracks and the disk does not have is told', async () => {
  await withTemporaryDirectory('test', async (root) => {
    await makeTree(root, ['m.c', 'gone.h', 'folder.h', 'below/x.h', 'debian/control']);
    await git(root, 'init', '-q');
    await git(root, 'add', '.');
    for (const path of ['gone.h', 'folder.h', 'below']) {
      await rm(join(root, path), { recursive: true });
    }
    await makeTree(root, ['folder.h/', 'below']);
    expect((await readSourceTree(root)).gone).toEqual(['below/x.h', 'folder.h', 'gone.h']);
  });
});

test('a repository that git does not read is told, one that takes all memory is refused', async () => {
  await withTemporaryDirectory('test', async (root) => {
    await makeTree(root, ['m.c']);
    await git(root, 'init', '-q');
    await git(root, 'add', '.');
    expect((await readSourceTree(root)).refusal).toBeUndefined();
    await git(root, 'config', 'core.attributesFile', '/dev/zero');
    await expect(readSourceTree(root)).rejects.toMatchObject({ code: 'git-unreadable' });
    await writeFile(join(root, '.git/HEAD'), 'nothing\n');
    const tree = await readSourceTree(root);
    expect(tree.refusal).toMatch(/not a git repository/);
    expect(tree.entries.map(({ path }) => path)).toEqual(['m.c']);
  });
});
