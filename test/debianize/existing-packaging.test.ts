import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { unmentionedFiles } from '../../src/debianize/adopt-files.ts';
import { readExistingPackaging } from '../../src/debianize/existing-packaging.ts';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { cpuTime } from '../support/cpu-time.ts';

async function read(rules: string, more: Readonly<Record<string, string>> = {}) {
  return withTemporaryDirectory('test', async (directory) => {
    const debian = join(directory, 'debian');
    await mkdir(debian);
    const files = { 'debian/rules': rules, ...more };
    for (const [path, text] of Object.entries(files)) await writeFile(join(directory, path), text);
    return readExistingPackaging(debian, undefined);
  });
}

test.each([
  ['replaced by nothing', 'override_dh_auto_install:\n', true],
  ['replaced by nothing at the end', '%:\n\tdh $@\noverride_dh_auto_install:', true],
  ['one of several targets', 'a override_dh_auto_install b: c\n\n', true],
  ['replaced by a command', 'override_dh_auto_install:\n\tmake install\n', false],
  ['a word of a command', '%:\n\techo override_dh_auto_install:\n', false],
  ['a prerequisite', 'all: override_dh_auto_install\n', false],
  ['in a comment', '# override_dh_auto_install:\n', false],
])('dh_auto_install: %s', async (_, rules, expected) => {
  expect((await read(rules)).leavesOut('foo.rules')).toBe(expected);
});

const MAKEFILE =
  'SRC = $(DESTDIR)/usr/src/foo-1.0\ninstall:\n\tcp *.c $(SRC)\ndkms_install:\n\tcp *.c $(SRC)\n';

test.each([
  ['a command', 'override_dh_auto_install:\n\t$(MAKE) DESTDIR=x dkms_install\n', true],
  ['a continued command', 'install:\n\tmake \\\n\t\tDESTDIR=x \\\n\t\tdkms_install\n', true],
  ['dh itself', '%:\n\tdh $@ --with dkms\n', true],
  ['dh_auto_install', 'override_dh_auto_install:\n\tdh_auto_install -- X=1\n', true],
  ['no command', '%:\n\tdh $@\noverride_dh_auto_install:\n', false],
  ['dh without a build system', '%:\n\tdh $@ --buildsystem=none\n', false],
  ['make of another target', 'clean:\n\t$(MAKE) clean\n', false],
])('the makefile of the driver installs the source, run by %s', async (_, rules, expected) => {
  expect((await read(rules, { Makefile: MAKEFILE })).hasSource).toBe(expected);
  expect((await read(rules, { Makefile: 'install:\n\ttrue\n' })).hasSource).toBe(false);
  expect((await read(rules)).hasSource).toBe(false);
});

test('a makefile that installs past DESTDIR does not install into the package', async () => {
  const Makefile = 'install:\n\tcp *.c /usr/src/foo-1.0\n';
  expect((await read('%:\n\tdh $@\n', { Makefile })).hasSource).toBe(false);
});

test('a list without the name of a package belongs to the first package', async () => {
  const control = 'Source: foo\n\nPackage: foo-dkms\n\nPackage: foo-utils\n';
  const found = await read('', { 'debian/docs': 'README\n', 'debian/control': control });
  expect(found.hasPlainList('docs', 'foo-dkms')).toBe(true);
  expect(found.hasPlainList('docs', 'foo-utils')).toBe(false);
  expect(found.hasPlainList('install', 'foo-dkms')).toBe(false);
});

test.each([
  ['empty lines', '\n'.repeat(400_000)],
  ['colons', `override_dh_auto_install${':'.repeat(400_000)}\n\tx\n`],
])('bug: debian/rules with many %s took quadratic time', async (_, rules) => {
  expect(await cpuTime(() => read(rules))).toBeLessThan(5000);
});

// Bug: nothing installed the source, and nothing said so.
test('a debian/install by hand that does not install the source is told', async () => {
  await withTemporaryDirectory('test', async (debian) => {
    await writeFile(join(debian, 'control'), 'Source: foo\n\nPackage: foo-dkms\n');
    const notes = async () =>
      unmentionedFiles(await readExistingPackaging(debian, undefined), { install: [] }, 'foo-dkms');
    expect(await notes()).toEqual([]);
    await writeFile(join(debian, 'install'), '99-foo.rules lib/udev/rules.d\n');
    expect(await notes()).toEqual([
      expect.stringMatching(/^nothing in debian\/ installs the source of the driver: add it to/),
    ]);
    await writeFile(join(debian, 'install'), 'foo.c usr/src/foo-1.0\n');
    expect(await notes()).toEqual([]);
  });
});
