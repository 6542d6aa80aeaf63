import { appendFile, chmod, cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';
import { expectAccepted } from '../../support/acceptance.ts';
import { quiltTree, writeOrig } from '../../support/quilt-tree.ts';
import {
  commitAll,
  dpkgBuildpackage,
  extractSource,
  failedBuild,
  fieldsOf,
  git,
  names,
  runBuild,
  stateOf,
} from '../../support/source-packages.ts';

async function sameBytes(one: string, other: string): Promise<boolean> {
  return (await readFile(one)).equals(await readFile(other));
}

test('an orig tarball beside the tree is used unchanged, with its components; the bytes are those of dpkg-buildpackage', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const home = join(parent, 'home');
    await mkdir(home);
    const tree = await quiltTree(home);
    await writeOrig(tree, join(home, 'hello_1.0.orig.tar.gz'), '-z');
    await mkdir(join(tree, 'firmware'));
    await writeFile(join(tree, 'firmware/blob.txt'), 'blob\n');
    const component = ['-cJf', '../hello_1.0.orig-firmware.tar.xz', 'firmware'];
    await run('tar', component, { cwd: tree });
    await writeFile(join(home, 'hello_1.0.orig.tar.gz.asc'), 'signature\n');
    const before = await stateOf(home);
    const output = join(parent, 'out');
    const { notes } = await runBuild(tree, output, { source: true });
    expect(notes).toContain(`Upstream tarball: ${home}/hello_1.0.orig.tar.gz`);
    expect(await stateOf(home)).toBe(before);
    await dpkgBuildpackage(tree, '-S');
    const theirs = names(home).filter((name) => name !== 'hello');
    expect(names(output)).toEqual(theirs);
    for (const name of theirs.filter((each) => !/_source\./.test(each))) {
      expect(await sameBytes(join(output, name), join(home, name)), name).toBe(true);
    }
    // Where the tarball is in the output directory already, it is no result.
    const again = await runBuild(tree, output, { source: true });
    expect(again.files.filter((file) => file.includes('.orig'))).toEqual([]);
  });
});

test('an orig tarball from the git tag has the same bytes a second time and in another clone', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await quiltTree(parent);
    await rename(join(tree, 'debian'), join(parent, 'debian'));
    await mkdir(join(tree, 'internal'));
    await writeFile(join(tree, 'internal/plan'), 'secret\n');
    await writeFile(join(tree, 'version.h'), '#define COMMIT "$Format:%H$"\n');
    await writeFile(join(tree, '.gitattributes'), 'internal export-ignore\n*.h export-subst\n');
    const hash = await commitAll(tree, '2024-01-01T00:00:00Z', 'v1.0', 'v0.9-is-no-1.0');
    await rename(join(parent, 'debian'), join(tree, 'debian'));
    await writeFile(join(tree, 'debian/not-installed'), 'version.h\n');
    await commitAll(tree, '2024-01-02T00:00:00Z', 'debian/1.0-1');

    const output = join(parent, 'out');
    const { notes } = await runBuild(tree, output, { full: true });
    expect(notes).toContain(
      'Upstream tarball: hello_1.0.orig.tar.xz, made from tag v1.0 with git archive.',
    );
    await expectAccepted(join(output, 'hello_1.0-1_amd64.changes'));
    const orig = join(output, 'hello_1.0.orig.tar.xz');
    const listed = (await run('tar', ['-tvf', orig])).stdout;
    expect(listed).not.toMatch(/internal|debian/);
    expect(listed).toMatch(/^-rw-r--r-- root\/root .* hello-1\.0\/hello\.c$/m);
    await extractSource(join(output, 'hello_1.0-1.dsc'), join(parent, 'extracted'));
    expect(await readFile(join(parent, 'extracted/version.h'), 'utf8')).toContain(hash);

    const clone = join(parent, 'elsewhere');
    await run('git', ['clone', '-q', '--no-local', tree, clone]);
    await git(clone, 'config', 'tar.umask', 'user');
    const umask = process.umask(0o027);
    try {
      await runBuild(clone, join(parent, 'two'), { source: true });
    } finally {
      process.umask(umask);
    }
    for (const name of ['hello_1.0.orig.tar.xz', 'hello_1.0-1.debian.tar.xz', 'hello_1.0-1.dsc']) {
      expect(await sameBytes(join(output, name), join(parent, 'two', name)), name).toBe(true);
    }
  });
});

test('an orig tarball from the tree is reproducible, without debian/, version control and build products', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await quiltTree(parent);
    await writeFile(join(tree, 'hello.ko'), 'product');
    const output = join(parent, 'out');
    const { notes } = await runBuild(tree, output, { full: true });
    expect(notes).toContain(
      'Upstream tarball: hello_1.0.orig.tar.xz, made from the tree, because no git tag for 1.0 was found.',
    );
    await expectAccepted(join(output, 'hello_1.0-1_amd64.changes'));
    const listed = (await run('tar', ['-tvf', join(output, 'hello_1.0.orig.tar.xz')])).stdout;
    expect(listed.match(/[^ /\n]+$/gm)).toEqual(['Makefile', 'README.md', 'dkms.conf', 'hello.c']);
    const other = join(parent, 'other');
    await cp(tree, other, { recursive: true, preserveTimestamps: true });
    await run('chmod', ['-R', 'go=', other]);
    await runBuild(other, join(parent, 'two'), { source: true });
    for (const name of ['hello_1.0.orig.tar.xz', 'hello_1.0-1.debian.tar.xz', 'hello_1.0-1.dsc']) {
      expect(await sameBytes(join(output, name), join(parent, 'two', name)), name).toBe(true);
    }
  });
});

