import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { init } from '../../../src/commands/init/init.ts';
import { DkmsDebError } from '../../../src/errors.ts';
import { referenceKernel } from '../../../src/kernel/reference-kernel.ts';
import { lintTree } from '../../../src/lint/lint-tree.ts';
import { stageDkmsPackage } from '../../../src/package/dkms/dkms-package.ts';
import { painter } from '../../../src/report/paint.ts';
import { silentReporter } from '../../../src/report/reporter.ts';

let parent = '';
let counter = 0;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'bad-input-'));
});
afterAll(() => rm(parent, { recursive: true, force: true }));

const GOOD = `PACKAGE_NAME="foo"
PACKAGE_VERSION="1.0"
BUILT_MODULE_NAME[0]="foo"
DEST_MODULE_LOCATION[0]="/updates"
`;

/** Makes a tree with this dkms.conf, alone in a new directory. */
async function treeWith(conf: string | Buffer): Promise<string> {
  const tree = join(parent, `${counter++}`, 'tree');
  await mkdir(tree, { recursive: true });
  await writeFile(join(tree, 'dkms.conf'), conf);
  await writeFile(join(tree, 'Makefile'), 'obj-m := foo.o\n');
  await writeFile(join(tree, 'foo.c'), '// SPDX-License-Identifier: GPL-2.0-only\nint x;\n');
  return tree;
}

/** Returns the code of init's error; undefined if it succeeds. */
async function codeOfInit(directory: string, conf?: string): Promise<string | undefined> {
  const context = {
    declarations: async () => [],
    paint: painter(false),
    json: false,
    print() {},
    reporter: silentReporter,
  };
  try {
    await init({ directory, conf, force: false, dryRun: false }, context);
    return undefined;
  } catch (error) {
    if (error instanceof DkmsDebError) return error.code;
    throw error;
  }
}

const list = async (directory: string) => (await readdir(directory, { recursive: true })).sort();

const REFUSED: Readonly<Record<string, readonly [code: string, conf: string | Buffer]>> = {
  'loops for ever': ['conf-endless', `${GOOD}while :; do sleep 1; done\n`],
  'calls exit': ['conf-ended-early', `${GOOD}exit 0\n`],
  'is not bash': ['conf-syntax', `${GOOD}if then\n`],
  'names ../../etc': ['bad-package-name', GOOD.replace('"foo"', '"../../etc"')],
  'has a version that leaves /usr/src': ['bad-package-version', GOOD.replace('1.0', '1/../../..')],
  'has a name of 1 MB': ['conf-too-large', GOOD.replace('"foo"', `"${'x'.repeat(1 << 20)}"`)],
  'has a module name of 1 MB': [
    'conf-too-large',
    GOOD.replace('[0]="foo"', `[0]="${'/'.repeat(1 << 20)}"`),
  ],
  'has a MAKE of 1 MB': ['conf-too-large', `${GOOD}MAKE="make ${'A=b '.repeat(1 << 18)}"\n`],
  'makes a MAKE of 1 MB': [
    'conf-value-too-long',
    `${GOOD}X=$(head -c 1000000 /dev/zero | tr '\\0' a)\nMAKE="make X=$X"\n`,
  ],
  'makes a name of 1 MB': [
    'conf-value-too-long',
    `${GOOD}PACKAGE_NAME=$(head -c 1000000 /dev/zero | tr '\\0' a)\n`,
  ],
  'has a patch outside': ['patch-outside', `${GOOD}PATCH[0]="../../../etc/passwd"\n`],
  'is not UTF-8': [
    'conf-not-utf8',
    Buffer.concat([Buffer.from(GOOD), Buffer.from('MAKE="f\xfcr"\n', 'latin1')]),
  ],
  'has a placeholder without a value': ['placeholder', `${GOOD}MAKE="make @CFLGS@"\n`],
  'is empty': ['name-unknown', '\n'],
  'renames echo': ['name-unknown', `${GOOD}echo() { :; }\n`],
};

// Concurrent, because one of them waits for the time limit.
describe.concurrent('a dkms.conf that', () => {
  test.each(Object.entries(REFUSED))('%s is refused, and nothing is written', async (_, row) => {
    const [code, conf] = row;
    const tree = await treeWith(conf);
    const before = await list(join(tree, '..'));
    expect(await codeOfInit(tree)).toBe(code);
    expect(await list(join(tree, '..'))).toEqual(before);
  });

  const READ: Readonly<Record<string, string>> = {
    'sets a variable of 1 MB that is not a directive': `X=$(head -c 1000000 /dev/zero | tr '\\0' a)\n${GOOD}`,
    'reads stdin': `read -r line\n${GOOD}`,
    'prints rubbish': `echo rubbish; printf 'PACKAGE_NAME[0]=evil\\0' \nprintf '!ended=no\\0'\n${GOOD}`,
    'complains on stderr': `echo '~~~' >&2\n${GOOD}`,
    'defines functions named like programs': `make() { false; }\nsed() { false; }\ngrep() { false; }\n${GOOD}`,
    'sets PATH to nothing': `PATH=\n${GOOD}`,
    'has a MAKE of 60 KB': `${GOOD}MAKE="make ${'A=b '.repeat(15_000)}"\n`,
    'has CRLF line ends': GOOD.replaceAll('\n', '\r\n'),
    'stays behind in the background': `sleep 60 &\n${GOOD}`,
  };
  test.each(Object.entries(READ))('%s is read', async (_, conf) => {
    const tree = await treeWith(conf);
    expect(await codeOfInit(tree)).toBeUndefined();
    const written = await readFile(join(tree, 'debian/foo-dkms.dkms'), 'utf8');
    expect(written.match(/PACKAGE_NAME=/g)).toHaveLength(1);
    expect(written).toMatch(/^PACKAGE_NAME="foo"$/m);
  });
});

