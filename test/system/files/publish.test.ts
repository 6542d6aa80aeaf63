import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { publishTogether } from '../../../src/system/files/publish.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

test('files get their names together, when all are whole', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const output = join(parent, 'new/output');
    const paths = await publishTogether(output, async (staging) => {
      for (const name of ['b', 'a', 'scratch']) await writeFile(join(staging, name), name);
      expect((await readdir(output)).every((name) => name.startsWith('.'))).toBe(true);
      return ['b', 'a'];
    });
    expect(paths).toEqual([join(output, 'b'), join(output, 'a')]);
    expect((await readdir(output)).sort()).toEqual(['a', 'b']);
  });
});

test('a failure leaves the directory as it was', async () => {
  await withTemporaryDirectory('test', async (output) => {
    await writeFile(join(output, 'a'), 'old');
    const failed = publishTogether(output, async (staging) => {
      await writeFile(join(staging, 'a'), 'new');
      throw new Error('stop');
    });
    await expect(failed).rejects.toThrow('stop');
    // The third name cannot be had: the first two are taken back.
    await mkdir(join(output, 'c'));
    const refused = publishTogether(output, async (staging) => {
      for (const name of ['a', 'b', 'c']) await writeFile(join(staging, name), 'new');
      return ['a', 'b', 'c'];
    });
    await expect(refused).rejects.toMatchObject({ code: 'cannot-write', exitStatus: 1 });
    expect((await readdir(output)).sort()).toEqual(['a', 'c']);
    expect(await readFile(join(output, 'a'), 'utf8')).toBe('old');
  });
});
