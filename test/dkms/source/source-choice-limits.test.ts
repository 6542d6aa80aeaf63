import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listSourceTree } from '../../../src/dkms/source/source-tree.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';
import { DRIVER, filesOf, write } from '../../support/source-choice.ts';

describe('impossible names and sizes are refused with a printable message', () => {
  test.each([
    ['a\rb.h', 'a\\x0db.h'],
    ['a\u001b[2Jb.h', 'a\\x1b[2Jb.h'],
    ['a\u007fb.h', 'a\\x7fb.h'],
    ['a\nb.h', 'a\\x0ab.h'],
    ['a\u202eb.h', 'a\\x202eb.h'],
    ['x'.repeat(247), 'x'.repeat(100)],
    ['é'.repeat(124), 'é'.repeat(50)],
  ])('%j', async (name, shown) => {
    await withTemporaryDirectory('test', async (root) => {
      await write(root, DRIVER);
      await write(root, [`sub/${name}`]);
      const error = await listSourceTree(root).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: 'file-name' });
      expect((error as { where: { file: string } }).where.file).toContain(shown);
    });
  });

  test('a name of 246 bytes and one with a tab are accepted', async () => {
    await withTemporaryDirectory('test', async (root) => {
      await write(root, ['x'.repeat(246), 'a\tb.h']);
      expect(await filesOf(root)).toHaveLength(2);
    });
  });

  test('a huge sparse file', async () => {
    await withTemporaryDirectory('test', async (root) => {
      await write(root, DRIVER);
      await run('truncate', ['-s', '1T', join(root, 'huge.img')]);
      await expect(listSourceTree(root)).rejects.toMatchObject({
        code: 'source-too-large',
        message: expect.stringContaining('huge.img'),
      });
      await run('truncate', ['-s', '20M', join(root, 'huge.img')]);
      await expect(listSourceTree(root, { maxSize: 10 ** 6 })).rejects.toMatchObject({
        code: 'source-too-large',
      });
      expect(await filesOf(root, { maxSize: 30 * 1024 ** 2 })).toContain('huge.img');
    });
  });
});
