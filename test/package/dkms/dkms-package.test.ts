import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { referenceKernel } from '../../../src/kernel/reference-kernel.ts';
import { stageDkmsPackage } from '../../../src/package/dkms/dkms-package.ts';
import type { StagedPackage } from '../../../src/package/staged-package.ts';
import type { Reporter } from '../../../src/report/reporter.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

const CONTROL = `Source: hello
Section: kernel
Priority: optional
Maintainer: A B <a@b.org>

Package: hello-dkms
Architecture: all
Depends: \${misc:Depends}
Description: greets
 Long.
`;
const CHANGELOG =
  'hello (1.0) unstable; urgency=medium\n\n  * First.\n\n -- A B <a@b.org>  Sat, 21 Nov 2026 00:00:00 +0000\n';
const CONF =
  'PACKAGE_NAME="hello"\nPACKAGE_VERSION="1.0"\nBUILT_MODULE_NAME[0]="hello"\nDEST_MODULE_LOCATION[0]="/updates"\nAUTOINSTALL="yes"\n';

/** A driver with a debian/ directory; `files` are added to or replace those of the tree. */
async function stage(
  files: Record<string, string>,
  reporter: Reporter = silentReporter,
  prepare: (tree: string) => Promise<void> = async () => {},
): Promise<StagedPackage> {
  return withTemporaryDirectory('test', async (tree) => {
    const all: Record<string, string> = {
      'hello.c': 'int x;\n',
      Kbuild: 'obj-m := hello.o\n',
      'debian/control': CONTROL,
      'debian/changelog': CHANGELOG,
      'debian/copyright': 'nobody\n',
      'debian/hello-dkms.dkms': CONF,
      'debian/hello-dkms.install': 'hello.c Kbuild usr/src/hello-1.0/\n',
      ...files,
    };
    for (const [name, text] of Object.entries(all)) {
      await mkdir(join(tree, name, '..'), { recursive: true });
      await writeFile(join(tree, name), text);
    }
    await prepare(tree);
    return stageDkmsPackage(tree, join(tree, 'debian'), referenceKernel(), reporter);
  });
}

const paths = (staged: StagedPackage) =>
  staged.tree
    .entries()
    .filter((entry) => entry.type !== 'directory')
    .map((entry) => entry.path);
const member = (staged: StagedPackage, name: string) =>
  staged.control.find((found) => found.name === name)?.bytes.toString() ?? '';

test('source, dkms.conf, documentation and scripts', async () => {
  const staged = await stage({});
  expect(staged.fileName).toBe('hello-dkms_1.0_all.deb');
  expect(paths(staged)).toEqual([
    'usr/share/doc/hello-dkms/changelog.gz',
    'usr/share/doc/hello-dkms/copyright',
    'usr/src/hello-1.0/Kbuild',
    'usr/src/hello-1.0/dkms.conf',
    'usr/src/hello-1.0/hello.c',
  ]);
  expect(member(staged, 'control')).toContain('\nDepends: dkms (>= 2.1.0.0)\n');
  expect(member(staged, 'postinst')).toContain('common.postinst hello 1.0 ');
  expect(member(staged, 'prerm')).toContain('dkms remove -m hello -v 1.0 --all');
});

test('#MODULE_VERSION# becomes the upstream version of the changelog without its epoch', async () => {
  const staged = await stage({
    'debian/hello-dkms.dkms': CONF.replace('"1.0"', '"#MODULE_VERSION#"'),
    'debian/changelog': CHANGELOG.replace('(1.0)', '(2:1.0~rc1+git-3)'),
    'debian/hello-dkms.install': 'hello.c Kbuild usr/src/hello-1.0~rc1+git/\n',
  });
  expect(paths(staged)).toContain('usr/src/hello-1.0~rc1+git/dkms.conf');
  expect(paths(staged)).toContain('usr/share/doc/hello-dkms/changelog.Debian.gz');
  expect(staged.fileName).toBe('hello-dkms_1.0~rc1+git-3_all.deb');
});

test('BUILD_EXCLUSIVE_* of dkms 3.0.11 asks for that dkms', async () => {
  const staged = await stage({
    'debian/hello-dkms.dkms': `${CONF}BUILD_EXCLUSIVE_KERNEL_MIN="5.4"\n`,
  });
  expect(member(staged, 'control')).toContain('\nDepends: dkms (>= 3.0.11)\n');
});

test('.dkms may name the file that is dkms.conf', async () => {
  const staged = await stage({ 'debian/hello-dkms.dkms': 'dkms.conf\n', 'dkms.conf': CONF });
  expect(paths(staged)).toContain('usr/src/hello-1.0/dkms.conf');
});

test("a person's postinst without #DEBHELPER# is warned about (Open-CAS#1680)", async () => {
  const warnings: string[] = [];
  const reporter = { ...silentReporter, warn: (message: string) => warnings.push(message) };
  await stage({ 'debian/hello-dkms.postinst': '#!/bin/sh\nexit 0\n' }, reporter);
  expect(warnings).toEqual([expect.stringContaining('so it does not call DKMS')]);
});

