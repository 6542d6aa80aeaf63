import { appendFile, cp, mkdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';
import { expectAccepted } from '../../support/acceptance.ts';
import { asRoot } from '../../support/as-root.ts';
import { exampleDirectory } from '../../support/example.ts';
import {
  commitAll,
  dpkgBuildpackage,
  extractSource,
  fieldsOf,
  names,
  packagedTree,
  runBuild,
  stateOf,
  writeScript,
} from '../../support/source-packages.ts';

/** The tree under the name that its private copy will have: dpkg-source takes it into the tarball. */
async function nativeTree(parent: string): Promise<string> {
  const tree = await packagedTree('hello', parent);
  // As in most repositories: CI and git's own files beside the source.
  await mkdir(join(tree, '.github'));
  await writeFile(join(tree, '.github/ci.yml'), 'on: push\n');
  await writeFile(join(tree, '.gitignore'), '*.ko\n');
  await writeScript(join(tree, 'check.sh'), '#!/bin/sh\n');
  await writeFile(join(tree, 'debian/not-installed'), 'check.sh\n');
  // Older than the changelog entry: a time that is kept.
  await utimes(join(tree, 'hello.c'), 1e9, 1e9);
  await rename(tree, join(parent, 'hello-1.0'));
  return join(parent, 'hello-1.0');
}

/** Fields of a .changes or .buildinfo, without sums of what has the time of the build in it. */
function comparable(file: string): Record<string, string> {
  const fields = fieldsOf(file);
  for (const name of ['Build-Date', 'Environment']) delete fields[name];
  for (const [name, value] of Object.entries(fields)) {
    const lines = value.split('\n').filter((line) => !/\.(buildinfo|deb)$/.test(line));
    if (/^(Checksums-|Files$)/.test(name)) fields[name] = lines.join('\n');
  }
  return fields;
}

test('-S, -F and -b make the same files as dpkg-buildpackage, with the same .dsc and tarball', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await nativeTree(parent);
    for (const [type, option] of [
      ['source', '-S'],
      ['full', '-F'],
      ['binary', '-b'],
    ] as const) {
      const ours = join(parent, type);
      const before = await stateOf(tree);
      const { files } = await runBuild(tree, ours, { [type]: true });
      expect(await stateOf(tree)).toBe(before);

      const home = join(parent, `twin${option}`);
      await mkdir(home);
      await cp(tree, join(home, 'hello-1.0'), { recursive: true, preserveTimestamps: true });
      await dpkgBuildpackage(join(home, 'hello-1.0'), option);
      const theirs = names(home).filter((name) => name !== 'hello-1.0');
      expect(names(ours)).toEqual(theirs);
      expect(files.map((file) => basename(file)).sort()).toEqual(theirs);
      for (const name of theirs) {
        const [our, their] = [join(ours, name), join(home, name)];
        if (/\.(changes|buildinfo)$/.test(name)) expect(comparable(our)).toEqual(comparable(their));
        else if (!name.endsWith('.deb')) {
          expect((await readFile(our)).equals(await readFile(their)), name).toBe(true);
        }
      }
    }
  });
});

test('dpkg-source, dscverify, dput and lintian accept a native upload, which unpacks to the source', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await nativeTree(parent);
    const output = join(parent, 'out');
    await runBuild(tree, output, { full: true });
    await expectAccepted(join(output, 'hello_1.0_amd64.changes'));
    await extractSource(join(output, 'hello_1.0.dsc'), join(parent, 'extracted'));
    await rm(join(tree, '.gitignore'));
    await run('diff', ['-r', tree, join(parent, 'extracted')]);
  });
});

test('the bytes are the same in another directory, under another umask, and after a build in the tree', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await nativeTree(parent);
    await runBuild(tree, join(parent, 'one'), { source: true });
    const other = join(parent, 'elsewhere/somewhere');
    await mkdir(join(parent, 'elsewhere'));
    await cp(tree, other, { recursive: true, preserveTimestamps: true });
    await run('chmod', ['-R', 'g+w,o=', other]);
    // What make and debhelper leave behind.
    await writeFile(join(other, 'hello.ko'), 'product');
    await writeFile(join(other, 'hello.o'), 'product');
    await writeFile(join(other, '.hello.o.cmd'), 'product');
    await mkdir(join(other, 'debian/hello-dkms/usr'), { recursive: true });
    await writeFile(join(other, 'debian/files'), 'hello-dkms_1.0_all.deb kernel optional\n');
    const umask = process.umask(0o077);
    try {
      await runBuild(other, join(parent, 'two'), { source: true });
    } finally {
      process.umask(umask);
    }
    for (const name of ['hello_1.0.dsc', 'hello_1.0.tar.xz']) {
      const [one, two] = [join(parent, 'one', name), join(parent, 'two', name)];
      expect((await readFile(one)).equals(await readFile(two)), name).toBe(true);
    }
  });
});

