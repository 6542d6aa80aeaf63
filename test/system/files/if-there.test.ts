import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ifThere } from '../../../src/system/files/if-there.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

test('a missing file gives undefined; another error is thrown', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    expect(await ifThere(readFile(join(directory, 'none')))).toBeUndefined();
    await expect(ifThere(readFile(directory))).rejects.toMatchObject({ code: 'EISDIR' });
  });
});
