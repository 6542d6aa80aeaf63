import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ModuleToSign } from '../../../src/package/sign/sign-package.ts';
import { readSignature } from '../../../src/package/sign/signature-request.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

const MODULE = { path: 'lib/modules/1/x.ko', sha256: 'ab' } as unknown as ModuleToSign;

test('a missing signature and one that cannot be read are told apart', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    await expect(readSignature(directory, MODULE, [])).rejects.toMatchObject({
      code: 'signature-missing',
      message: 'no signature found for lib/modules/1/x.ko',
    });
    await mkdir(join(directory, 'ab.p7s'));
    await expect(readSignature(directory, MODULE, [])).rejects.toMatchObject({
      code: 'signature-missing',
      message: expect.stringMatching(/^the signature of lib\/modules\/1\/x\.ko cannot be read: /),
    });
  });
});
