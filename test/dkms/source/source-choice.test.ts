import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSourceTree } from '../../../src/dkms/source/source-tree.ts';
import { sourceWarnings } from '../../../src/dkms/source/source-warnings.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { commit, DRIVER, filesOf, write } from '../../support/source-choice.ts';

/** What builds, editors and earlier runs leave. */
const LEFTOVERS = [
  ...[
    'm.ko',
    'm.o',
    '.m.o.cmd',
    'm.mod',
    'm.mod.c',
    'm.mod.o',
    '.m.mod.o.cmd',
    'm.ko.xz',
    'built-in.a',
  ],
  ...[
    'sub/modules.order',
    'Module.symvers',
    '.tmp_versions/m.mod',
    '.tmp_123/x',
    '.cache.mk',
    'sub/built-in.o',
  ],
  ...['CMakeCache.txt', 'CMakeFiles/x/y.c', 'cmake_install.cmake', 'config.log', 'config.status'],
  ...['autom4te.cache/requests', '.deps/m.Po', '.libs/m.o', 'stamp-h1', '.dirstamp'],
  ...[
    'out1/mm-dkms_1.0_all.deb',
    'out1/mm_1.0_amd64.buildinfo',
    'out1/mm_1.0_amd64.changes',
    'out2/mm_1.0.dsc',
  ],
  ...[
    'out2/mm_1.0.tar.xz',
    'mm_1.0.orig.tar.gz',
    'mm_1.0.orig.tar.gz.asc',
    'mm_1.0-1.debian.tar.xz',
    'x.deb',
  ],
  ...[
    'm.c~',
    '.m.c.swp',
    '#m.c#',
    '.#m.c',
    '.DS_Store',
    'sub/._m.c',
    'tags',
    'cscope.out',
    'm.c.orig',
    'm.c.rej',
  ],
  ...['node_modules/x/index.js', '__pycache__/a.pyc', '.env', '.venv/bin/x'],
];
/** What serves forges and editors. */
const FORGE = [
  ...[
    '.github/workflows/x.yml',
    '.gitlab/x',
    '.gitlab-ci.yml',
    '.circleci/config.yml',
    'Jenkinsfile',
  ],
  ...['docker/build.sh', 'Dockerfile', '.travis.yml', 'azure-pipelines.yml', '.clang-format'],
];
const EDITOR = ['.idea/workspace.xml', '.vscode/settings.json'];

test('without git the names of leftovers, forges and editors decide', async () => {
  await withTemporaryDirectory('test', async (root) => {
    await write(root, DRIVER);
    await write(root, [...LEFTOVERS, ...FORGE, ...EDITOR, 'notes.txt', 'fw/x.bin']);
    const { entries, ...rest } = await readSourceTree(root);
    expect(entries.map(({ path }) => path)).toEqual([
      ...['Makefile', 'fw', 'fw/x.bin', 'm.c', 'notes.txt'],
    ]);
    expect(rest).toMatchObject({ untracked: [], named: [], missing: [] });
    expect(rest.excluded).toEqual(expect.arrayContaining([...FORGE, ...EDITOR]));
    // A source package has the forge's files, as dpkg-source has them.
    const source = await filesOf(root, { withForge: true });
    expect(source).toEqual(expect.arrayContaining(FORGE));
    expect(source).not.toEqual(expect.arrayContaining([EDITOR[0]]));
    for (const path of LEFTOVERS) expect(source).not.toContain(path);
  });
});

test('with git, tracked files are source, and untracked ones are reported', async () => {
  await withTemporaryDirectory('test', async (root) => {
    await write(root, { ...DRIVER, '.gitignore': 'secret*\n', 'tracked.ko': '' });
    await write(root, FORGE);
    await commit(root, '.');
    await write(root, [...LEFTOVERS, ...EDITOR, 'secret.txt', 'new.c', 'dir/a', 'dir/b/c']);
    const tree = await readSourceTree(root);
    expect(tree.entries.map(({ path }) => path)).toEqual(['Makefile', 'm.c', 'tracked.ko']);
    expect(tree.untracked).toEqual(['dir/', 'new.c']);
    const [warning, ...others] = sourceWarnings(tree, root);
    expect(warning?.message).toBe('not in git, so not packed: dir/, new.c');
    expect(warning?.hint).toContain(`git -C ${root} add`);
    expect(others).toEqual([]);
    expect(await filesOf(root, { withForge: true })).toEqual(
      expect.arrayContaining([...FORGE, '.gitignore', 'm.c']),
    );
  });
});

test('the names decide if git tracks nothing in the directory, or only debian/', async () => {
  await withTemporaryDirectory('test', async (root) => {
    await write(root, { 'other.txt': '', '.gitignore': 'unpacked/\n' });
    await commit(root, '.');
    await write(join(root, 'unpacked'), {
      ...DRIVER,
      'debian/control': '',
      'm.o': '',
      '.m.o.cmd': '',
    });
    expect(await filesOf(join(root, 'unpacked'))).toEqual(['Makefile', 'm.c']);
    await commit(root, 'unpacked/debian/control');
    expect(await filesOf(join(root, 'unpacked'))).toEqual(['Makefile', 'm.c']);
  });
});

test('files of a killed run are never source', async () => {
  await withTemporaryDirectory('test', async (root) => {
    const mark = '4242.abc.0123abcd';
    await write(root, DRIVER);
    await write(root, [
      `.debian-${mark}-AbCdEf/control`,
      `.files.${mark}.tmp`,
      `sub/.new-${mark}-AbCdEf/x`,
    ]);
    expect(await filesOf(root)).toEqual(['Makefile', 'm.c']);
  });
});
