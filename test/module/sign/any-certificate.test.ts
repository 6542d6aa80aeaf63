import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readAnyCertificate } from '../../../src/module/sign/any-certificate.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

// Bug: a file that does not exist was said not to be a certificate.
test('a missing file and a wrong one have different messages', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const file = join(directory, 'file');
    const failed = (message: RegExp) => ({
      code: 'certificate-unreadable',
      message: expect.stringMatching(message),
      where: { file },
    });
    await expect(readAnyCertificate(file)).rejects.toMatchObject(failed(/no such file/));
    await writeFile(file, 'x');
    await expect(readAnyCertificate(file)).rejects.toMatchObject(failed(/not an X\.509/));
  });
});