test('objects that ship as source are in the tarball, which dpkg-source alone would leave out', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await packagedTree('hello', parent);
    await writeFile(join(tree, 'firmware.o'), 'blob');
    await writeFile(join(tree, 'notes.c~'), 'backup');
    await runBuild(tree, join(parent, 'out'), { source: true });
    await extractSource(join(parent, 'out/hello_1.0.dsc'), join(parent, 'extracted'));
    expect(names(join(parent, 'extracted'))).toContain('firmware.o');
    expect(names(join(parent, 'extracted'))).not.toContain('notes.c~');
  });
});

test('without debian/, -F packages what init would write; the tree and results in it stay', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await exampleDirectory('duo', parent);
    await commitAll(tree, '2024-03-01T12:00:00Z');
    const before = await stateOf(tree);
    const output = join(parent, 'out');
    const { notes } = await runBuild(tree, output, { full: true });
    expect(notes).toContain(
      'There is no debian/: using the debian/ that dkms-deb init would write.',
    );
    expect(await stateOf(tree)).toBe(before);
    await expectAccepted(join(output, 'duo_0.3.1_amd64.changes'));
    await extractSource(join(output, 'duo_0.3.1.dsc'), join(parent, 'extracted'));
    expect(names(join(parent, 'extracted/debian'))).toContain('duo-dkms.install');

    // Into the tree itself, twice: earlier results are no source; another clone gives the same.
    const clone = join(parent, 'clone');
    await run('git', ['clone', '-q', tree, clone]);
    for (let round = 0; round < 2; round++)
      await runBuild(clone, join(clone, 'out'), { full: true });
    for (const name of ['duo_0.3.1.dsc', 'duo_0.3.1.tar.xz', 'duo-dkms_0.3.1_all.deb']) {
      const [one, two] = [join(output, name), join(clone, 'out', name)];
      expect((await readFile(one)).equals(await readFile(two)), name).toBe(true);
    }
  });
});

test('the tree and its parent may be read-only', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const home = join(parent, 'home');
    await mkdir(home);
    await packagedTree('hello', home, { version: '1.0-1', quilt: true });
    await asRoot(['mount', '--bind', home, home]);
    try {
      await asRoot(['mount', '-o', 'remount,bind,ro', home]);
      await expect(writeFile(join(home, 'x'), '')).rejects.toThrow('EROFS');
      await runBuild(join(home, 'hello'), join(parent, 'out'), { full: true });
    } finally {
      await asRoot(['umount', home]);
    }
    expect(names(join(parent, 'out'))).toHaveLength(6);
  });
});

test('--dry-run names exactly the files that the build then writes', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await packagedTree('hello', parent, { version: '1.0-1', quilt: true });
    for (const type of ['source', 'full', 'binary'] as const) {
      const output = join(parent, type);
      const planned = await runBuild(tree, output, { [type]: true, dryRun: true });
      expect(names(parent)).not.toContain(type);
      const { files } = await runBuild(tree, output, { [type]: true });
      expect([...planned.files].sort()).toEqual([...files].sort());
    }
  });
});

test('a call below debian/rules does not disturb dpkg-buildpackage', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await packagedTree('hello', parent, { rules: 'dkms-deb' });
    const { files } = await runBuild(tree, parent, { fromRules: true, compression: 'gzip:1' });
    expect(files).toEqual([join(parent, 'hello-dkms_1.0_all.deb')]);
    expect(await readFile(join(tree, 'debian/files'), 'utf8')).toBe(
      'hello-dkms_1.0_all.deb kernel optional\n',
    );
    const { stdout } = await run('ar', ['t', join(parent, 'hello-dkms_1.0_all.deb')]);
    expect(stdout).toBe('debian-binary\ncontrol.tar.gz\ndata.tar.gz\n');
  });
});

test('with -o . in the tree, and after a build that was killed, only source is packed', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await packagedTree('hello', parent);
    await runBuild(tree, join(parent, 'out'), { source: true });
    await mkdir(join(tree, '.dkms-deb-abcdef'));
    await writeFile(join(tree, '.dkms-deb-abcdef/hello_1.0.dsc'), 'half');
    for (let round = 0; round < 2; round++) {
      await runBuild(tree, tree, { source: true });
      const ours = await readFile(join(tree, 'hello_1.0.dsc'));
      expect(ours.equals(await readFile(join(parent, 'out/hello_1.0.dsc')))).toBe(true);
    }
  });
});

test('a source package of several binary packages, which only debhelper builds', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await packagedTree('hello', parent, { version: '2:1.0' });
    const more = '\nPackage: hello-utils\nArchitecture: any\nDescription: x\n y\n';
    await appendFile(join(tree, 'debian/control'), more);
    await mkdir(join(tree, 'debian/hello-utils/usr'), { recursive: true });
    await writeFile(join(tree, 'debian/hello-utils.links'), '/a /b\n');
    const { files } = await runBuild(tree, join(parent, 'out'), { source: true });
    expect(files[0]).toBe(join(parent, 'out/hello_1.0.dsc'));
    await extractSource(join(parent, 'out/hello_1.0.dsc'), join(parent, 'extracted'));
    expect(names(join(parent, 'extracted/debian'))).toContain('hello-utils.links');
    expect(names(join(parent, 'extracted/debian'))).not.toContain('hello-utils');
  });
});
