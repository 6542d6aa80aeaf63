import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { viewOfGit } from '../../../src/dkms/source/git-view.ts';
import { listSourceTree } from '../../../src/dkms/source/source-tree.ts';
import { archiveCommit } from '../../../src/source/archive-commit.ts';
import { takeExpandedFiles } from '../../../src/source/export-subst.ts';
import { headCommit, refuseUncommitted } from '../../../src/source/snapshot.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';

async function git(root: string, ...args: string[]): Promise<string> {
  const settings = ['user.name=t', 'user.email=t@example.org', 'protocol.file.allow=always'];
  const all = settings.flatMap((setting) => ['-c', setting]);
  return (await run('git', ['-C', root, ...all, ...args])).stdout;
}

async function makeRepository(root: string, files: Record<string, string>): Promise<void> {
  await mkdir(root);
  for (const [name, text] of Object.entries(files)) await writeFile(join(root, name), text);
  await git(root, 'init', '-q');
}

/** A driver with a submodule that has a submodule. */
async function makeNested(parent: string): Promise<string> {
  const [inner, middle, top] = ['inner', 'middle', 'top'].map((name) => join(parent, name));
  if (inner === undefined || middle === undefined || top === undefined) throw new Error();
  await makeRepository(inner, {
    'inner.c': 'int inner;\n',
    'no.txt': '',
    'v.h': '/* $Format:%s$ */\n',
    '.gitattributes': 'no.txt export-ignore\nv.h export-subst\n',
  });
  await git(inner, 'add', '-A');
  await git(inner, 'commit', '-qm', 'the inner one');
  await makeRepository(middle, { 'middle.c': 'int middle;\n' });
  await git(middle, 'submodule', 'add', '-q', inner, 'deep');
  await git(middle, 'add', '-A');
  await git(middle, 'commit', '-qm', 'two');
  await makeRepository(top, { 'top.c': 'int top;\n' });
  await git(top, 'submodule', 'add', '-q', middle, 'lib');
  await git(top, 'submodule', '--quiet', 'update', '--init', '--recursive');
  await git(top, 'add', '-A');
  await git(top, 'commit', '-qm', 'three');
  return top;
}

async function archived(tree: string, target: string): Promise<string[]> {
  const commit = await headCommit(tree);
  await archiveCommit(tree, { hash: commit?.hash ?? '', label: 'HEAD' }, 'top-1.0', target);
  const { stdout } = await run('tar', ['-tf', target]);
  return stdout.split('\n').filter((path) => path !== '' && !path.endsWith('/'));
}

test('the files of submodules, nested ones too, are in the archive of a commit', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await makeNested(parent);
    const target = join(parent, 'top_1.0.orig.tar.xz');
    const source = (await listSourceTree(tree)).map(({ path }) => path);
    expect(source).toEqual(
      expect.arrayContaining(['lib/deep/inner.c', 'lib/deep/v.h', 'lib/middle.c', 'top.c']),
    );
    expect(source).not.toContain('lib/deep/no.txt');
    const paths = await archived(tree, target);
    expect(paths.filter((path) => path.endsWith('.c'))).toEqual([
      'top-1.0/top.c',
      'top-1.0/lib/middle.c',
      'top-1.0/lib/deep/inner.c',
    ]);
    expect(paths).not.toContain('top-1.0/lib/deep/no.txt');
    const { stdout } = await run('tar', ['-xOf', target, 'top-1.0/lib/deep/v.h']);
    expect(stdout).toBe('/* the inner one */\n');
    // What git archive fills in, the private tree gets, too.
    const copy = join(parent, 'copy');
    await run('cp', ['-r', tree, copy]);
    await takeExpandedFiles(tree, copy, target);
    expect((await run('cat', [join(copy, 'lib/deep/v.h')])).stdout).toBe('/* the inner one */\n');
  });
});

test('a submodule that is not checked out is an error with the command to run', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await makeNested(parent);
    const clone = join(parent, 'clone');
    await git(parent, 'clone', '-q', tree, clone);
    const missing = {
      code: 'submodule-missing',
      where: { file: join(clone, 'lib') },
      hint: `Run git -C ${clone} submodule update --init --recursive`,
    };
    expect((await viewOfGit(clone))?.missing).toEqual(['lib']);
    await expect(archived(clone, join(parent, 'x.tar.xz'))).rejects.toMatchObject(missing);
    await expect(refuseUncommitted(clone, [])).rejects.toMatchObject(missing);
    // One that nobody exports need not be there.
    await writeFile(join(clone, '.gitattributes'), 'lib export-ignore\n');
    await git(clone, 'add', '.gitattributes');
    await git(clone, 'commit', '-qm', 'four');
    expect(await archived(clone, join(parent, 'x.tar.xz'))).toContain('top-1.0/top.c');
  });
});

test('a snapshot is refused if files of a submodule are changed, and they are named', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await makeNested(parent);
    await refuseUncommitted(tree, await listSourceTree(tree));
    await appendFile(join(tree, 'lib/deep/inner.c'), 'int more;\n');
    const refused = { code: 'uncommitted', output: ['lib/deep/inner.c'] };
    await expect(refuseUncommitted(tree, [])).rejects.toMatchObject(refused);
    await git(join(tree, 'lib/deep'), 'commit', '-qam', 'another commit than is recorded');
    await expect(refuseUncommitted(tree, [])).rejects.toMatchObject({ output: ['lib/deep'] });
  });
});

test('a recorded commit that the submodule does not have is an error', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await makeNested(parent);
    await rm(join(tree, 'lib'), { recursive: true });
    await makeRepository(join(tree, 'lib'), { 'other.c': '' });
    await expect(archived(tree, join(parent, 'x.tar.xz'))).rejects.toMatchObject({
      code: 'submodule-commit',
    });
  });
});
