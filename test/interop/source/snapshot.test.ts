import { appendFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { variantVersion } from '../../../src/source/build-entry.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';
import { expectAccepted } from '../../support/acceptance.ts';
import { useEnvironment } from '../../support/environment.ts';
import {
  commitAll,
  extractSource,
  failedBuild,
  fieldsOf,
  names,
  packagedTree,
  runBuild,
  setVersion,
  stateOf,
} from '../../support/source-packages.ts';

const COMMIT = { hash: '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d', time: 1795305599 };

// The date of a version is the commit's in UTC, wherever the machine stands.
useEnvironment({ TZ: 'Pacific/Kiritimati' });

async function isLess(one: string, other: string): Promise<boolean> {
  const compared = await run('dpkg', ['--compare-versions', one, 'lt', other], { accept: [0, 1] });
  return compared.exitStatus === 0;
}

test.each([
  // version, its snapshot, versions that come after
  ['1.2.3', '1.2.3+git20261121.1a2b3c4', ['1.2.4', '1.2.3.1', '1.3']],
  ['1.2.3-4', '1.2.3+git20261121.1a2b3c4-1', ['1.2.4-1', '1.2.3.1-1']],
  ['1.2.3-4ubuntu2', '1.2.3+git20261121.1a2b3c4-1', ['1.2.4-0ubuntu1']],
  ['1.2~rc1', '1.2~rc1+git20261121.1a2b3c4', ['1.2~rc2', '1.2']],
  ['2:1.2~rc1-1', '2:1.2~rc1+git20261121.1a2b3c4-1', ['2:1.2~rc2-1', '2:1.2-1']],
  ['0:1.2', '0:1.2+git20261121.1a2b3c4', ['1.3']],
  ['1.2.3+ds-1', '1.2.3+ds+git20261121.1a2b3c4-1', ['1.2.4+ds-1']],
  ['1.2-3-1', '1.2-3+git20261121.1a2b3c4-1', ['1.2-4-1']],
  ['20240501', '20240501+git20261121.1a2b3c4', ['20240502']],
  [
    '1.2.3+git20261120.fffffff-1',
    '1.2.3+git20261121.1a2b3c4-1',
    ['1.2.4-1', '1.2.3+git20261122.0000000-1'],
  ],
] as const)(
  'the snapshot of %s sorts between it and what comes next',
  async (version, snapshot, next) => {
    expect(variantVersion(version, { commit: COMMIT })).toBe(snapshot);
    const suffixed = variantVersion(version, { commit: COMMIT, suffix: '~ppa1' });
    expect(suffixed).toBe(`${snapshot}~ppa1`);
    expect(await isLess(version, suffixed)).toBe(true);
    expect(await isLess(suffixed, snapshot)).toBe(true);
    for (const later of next) expect(await isLess(snapshot, later), later).toBe(true);
  },
);

test('a loop makes daily uploads for several releases with one orig tarball, and does not change the tree', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await packagedTree('hello', parent, { version: '1.0-1', quilt: true });
    const hash = await commitAll(tree, '2026-11-21T23:59:59Z');
    const before = await stateOf(tree);
    const output = join(parent, 'out');
    const version = `1.0+git20261121.${hash.slice(0, 7)}-1`;
    for (const [distribution, suffix] of [
      ['noble', '~noble1'],
      ['jammy', '~jammy1'],
    ] as const) {
      await runBuild(tree, output, { source: true, snapshot: true, distribution, suffix });
      const changes = fieldsOf(join(output, `hello_${version}${suffix}_source.changes`));
      expect(changes).toMatchObject({ Distribution: distribution, Version: version + suffix });
      expect(changes.Changes).toContain(`* Snapshot of commit ${hash}.`);
      expect(changes.Files).toContain(`hello_1.0+git20261121.${hash.slice(0, 7)}.orig.tar.xz`);
    }
    expect(await stateOf(tree)).toBe(before);
    const stem = `hello_${version}~noble1`;
    await extractSource(join(output, `${stem}.dsc`), join(parent, 'extracted'));
    const changelog = await readFile(join(parent, 'extracted/debian/changelog'), 'utf8');
    expect(changelog).toBe(
      `hello (${version}~noble1) noble; urgency=medium\n\n  * Snapshot of commit ${hash}.\n\n -- Ada Example <ada@example.org>  Sat, 21 Nov 2026 23:59:59 +0000\n\n${await readFile(join(tree, 'debian/changelog'), 'utf8')}`,
    );
    await run('dscverify', ['--nosigcheck', join(output, `${stem}_source.changes`)]);
  });
});

