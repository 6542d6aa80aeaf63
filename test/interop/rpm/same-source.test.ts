import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect } from 'vitest';
import { run } from '../../../src/system/process/run.ts';
import { ARCHIVE_PACKAGES, archivePackage } from '../../support/archive-packages.ts';
import { buildBoth, describeTree, unpackRpm } from '../../support/built-rpm.ts';
import { exampleDirectory } from '../../support/example.ts';
import { PROJECT } from '../../support/project.ts';
import { quiltTree } from '../../support/quilt-tree.ts';
import { dkmsDeb, dkmsDebLines, sandboxTest as test } from '../../support/sandbox.ts';

/** A tree with a patch in debian/patches that changes hello.c and dkms.conf, and adds added.h. */
async function patchedQuiltTree(parent: string): Promise<string> {
  const tree = await quiltTree(parent);
  const patched = join(parent, 'patched');
  await run('cp', ['-a', tree, patched]);
  await writeFile(join(patched, 'added.h'), '/* added */\n');
  for (const name of ['hello.c', 'dkms.conf']) {
    const text = await readFile(join(tree, name), 'utf8');
    const comment = name === 'hello.c' ? '/* patched */' : '# patched';
    await writeFile(join(patched, name), `${text.trimEnd()}\n${comment}\n`);
  }
  const diff = ['-ruN', '-x', 'debian', basename(tree), 'patched'];
  const { stdout } = await run('diff', diff, { cwd: parent, accept: [1] });
  await rm(patched, { recursive: true });
  await mkdir(join(tree, 'debian/patches'));
  const list = join(tree, 'debian/hello-dkms.install');
  await writeFile(list, `${await readFile(list, 'utf8')}added.h usr/src/hello-1.0/\n`);
  await writeFile(join(tree, 'debian/patches/series'), 'one.patch\n');
  await writeFile(join(tree, 'debian/patches/one.patch'), stdout);
  return tree;
}

/** lttng-modules has 800 files; the others are enough. */
const DRIVERS = ARCHIVE_PACKAGES.filter((name) => name !== 'lttng-modules-dkms');