describe('debian/ as', () => {
  test('a link is not followed', async () => {
    const tree = await treeWith(GOOD);
    const target = join(tree, '../elsewhere');
    await mkdir(target);
    await symlink(target, join(tree, 'debian'));
    expect(await codeOfInit(tree)).toBe('debian-directory');
    expect(await list(target)).toEqual([]);
  });

  test('a dangling link is not followed', async () => {
    const tree = await treeWith(GOOD);
    await symlink('/nonexistent/debian', join(tree, 'debian'));
    expect(await codeOfInit(tree)).toBe('debian-directory');
    expect(await list(tree)).toEqual(['Makefile', 'debian', 'dkms.conf', 'foo.c']);
  });

  // Bug: debian/source/format was written where the link leads.
  test('a directory with a link for a folder is not written through', async () => {
    const tree = await treeWith(GOOD);
    const target = join(tree, '../elsewhere-source');
    await mkdir(target);
    await mkdir(join(tree, 'debian'));
    await symlink(target, join(tree, 'debian/source'));
    expect(await codeOfInit(tree)).toBe('debian-directory');
    expect(await list(target)).toEqual([]);
    expect(await list(join(tree, 'debian'))).toEqual(['source']);
  });

  test('a file is not replaced', async () => {
    const tree = await treeWith(GOOD);
    await writeFile(join(tree, 'debian'), 'mine');
    expect(await codeOfInit(tree)).toBe('debian-directory');
    expect(await readFile(join(tree, 'debian'), 'utf8')).toBe('mine');
  });
});

test('folders with blanks in their names are listed so that build finds them', async () => {
  const tree = await treeWith(GOOD);
  await rename(tree, join(parent, 'blanks'));
  const source = join(parent, 'blanks/the driver');
  await mkdir(join(source, 'man pages'), { recursive: true });
  for (const name of ['dkms.conf', 'Makefile', 'foo.c']) {
    await rename(join(parent, 'blanks', name), join(source, name));
  }
  await writeFile(join(source, 'README'), 'foo\n===\n');
  await writeFile(join(source, 'man pages/foo.4'), '.TH FOO 4\n');
  const top = join(parent, 'blanks');
  expect(await codeOfInit(top)).toBeUndefined();
  const staged = await stageDkmsPackage(
    top,
    join(top, 'debian'),
    referenceKernel(),
    silentReporter,
  );
  const paths = staged.tree.entries().map(({ path }) => path);
  expect(paths).toContain('usr/share/man/man4/foo.4.gz');
  expect(paths).toContain('usr/share/doc/foo-dkms/README');
  expect(paths).toContain('usr/src/foo-1.0/man pages/foo.4');
});

test('a huge executable file is not read', async () => {
  const tree = await treeWith(GOOD);
  const file = join(tree, 'firmware.img');
  await writeFile(file, 'data', { mode: 0o755 });
  await truncate(file, 3 * 1024 ** 3);
  expect(await codeOfInit(tree)).toBeUndefined();
  const overrides = await readFile(join(tree, 'debian/foo-dkms.lintian-overrides'), 'utf8');
  expect(overrides).toContain('executable-not-elf-or-script');
});

test.each(['changelog', 'control', 'copyright', '.dkms-deb.json'])(
  'debian/%s that has no end is not read',
  async (name) => {
    const tree = await treeWith(GOOD);
    await mkdir(join(tree, 'debian'));
    await symlink('/dev/zero', join(tree, 'debian', name));
    expect(await codeOfInit(tree)).toBe('special-file');
  },
);

test('an endless dkms.conf is not read', async () => {
  const tree = await treeWith(GOOD);
  await symlink('/dev/zero', join(tree, 'zero.conf'));
  expect(await codeOfInit(tree, 'zero.conf')).toBe('link-out');
  await expect(lintTree(tree, { conf: 'zero.conf', evaluate: true })).rejects.toMatchObject({
    code: 'link-out',
  });
});

test.each([
  'a tab\there.h',
  '#hash.h',
  '$Dollar $' + '{Space}.h',
  'a[1]*?.h',
  '{a,b}.h',
  'a\\\\b.h',
])('the name of the directory does not change the source: %j', async (name) => {
  const tree = await treeWith(GOOD);
  await writeFile(join(tree, name), '');
  await writeFile(join(tree, '.gitignore'), '/kept\n');
  expect(await codeOfInit(tree)).toBeUndefined();
  const staged = await stageDkmsPackage(
    tree,
    join(tree, 'debian'),
    referenceKernel(),
    silentReporter,
  );
  const paths = staged.tree.entries().map(({ path }) => path);
  expect(paths).toContain(`usr/src/foo-1.0/${name}`);
});