test('--distribution and --suffix work without a snapshot; --distribution alone changes the last entry', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await packagedTree('hello', parent);
    const both = { distribution: 'bookworm-backports', suffix: '~bpo12+1' };
    await runBuild(tree, join(parent, 'bpo'), { full: true, ...both });
    const changes = fieldsOf(join(parent, 'bpo/hello_1.0~bpo12+1_amd64.changes'));
    expect(changes.Distribution).toBe('bookworm-backports');
    expect(changes.Changes).toContain('* Build of 1.0.');
    await runBuild(tree, join(parent, 'sid'), { source: true, distribution: 'experimental' });
    const renamed = fieldsOf(join(parent, 'sid/hello_1.0_source.changes'));
    expect(renamed).toMatchObject({ Distribution: 'experimental', Version: '1.0' });
    expect(renamed.Changes).toContain('* Initial release.');
  });
});

test('the DKMS version of a snapshot is that of dkms.conf; its contents are those of the commit', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await packagedTree('hello', parent);
    const hash = await commitAll(tree, '2026-11-21T12:00:00Z');
    const output = join(parent, 'out');
    const { warnings } = await runBuild(tree, output, { full: true, snapshot: true });
    expect(warnings).toEqual([]);
    const version = `1.0+git20261121.${hash.slice(0, 7)}`;
    await expectAccepted(join(output, `hello_${version}_amd64.changes`));
    await run('dpkg-deb', ['-R', join(output, `hello-dkms_${version}_all.deb`), join(parent, 'x')]);
    expect(names(join(parent, 'x/usr/src'))).toEqual(['hello-1.0']);
    expect(names(join(parent, 'x/usr/src/hello-1.0'))).toContain('hello.c');
    expect(await readFile(join(parent, 'x/DEBIAN/postinst'), 'utf8')).toContain('1.0');
  });
});

test('with #MODULE_VERSION# the DKMS version is that of the snapshot, and so is the directory of the files', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await packagedTree('hello', parent);
    const script = 's/PACKAGE_VERSION=.*/PACKAGE_VERSION="#MODULE_VERSION#"/';
    await run('sed', ['-i', script, 'debian/hello-dkms.dkms'], { cwd: tree });
    const hash = await commitAll(tree, '2026-11-21T12:00:00Z');
    const output = join(parent, 'out');
    await runBuild(tree, output, { full: true, snapshot: true, suffix: '~ppa1' });
    const version = `1.0+git20261121.${hash.slice(0, 7)}~ppa1`;
    await run('dpkg-deb', ['-R', join(output, `hello-dkms_${version}_all.deb`), join(parent, 'x')]);
    const directory = join(parent, 'x/usr/src', `hello-${version}`);
    expect(names(join(parent, 'x/usr/src'))).toEqual([`hello-${version}`]);
    expect(names(directory)).toEqual(['Makefile', 'README.md', 'dkms.conf', 'hello.c']);
    expect(await readFile(join(directory, 'dkms.conf'), 'utf8')).toContain(`"${version}"`);
    // Whoever builds the source package gets the same.
    await extractSource(join(output, `hello_${version}.dsc`), join(parent, 'extracted'));
    await runBuild(join(parent, 'extracted'), join(parent, 'again'));
    await run('dpkg-deb', [
      '-x',
      join(parent, 'again', `hello-dkms_${version}_all.deb`),
      join(parent, 'y'),
    ]);
    await run('diff', ['-r', directory, join(parent, 'y/usr/src', `hello-${version}`)]);
  });
});

test('a tree that differs from its commit is refused, with the names of the files; debian/ may differ', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await packagedTree('hello', parent);
    await rename(join(tree, 'debian'), join(parent, 'debian'));
    await commitAll(tree, '2026-11-21T12:00:00Z');
    await rename(join(parent, 'debian'), join(tree, 'debian'));
    const output = join(parent, 'out');
    await runBuild(tree, output, { source: true, snapshot: true });
    await rm(output, { recursive: true });

    await appendFile(join(tree, 'hello.c'), '\n');
    await mkdir(join(tree, 'new'));
    await writeFile(join(tree, 'new/file.c'), '\n');
    const error = await failedBuild(tree, output, { source: true, snapshot: true });
    expect(error).toMatchObject({ code: 'uncommitted', exitStatus: 1 });
    // new/file.c, which git does not know, is not source.
    expect(error.output).toEqual(['hello.c']);
    await rm(join(tree, '.git'), { recursive: true });
    const none = await failedBuild(tree, output, { source: true, snapshot: true });
    expect(none).toMatchObject({ code: 'no-commit', exitStatus: 1 });
    expect(names(parent)).toEqual(['debian', 'hello'].filter((name) => name !== 'debian'));
  });
});

test('a changelog that contradicts dkms.conf is a warning with both places', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await packagedTree('hello', parent);
    for (const type of ['binary', 'source'] as const) {
      await setVersion(tree, '1.1');
      const { warnings } = await runBuild(tree, join(parent, 'out'), { [type]: true });
      expect(warnings).toEqual([
        `${tree}/debian/changelog:1 has version 1.1, but ${tree}/debian/hello-dkms.dkms:2 has PACKAGE_VERSION 1.0`,
      ]);
      await setVersion(tree, '1:1.0+ds1~bpo12');
      expect((await runBuild(tree, join(parent, 'out'), { [type]: true })).warnings).toEqual([]);
    }
  });
});