describe('the RPM package installs the same source as the Debian package', () => {
  for (const name of ['hello', 'duo'] as const) {
    test(`examples/${name}`, async ({ sandbox }) => {
      const tree = await exampleDirectory(name, sandbox.directory);
      const { deb, rpm } = await buildBoth(sandbox, tree, 'usr/src');
      expect(Object.keys(deb).length).toBeGreaterThan(2);
      expect(rpm).toEqual(deb);
    });
  }

  for (const name of DRIVERS) {
    test(`${name} of the archive`, async ({ sandbox }) => {
      const { sourceTree } = await archivePackage(name, sandbox.directory);
      const { deb, rpm } = await buildBoth(sandbox, sourceTree, 'usr/src');
      expect(Object.keys(deb).length).toBeGreaterThan(2);
      expect(rpm).toEqual(deb);
    });
  }

  test('with debian/patches applied, which may also change dkms.conf and add files', async ({
    sandbox,
  }) => {
    const tree = await patchedQuiltTree(sandbox.directory);
    const other = await dkmsDeb(sandbox, ['rpm', '-o', join(sandbox.out, 'other'), tree]);
    expect(other.stderr).toContain(
      'but the Debian package gets debian/hello-dkms.dkms, which is different',
    );
    await writeFile(join(tree, 'debian/hello-dkms.dkms'), 'dkms.conf\n');
    const before = await describeTree(tree);
    const { deb, rpm } = await buildBoth(sandbox, tree, 'usr/src');
    expect(Object.keys(rpm)).toContain('hello-1.0/added.h');
    expect(rpm).toEqual(deb);
    expect(await describeTree(tree)).toEqual(before);
    await dkmsDebLines(sandbox, ['init', '-q', '--rpm', tree]);
    const again = { ...sandbox, directory: join(sandbox.directory, 'again') };
    await mkdir(again.directory);
    expect((await buildBoth(again, tree, 'usr/src')).rpm).toEqual(deb);

    await cp(join(tree, 'debian/patches/one.patch'), join(tree, 'rpm/one.patch'));
    const spec = join(tree, 'rpm/hello-dkms.spec');
    const text = await readFile(spec, 'utf8');
    await writeFile(spec, text.replace(/^BuildArch/m, 'Patch0: one.patch\nBuildArch'));
    const own = await dkmsDeb(sandbox, ['rpm', '-o', join(sandbox.out, 'own'), tree]);
    expect(own.exitStatus, own.output).toBe(0);
    expect(own.stderr).toContain(
      'debian/patches are not applied, because rpm/hello-dkms.spec names',
    );
    const root = join(sandbox.directory, 'own-root');
    await unpackRpm(own.stdout.trim(), root);
    expect(await readdir(join(root, 'usr/src/hello-1.0'))).not.toContain('added.h');
  });

  test('messages name what only the Debian package gets from debian/', async ({ sandbox }) => {
    const tree = await exampleDirectory('hello', sandbox.directory);
    await dkmsDebLines(sandbox, ['init', '-q', '--rules', 'dh', tree]);
    const before = await dkmsDeb(sandbox, ['rpm', '-o', join(sandbox.out, 'before'), tree]);
    expect(before.stderr).not.toContain('warning');
    await writeFile(join(tree, 'debian/hello-dkms.postinst'), '#!/bin/sh\n#DEBHELPER#\n');
    const rules = join(tree, 'debian/rules');
    const own = 'execute_after_dh_install:\n\ttouch debian/hello-dkms/usr/src/hello-1.0/made.h\n';
    await writeFile(rules, `${await readFile(rules, 'utf8')}\n${own}`);
    const { exitStatus, stderr } = await dkmsDeb(sandbox, ['rpm', '-o', sandbox.out, tree]);
    expect(exitStatus).toBe(0);
    expect(stderr).toContain('debian/hello-dkms.postinst is not in the RPM package');
    expect(stderr).toContain('into %post of rpm/hello-dkms.spec');
    expect(stderr).toMatch(
      /debian\/rules: .*: the RPM package has the source as it is in the tree/,
    );
  });

  test('what is not packed is named, and so is what is unknown, as build does', async ({
    sandbox,
  }) => {
    const tree = await exampleDirectory('hello', sandbox.directory);
    await run('git', ['init', '-q', tree]);
    await run('git', ['add', '.'], { cwd: tree });
    await writeFile(join(tree, 'untracked.c'), '');
    await symlink('/etc/passwd', join(tree, 'outside'));
    await run('git', ['add', 'outside'], { cwd: tree });
    await rm(join(tree, 'debian'), { recursive: true, force: true });
    const told = async (command: string) => {
      const words = [command, '-o', join(sandbox.out, command), tree];
      const { stderr } = await dkmsDeb(sandbox, words);
      return stderr.split('\n').filter((line) => /not packed|not in git/.test(line));
    };
    const said = await told('rpm');
    expect(said.length).toBe(2);
    expect(said).toEqual(await told('build'));
    await rm(join(tree, '.git'), { recursive: true });
    for (const name of ['hello.c', 'Makefile', 'README.md']) {
      const text = await readFile(join(tree, name), 'utf8');
      await writeFile(join(tree, name), text.replaceAll(/^.*(?:SPDX|LICENSE|GPL).*$/gm, ''));
    }
    const unknown = await dkmsDeb(sandbox, ['rpm', '-o', join(sandbox.out, 'unknown'), tree]);
    expect(unknown.stderr).toContain('has FIXME: License:          FIXME');
  });

  test('bug: source that no kernel can compile was packed without a word', async ({ sandbox }) => {
    const tree = await exampleDirectory('hello', sandbox.directory);
    await rm(join(tree, 'Makefile'));
    const { exitStatus, stderr } = await dkmsDeb(sandbox, ['rpm', '-o', sandbox.out, tree]);
    expect(exitStatus).toBe(1);
    expect(stderr).toContain('cannot be compiled: Makefile is missing');
  });

  test('a patch that does not apply ends the build', async ({ sandbox }) => {
    const tree = await patchedQuiltTree(sandbox.directory);
    // dpkg-source takes the patches as applied if the first one cannot be applied.
    const patches = join(tree, 'debian/patches');
    const text = await readFile(join(patches, 'one.patch'), 'utf8');
    await writeFile(join(patches, 'two.patch'), text.replaceAll('* patched *', '* other *'));
    await writeFile(join(patches, 'series'), 'one.patch\ntwo.patch\n');
    const { exitStatus, stderr } = await dkmsDeb(sandbox, ['rpm', '-o', sandbox.out, tree]);
    expect(exitStatus).toBe(1);
    expect(stderr).toContain('two.patch');
    expect(await readdir(sandbox.out).catch(() => [])).toEqual([]);
  });

  test('after init --rpm, too, from a folder of the tree, and with filled-in placeholders', async ({
    sandbox,
  }) => {
    for (const [golden, folders] of [
      ['conf-in-src', ['usr/src']],
      ['placeholder-sed', ['usr/src']],
      ['derived', ['usr/src']],
      ['rpm-system-files', ['usr/src', 'usr/lib/udev', 'usr/lib/firmware', 'usr/lib/modprobe.d']],
    ] as const) {
      const tree = join(sandbox.directory, golden);
      await cp(join(PROJECT, 'test/golden/init', golden, 'in'), tree, { recursive: true });
      await dkmsDebLines(sandbox, ['init', '-q', '--rpm', tree]);
      const own = { ...sandbox, directory: join(sandbox.directory, `${golden}-roots`) };
      await mkdir(own.directory);
      for (const folder of folders) {
        const { deb, rpm } = await buildBoth(own, tree, folder);
        expect(rpm, `${golden} ${folder}`).toEqual(deb);
      }
    }
  });
});
