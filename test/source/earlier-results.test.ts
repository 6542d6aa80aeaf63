import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { earlierResults, withoutResults } from '../../src/source/earlier-results.ts';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { run } from '../../src/system/process/run.ts';

test('results of earlier builds in the tree are none of its source', async () => {
  await withTemporaryDirectory('test', async (tree) => {
    const results = [
      'ab_1.0-1.debian.tar.xz',
      'ab_1.0-1.dsc',
      'ab_1.0-1_amd64.buildinfo',
      'ab_1.0-1_source.changes',
      'ab_1.0.orig.tar.gz',
      'ab_1.0.orig.tar.gz.asc',
    ];
    const source = ['ab_1.c', 'fw_v2.tar.xz', 'Makefile', 'ab-dkms.deb', 'ab_dkms.dsc'];
    for (const name of [...results, ...source]) await writeFile(join(tree, name), '');
    expect((await earlierResults(tree, tree)).sort()).toEqual(results);
    expect(await earlierResults(tree, join(tree, 'build/out'))).toEqual(['build/out']);
    expect(await earlierResults(tree, join(tree, '..'))).toEqual([]);
    expect(await earlierResults(tree, `${tree}-out`)).toEqual([]);

    // What git has is source, wherever results go.
    await mkdir(join(tree, 'src'));
    await writeFile(join(tree, 'src/a.c'), '');
    await run('git', ['init', '-q'], { cwd: tree });
    await run('git', ['add', 'src', 'ab_1.0-1.dsc'], { cwd: tree });
    expect(await earlierResults(tree, join(tree, 'src'))).toEqual([]);
    expect(await earlierResults(tree, tree)).not.toContain('ab_1.0-1.dsc');
    // A directory that git has, for its .gitignore, may hold results all the same.
    await writeFile(join(tree, 'src/ab_1.0-1_amd64.deb'), '');
    expect(await earlierResults(tree, join(tree, 'src'))).toEqual(['src/ab_1.0-1_amd64.deb']);
  });
});

test('a link to the tree, or to the output directory, changes nothing', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = join(parent, 'tree');
    await mkdir(tree);
    await symlink('tree', join(parent, 'link'));
    expect(await earlierResults(join(parent, 'link'), join(tree, 'a/out'))).toEqual(['a/out']);
    expect(await earlierResults(tree, join(parent, 'link/a/out'))).toEqual(['a/out']);
    expect(await earlierResults(tree, join(tree, '..out'))).toEqual(['..out']);
  });
});

test('a directory goes with the results where it holds nothing else', () => {
  const entries = ['a', 'a/b', 'a/b/out', 'a/b/out/x.deb', 'c', 'c/out', 'c/x.c', 'd'].map(
    (path) => ({ path, type: path.includes('.') ? 'file' : 'directory' }),
  );
  const left = (results: string[]) => withoutResults(entries, results).map(({ path }) => path);
  expect(left(['a/b/out'])).toEqual(['c', 'c/out', 'c/x.c', 'd']);
  expect(left(['a/b/out/x.deb'])).toEqual(['a', 'a/b', 'a/b/out', 'c', 'c/out', 'c/x.c', 'd']);
  expect(left(['c/out'])).toEqual(['a', 'a/b', 'a/b/out', 'a/b/out/x.deb', 'c', 'c/x.c', 'd']);
});
