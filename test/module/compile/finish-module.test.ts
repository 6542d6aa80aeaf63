import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { finishModule } from '../../../src/module/compile/finish-module.ts';
import { appendSignature } from '../../../src/module/format/signature-trailer.ts';
import { openSigner } from '../../../src/module/sign/open-signer.ts';
import { sha256 } from '../../../src/system/files/sha256.ts';
import { fakeBuild, fakeHeaders, TREE } from '../../support/fake-kernel.ts';
import { makePair } from '../../support/sign-pairs.ts';
import { small } from '../../support/verify-fixture.ts';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'finish-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

// Bug: the record named no signer, and the sum of the signed file as that before signing.
test('a module that POST_BUILD has signed is recorded as what it is', async () => {
  const { key, certificate } = await makePair(directory, 'a');
  const signer = await openSigner({ signers: [{ key, certificate }] });
  const plain = join(directory, 'plain');
  await writeFile(plain, small());
  const file = join(directory, 'small.ko');
  await writeFile(file, appendSignature(small(), await signer.sign(plain, 'sha512')));

  const headers = await fakeHeaders(join(directory, 'headers'));
  expect(await finishModule(file, headers, undefined)).toMatchObject({
    sha256: sha256(small()),
    signed: { hash: 'sha512', signers: [{ name: 'a signer', hash: 'sha512' }] },
  });
  expect(await finishModule(file, headers, signer)).toMatchObject({
    sha256: sha256(small()),
    signed: { hash: 'sha256', signers: [{ name: 'a signer' }] },
  });
});

// Bug: it was said of modules that were signed a moment later, and of none that came out of the cache.
test('a kernel that takes only signed modules: said of those that are not', async () => {
  const { key, certificate } = await makePair(directory, 'force');
  const signer = await openSigner({ signers: [{ key, certificate }] });
  const config = 'CONFIG_MODULE_SIG_FORCE=y\n';
  const warned = async (more: { signer?: typeof signer }) =>
    fakeBuild(TREE, async ({ warnings }) => warnings.filter((text) => /signed/.test(text)), {
      config,
      ...more,
    });
  expect(await warned({})).toEqual([
    'kernel 6.1.0-fake loads only signed modules, but modules of t are not signed',
  ]);
  expect(await warned({ signer })).toEqual([]);
});