test.each([
  ['debian/hello-dkms.service', '[Unit]\n', 'unsupported-file'],
  ['debian/hello-dkms.cron.d', 'x\n', 'unsupported-file'],
  ['debian/control', `${CONTROL}\nPackage: hello-tools\nArchitecture: any\n`, 'several-packages'],
  ['debian/control', CONTROL.replace('all', 'any'), 'architecture'],
  ['debian/changelog', 'rubbish\n', 'changelog-syntax'],
  ['debian/hello-dkms.install', 'nothing.c usr/src/hello-1.0/\n', 'list-missing'],
  ['debian/hello-dkms.install', 'hello.c ../../etc\n', 'list-path'],
  ['debian/hello-dkms.install', 'hello.c => usr/src/x/y.c\n', 'install-rename'],
  ['debian/hello-dkms.maintscript', 'rm_everything /etc/x\n', 'maintscript'],
  ['debian/hello-dkms.maintscript', 'mv_conffile /etc/x y 1.0~ hello-dkms\n', 'maintscript'],
  ['debian/hello-dkms.links', 'usr/share/x\n', 'links-pair'],
])('%s is refused: %j', async (name, text, code) => {
  await expect(stage({ [name]: text })).rejects.toMatchObject({
    code,
    ...(code === 'several-packages' || code === 'unsupported-file' || code === 'architecture'
      ? { hint: expect.stringContaining('let debhelper build the package') }
      : { where: { line: expect.any(Number) } }),
  });
});

test('a dkms.conf has the limits that init sets it', async () => {
  const huge = { 'debian/hello-dkms.dkms': `${CONF}# ${'x'.repeat(300_000)}\n` };
  await expect(stage(huge)).rejects.toMatchObject({ code: 'conf-too-large' });
  const link = (tree: string) => symlink('/dev/zero', join(tree, 'dkms.conf'));
  const named = { 'debian/hello-dkms.dkms': 'dkms.conf\n' };
  const staged = stage(named, silentReporter, link);
  await expect(staged).rejects.toMatchObject({ code: 'special-file' });
});

test('a file of debian/ that .install names is no unsupported file', async () => {
  const staged = await stage({
    'debian/hello.rules': 'x\n',
    'debian/hello-dkms.install':
      'hello.c Kbuild usr/src/hello-1.0/\ndebian/hello.rules usr/lib/udev/rules.d/\n',
  });
  expect(paths(staged)).toContain('usr/lib/udev/rules.d/hello.rules');
});

test.each(['../outside.c', '/etc/passwd'])('a link to %s is refused', async (target) => {
  const staging = stage(
    { 'debian/hello-dkms.install': 'hello.c link.c usr/src/hello-1.0/\n' },
    silentReporter,
    (tree) => symlink(target, join(tree, 'link.c')),
  );
  await expect(staging).rejects.toMatchObject({ code: 'symlink-outside' });
});

test('a package without a part of its source is refused, with the file and the line that names it (case 02)', async () => {
  const without = (install: string) => stage({ 'debian/hello-dkms.install': install });
  await expect(without('hello.c usr/src/hello-1.0/\n')).rejects.toMatchObject({
    code: 'incomplete-source',
    message: expect.stringContaining('Makefile is missing'),
  });
  await expect(without('Kbuild usr/src/hello-1.0/\n')).rejects.toMatchObject({
    message: expect.stringContaining('Kbuild:1 names hello.c, which is missing'),
    hint: 'Add hello.c to debian/*.install, so that it is installed into /usr/src/hello-1.0.',
  });
  await expect(without('hello.c Kbuild usr/src/hello-1.1/\n')).rejects.toMatchObject({
    message: expect.stringContaining('/usr/src/hello-1.0 cannot be compiled'),
    hint: expect.stringContaining('instead of /usr/src/hello-1.1'),
  });
});

test('an empty submodule that a source includes from is told with the command that fills it', async () => {
  const staging = stage({
    'hello.c': '#include "common/shared.h"\n',
    '.gitmodules': '[submodule "common"]\n\tpath = common\n\turl = https://example.org/common\n',
  });
  await expect(staging).rejects.toMatchObject({
    message: expect.stringContaining('hello.c:1 includes common/shared.h, which is missing'),
    hint: expect.stringContaining('git submodule update --init'),
  });
});

test('a link to a link to compressed documentation gets the suffix, too', async () => {
  const links = 'usr/share/doc/hello-dkms/big usr/share/doc/hello-dkms/one';
  const more = 'usr/share/doc/hello-dkms/one usr/share/doc/hello-dkms/another';
  const staged = await stage({
    big: 'x'.repeat(9000),
    'debian/hello-dkms.docs': 'big\n',
    'debian/hello-dkms.links': `${links}\n${more}\n`,
  });
  const found = staged.tree
    .entries()
    .flatMap((entry) => (entry.type === 'symlink' ? [`${entry.path} -> ${entry.target}`] : []));
  expect(found).toEqual([
    'usr/share/doc/hello-dkms/another.gz -> one.gz',
    'usr/share/doc/hello-dkms/one.gz -> big.gz',
  ]);
});

test('a maintainer script without #DEBHELPER# loses the commands of .maintscript: a warning', async () => {
  const warnings: string[] = [];
  const reporter = { ...silentReporter, warn: (message: string) => warnings.push(message) };
  await stage(
    {
      'debian/hello-dkms.maintscript': 'rm_conffile /etc/x\n',
      'debian/hello-dkms.preinst': '#!/bin/sh\nset -e\n',
    },
    reporter as Reporter,
  );
  expect(warnings).toEqual([
    expect.stringMatching(
      /debian\/hello-dkms\.preinst has no #DEBHELPER# line, so it does not run the commands of hello-dkms\.maintscript$/,
    ),
  ]);
});
