import { join } from 'node:path';
import { expect, test } from 'vitest';
import { addToPool } from '../../src/repository/add-to-pool.ts';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';

// Bug: the error named the copy in the pool, and said "no such file or directory".
test('a package that is removed while it is published is told by its own path', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const file = join(directory, 'results/x_1_all.deb');
    const one = { file, fileName: 'pool/main/x/x/x_1_all.deb', sha256: '0'.repeat(64) };
    await expect(addToPool(join(directory, 'site'), [one])).rejects.toMatchObject({
      code: 'file-changed',
      where: { file },
    });
  });
});
