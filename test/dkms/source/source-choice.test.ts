import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listSourceTree, readSourceTree } from '../../../src/dkms/source/source-tree.ts';
import { sourceWarnings } from '../../../src/dkms/source/source-warnings.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';

async function write(root: string, files: Record<string, string> | readonly string[]) {
  const entries = Array.isArray(files) ? files.map((path) => [path, '']) : Object.entries(files);
  for (const [path, text] of entries) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

async function commit(root: string, ...what: string[]): Promise<void> {
  const git = (...args: string[]) =>
    run('git', ['-C', root, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args]);
  await git('init', '-q');
  await git('add', '--force', ...what);
  await git('commit', '-qm', 'one');
}

const filesOf = async (root: string, options = {}) =>
  (await listSourceTree(root, options))
    .filter(({ type }) => type !== 'directory')
    .map(({ path }) => path);

const DRIVER = { Makefile: 'obj-m := m.o\n', 'm.c': '' };

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

test('with git what it tracks is source; what it does not know is told by name', async () => {
  await withTemporaryDirectory('test', async (root) => {
    await write(root, { ...DRIVER, '.gitignore': 'secret*\n', 'tracked.ko': '' });
    await write(root, FORGE);
    await commit(root, '.');
    await write(root, [...LEFTOVERS, ...EDITOR, 'secret.txt', 'new.c', 'dir/a', 'dir/b/c']);
    const tree = await readSourceTree(root);
    expect(tree.entries.map(({ path }) => path)).toEqual(['Makefile', 'm.c', 'tracked.ko']);
    expect(tree.untracked).toEqual(['dir/', 'new.c']);
    const [warning, ...others] = sourceWarnings(tree);
    expect(warning?.message).toBe('not in git, so not packed: dir/, new.c');
    expect(warning?.hint).toContain('git add');
    expect(others).toEqual([]);
    expect(await filesOf(root, { withForge: true })).toEqual(
      expect.arrayContaining([...FORGE, '.gitignore', 'm.c']),
    );
  });
});

test('a directory that merely lies in a repository, or of which git has debian/ alone: the names decide', async () => {
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

describe('what the makefile names is source even where git ignores or does not know it', () => {
  const named = async (
    files: Record<string, string>,
    ignored: readonly string[],
    later: readonly string[] | Record<string, string>,
  ) => {
    let result: string[] = [];
    let told: readonly string[] = [];
    await withTemporaryDirectory('test', async (root) => {
      await write(root, { ...files, '.gitignore': ignored.map((line) => `${line}\n`).join('') });
      await commit(root, ...Object.keys(files), '.gitignore');
      await write(root, later);
      const tree = await readSourceTree(root);
      result = tree.entries.filter(({ type }) => type === 'file').map(({ path }) => path);
      told = tree.named;
    });
    const given = new Set(Object.keys(files));
    expect(told).toEqual(result.filter((path) => !given.has(path)));
    return told;
  };

  test("a vendor's blobs", async () => {
    const makefile =
      'obj-m := m.o\nm-y := main.o hal.o \\\n phy/phy.o\ninstall:\n\tcp $(src)/fw/a.bin /lib/firmware\n';
    const files = { Makefile: makefile, 'main.c': '' };
    expect(
      await named(
        files,
        ['*.o', '*.o_shipped', '*.bin'],
        ['hal.o_shipped', 'phy/phy.o', 'fw/a.bin', 'fw/b.bin'],
      ),
    ).toEqual(['fw/a.bin', 'hal.o_shipped', 'phy/phy.o']);
  });

  test('not what a build made of a source, of other objects, or by a rule', async () => {
    const makefile = [
      ...[
        'obj-m := m.o n.o',
        'm-objs := main.o',
        'n-$(CONFIG_X) += main.o',
        'version.h: gen.sh',
        '\tsh gen.sh >other.h',
      ],
      ...[
        'clean:',
        '\trm -f list.txt',
        'clean-files := more.txt',
        'install: m.ko',
        '# comment.txt',
      ],
    ].join('\n');
    const products = [
      'm.o',
      'n.o',
      'main.o',
      'm.ko',
      'version.h',
      'other.h',
      'list.txt',
      'more.txt',
      'comment.txt',
    ];
    expect(
      await named(
        { Makefile: makefile, 'main.c': '', 'gen.sh': '' },
        ['*.o', '*.h', '*.txt'],
        products,
      ),
    ).toEqual([]);
  });

  test('a new file, what it includes, and a new folder with its own makefile', async () => {
    const files = {
      Makefile: 'obj-m := m.o sub/\nm-y := main.o new.o\n',
      'main.c': '#include "inc/a.h"\n',
    };
    const later = {
      'new.c': '#include "b.h"\n',
      'inc/a.h': '',
      'b.h': '',
      'unused.h': '',
      'sub/Makefile': 'obj-m := s.o\n',
      'sub/s.c': '',
      'sub/t.c': '',
    };
    expect(await named(files, [], later)).toEqual([
      'b.h',
      'inc/a.h',
      'new.c',
      'sub/Makefile',
      'sub/s.c',
    ]);
  });

  test('a header that git ignores is made by the build, whoever includes it', async () => {
    const files = { Makefile: 'obj-m := m.o\n', 'm.c': '#include "gen.h"\n' };
    expect(await named(files, ['gen.h'], ['gen.h'])).toEqual([]);
  });

  test("dkms.conf's patches and scripts", async () => {
    const conf = 'PATCH[0]="fix.patch"\nPRE_BUILD="docker/prepare.sh"\n';
    expect(
      await named(
        { ...DRIVER, 'dkms.conf': conf },
        ['*.patch'],
        ['patches/fix.patch', 'docker/prepare.sh'],
      ),
    ).toEqual(['docker/prepare.sh', 'patches/fix.patch']);
  });
});

test('half-done work of a run that was killed is never source', async () => {
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

describe('names and sizes that no package can carry are refused, printable', () => {
  test.each([
    ['a\rb.h', 'a\\x0db.h'],
    ['a\u001b[2Jb.h', 'a\\x1b[2Jb.h'],
    ['a\u007fb.h', 'a\\x7fb.h'],
    ['a\nb.h', 'a\\x0ab.h'],
    ['a\u202eb.h', 'a\\x202eb.h'],
    ['x'.repeat(247), 'x'.repeat(100)],
    ['é'.repeat(124), 'é'.repeat(50)],
  ])('%j', async (name, shown) => {
    await withTemporaryDirectory('test', async (root) => {
      await write(root, DRIVER);
      await write(root, [`sub/${name}`]);
      const error = await listSourceTree(root).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: 'file-name' });
      expect((error as { where: { file: string } }).where.file).toContain(shown);
    });
  });

  test('a name of 246 bytes and one with a tab are right', async () => {
    await withTemporaryDirectory('test', async (root) => {
      await write(root, ['x'.repeat(246), 'a\tb.h']);
      expect(await filesOf(root)).toHaveLength(2);
    });
  });

  test('a sparse file without end', async () => {
    await withTemporaryDirectory('test', async (root) => {
      await write(root, DRIVER);
      await run('truncate', ['-s', '1T', join(root, 'huge.img')]);
      await expect(listSourceTree(root)).rejects.toMatchObject({
        code: 'source-too-large',
        message: expect.stringContaining('huge.img'),
      });
      await run('truncate', ['-s', '20M', join(root, 'huge.img')]);
      await expect(listSourceTree(root, { maxSize: 10 ** 6 })).rejects.toMatchObject({
        code: 'source-too-large',
      });
      expect(await filesOf(root, { maxSize: 30 * 1024 ** 2 })).toContain('huge.img');
    });
  });
});
