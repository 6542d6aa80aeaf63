import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { limitSource } from '../../src/dkms/source/source-limits.ts';
import { lintTree } from '../../src/lint/lint-tree.ts';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { CLEAN_TREE, lintFiles, writeTree } from '../support/lint-a-tree.ts';

afterEach(() => limitSource(undefined));

test.each([
  ['more levels than any driver has', `${'d/'.repeat(250)}x`, 'tree-too-deep'],
  ['a name that dpkg cannot unpack', 'x'.repeat(250), 'file-name'],
])('bug: lint found nothing in a tree with %s', async (_, path, code) => {
  await expect(lintFiles({ [path]: '' })).rejects.toMatchObject({ code });
});

test('more source than the limit, which can be raised', async () => {
  limitSource(100);
  const large = { 'x.h': '/'.repeat(1000) };
  await expect(lintFiles(large)).rejects.toMatchObject({ code: 'source-too-large' });
  limitSource(10_000);
  expect(await lintFiles(large)).toEqual([]);
});

test('a single dkms.conf in such a tree can be checked', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    await writeTree(directory, { ...CLEAN_TREE, [`${'d/'.repeat(250)}x`]: '' });
    const { files } = await lintTree(join(directory, 'dkms.conf'), { evaluate: true });
    expect(files).toHaveLength(1);
  });
});

test.each([
  ['debian/rules', '\n'],
  ['debian/rules', '\tdh_dkms '],
  ['debian/foo-dkms.dkms', '\n'],
  ['Makefile', '\n'],
  ['Kbuild', '\t\n'],
])('bug: lint took half a minute for %s with many %j', async (path, text) => {
  const files = {
    'dkms.conf': CLEAN_TREE['dkms.conf'] ?? '',
    'debian/control': 'Source: foo\n',
    [path]: text.repeat(200_000 / text.length),
  };
  await expect(lintFiles(files, '', false)).resolves.toBeInstanceOf(Array);
});
