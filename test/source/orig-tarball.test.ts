import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rankOfTag } from '../../src/source/orig-from-git.ts';
import { findOrigTarballs } from '../../src/source/orig-tarball.ts';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';

test.each([
  ['upstream/1.2', '1.2', 0],
  ['v1.2', '1.2', 1],
  ['V1.2', '1.2', 1],
  ['1.2', '1.2', 1],
  ['v.1.2', '1.2', 1],
  ['hello-1.2', '1.2', 2],
  ['hello-v1.2', '1.2', 2],
  ['Hello/1.2', '1.2', 2],
  ['hello_1.2', '1.2', 2],
  ['release-1.2', '1.2', 3],
  ['v1.2-rc1', '1.2~rc1', 1],
  ['v1.2rc1', '1.2~rc1', 1],
  ['upstream/1.2_rc1', '1.2~rc1', 0],
  ['v2024-05-01', '2024.05.01', 1],
])('the tag %s is upstream version %s', (tag, upstream, rank) => {
  expect(rankOfTag(tag, upstream, ['hello-dkms', 'hello'])).toBe(rank);
});

test.each([
  ['debian/1.2', '1.2'],
  ['debian/1.2-1', '1.2'],
  ['other-1.2', '1.2'],
  ['firmware/v1.2', '1.2'],
  ['v1.2.1', '1.2'],
  ['v1.20', '1.2'],
  ['v11.2', '1.2'],
  ['v1.2-rc1', '1.2'],
  ['v1.2', '1.2+ds'],
  ['nightly', '1.2'],
  ['v', '1.2'],
])('the tag %s is not upstream version %s', (tag, upstream) => {
  expect(rankOfTag(tag, upstream, ['hello-dkms', 'hello'])).toBeUndefined();
});

test('orig tarballs of every kind are found, of this version only', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const ours = [
      'a_1.2+x.orig-fw-2.tar.bz2',
      'a_1.2+x.orig.tar.xz',
      'a_1.2+x.orig.tar.xz.asc',
      'a_1.2+x.orig.tar.zst',
    ];
    const others = ['a_1.2.orig.tar.xz', 'a_1.2+x.orig.tar', 'a_1.2+x-1.debian.tar.xz'];
    others.push('ba_1.2+x.orig.tar.xz', 'a_1.2+x.orig.tar.xz.part', 'a_1.2xx.orig.tar.xz');
    for (const name of [...ours, ...others]) await writeFile(join(directory, name), '');
    const source = { name: 'a', upstream: '1.2+x' };
    const found = await findOrigTarballs([directory, join(directory, 'missing')], source);
    expect(found.map(({ name }) => name)).toEqual(ours);
  });
});

test('the same tarball in two directories is one, a component alone is an error', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const [one, two] = [join(parent, 'one'), join(parent, 'two')];
    for (const directory of [one, two]) await mkdir(directory);
    const source = { name: 'a', upstream: '1' };
    await writeFile(join(one, 'a_1.orig.tar.gz'), 'x');
    await symlink('../one/a_1.orig.tar.gz', join(two, 'a_1.orig.tar.gz'));
    const found = await findOrigTarballs([one, two], source);
    expect(found).toEqual([{ name: 'a_1.orig.tar.gz', path: join(one, 'a_1.orig.tar.gz') }]);
    await writeFile(join(two, 'b_1.orig-fw.tar.gz'), '');
    await expect(findOrigTarballs([two], { name: 'b', upstream: '1' })).rejects.toMatchObject({
      code: 'orig-incomplete',
      where: { file: join(two, 'b_1.orig-fw.tar.gz') },
    });
  });
});