/** Adds debian/patches with one patch that makes hello.c say more. */
async function addPatch(tree: string): Promise<void> {
  const copy = `${tree}.patched`;
  await cp(tree, copy, { recursive: true });
  await appendFile(join(copy, 'hello.c'), '/* patched */\n');
  const diff = await run('diff', ['-u', 'hello/hello.c', 'hello.patched/hello.c'], {
    cwd: join(tree, '..'),
    accept: [1],
  });
  await mkdir(join(tree, 'debian/patches'));
  await writeFile(join(tree, 'debian/patches/more.patch'), diff.stdout);
  await writeFile(join(tree, 'debian/patches/series'), '# order matters\nmore.patch\n');
  await rm(copy, { recursive: true });
}

test('debian/patches are in the .deb as dpkg-buildpackage has them, not in the tree', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await quiltTree(parent);
    await addPatch(tree);
    const before = await stateOf(tree);
    for (const type of ['binary', 'full'] as const) {
      const output = join(parent, type);
      await runBuild(tree, output, { [type]: true });
      expect(await stateOf(tree)).toBe(before);
      await run('dpkg-deb', ['-x', join(output, 'hello-dkms_1.0-1_all.deb'), join(output, 'root')]);
      const packed = await readFile(join(output, 'root/usr/src/hello-1.0/hello.c'), 'utf8');
      expect(packed).toMatch(/\/\* patched \*\/\n$/);
    }
    const orig = join(parent, 'full/hello_1.0.orig.tar.xz');
    const upstream = await run('tar', ['-xOf', orig, 'hello-1.0/hello.c']);
    expect(upstream.stdout).toBe(await readFile(join(tree, 'hello.c'), 'utf8'));

    // A tree with patches applied (quilt push) gives the same, but is no upstream tarball.
    await rename(orig, join(parent, 'hello_1.0.orig.tar.xz'));
    await run('dpkg-source', ['--before-build', tree]);
    await runBuild(tree, join(parent, 'pushed'), { source: true });
    for (const name of ['hello_1.0-1.debian.tar.xz', 'hello_1.0-1.dsc']) {
      expect(await sameBytes(join(parent, 'full', name), join(parent, 'pushed', name))).toBe(true);
    }
    await rm(join(parent, 'hello_1.0.orig.tar.xz'));
    const error = await failedBuild(tree, join(parent, 'failed'), { source: true });
    expect(error.code).toBe('patches-applied');
  });
});

test('bug: patches that do not apply were taken as applied; those that are applied are packed', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await quiltTree(parent);
    await addPatch(tree);
    const patch = join(tree, 'debian/patches/more.patch');
    // Applied without quilt: there is no .pc, as in a branch with patches applied.
    await run('patch', ['-p1', '-i', patch], { cwd: tree });
    const output = join(parent, 'out');
    await runBuild(tree, output, { binary: true });
    await run('dpkg-deb', ['-x', join(output, 'hello-dkms_1.0-1_all.deb'), join(output, 'root')]);
    const packed = await readFile(join(output, 'root/usr/src/hello-1.0/hello.c'), 'utf8');
    expect(packed.match(/patched/g)).toHaveLength(1);

    await writeFile(join(tree, 'hello.c'), '/* another file */\n');
    for (const type of ['binary', 'full'] as const) {
      const error = await failedBuild(tree, join(parent, 'failed'), { [type]: true });
      expect(error).toMatchObject({ code: 'patches-do-not-apply', exitStatus: 1 });
      expect(names(join(parent, 'failed'))).toEqual([]);
    }
  });
});

test('an upload with an entry for this build only includes the orig tarball, an ordinary second revision does not', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await quiltTree(parent);
    const changelog = join(tree, 'debian/changelog');
    const first = await readFile(changelog, 'utf8');
    await writeFile(changelog, `${first.replace('1.0-1', '1.0-2')}\n${first}`);
    await chmod(changelog, 0o644);
    await runBuild(tree, join(parent, 'out'), { source: true });
    const second = fieldsOf(join(parent, 'out/hello_1.0-2_source.changes'));
    expect(second.Files).not.toContain('.orig.tar.xz');
    await runBuild(tree, join(parent, 'out'), { source: true, suffix: '~ppa1' });
    const own = fieldsOf(join(parent, 'out/hello_1.0-2~ppa1_source.changes'));
    expect(own.Files).toContain('hello_1.0.orig.tar.xz');
  });
});

test('the orig tarball of a driver in a directory of a larger repository has only that directory', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const repository = join(parent, 'repository');
    await mkdir(repository);
    const tree = await quiltTree(repository, '1:1.0~rc1-1');
    await writeFile(join(repository, 'other.c'), 'other\n');
    await commitAll(repository, '2024-01-01T00:00:00Z', 'hello-1.0-rc1', 'other-1.0');
    const { notes } = await runBuild(tree, join(parent, 'out'), { source: true });
    expect(notes[0]).toContain('made from tag hello-1.0-rc1');
    const orig = join(parent, 'out/hello_1.0~rc1.orig.tar.xz');
    const listed = (await run('tar', ['-tf', orig])).stdout.trim().split('\n');
    expect(listed).toEqual(
      ['', 'Makefile', 'README.md', 'dkms.conf', 'hello.c'].map((name) => `hello-1.0~rc1/${name}`),
    );
  });
});
