import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCms } from '../../../src/module/format/signature-cms.ts';
import { appendSignature } from '../../../src/module/format/signature-trailer.ts';
import { openSigner } from '../../../src/module/sign/open-signer.ts';
import { run } from '../../../src/system/process/run.ts';
import { makePair, type Pair } from '../../support/sign-pairs.ts';
import { against, codes, small } from '../../support/verify-fixture.ts';

let directory = '';
let pair: Pair;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'signature-kernel-'));
  pair = await makePair(directory, 'a');
  await writeFile(join(directory, 'small.ko'), small());
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** `openssl cms -sign` with the options that sign-file would take (`-noattr` …) or not. */
async function cms(...options: string[]): Promise<Buffer> {
  const args = ['cms', '-sign', '-binary', '-nosmimecap', '-md', 'sha256', '-outform', 'DER'];
  args.push('-in', join(directory, 'small.ko'), '-signer', pair.certificate, '-inkey', pair.key);
  return (await run('openssl', [...args, ...options])).bytes;
}

const PSS = ['-keyopt', 'rsa_padding_mode:pss'];

// Bug: both were taken, and every kernel refuses the module ("Invalid module sig (has authattrs)").
test.each([
  ['signed attributes', ['-nocerts'], /it has signed attributes/],
  ['RSA-PSS', ['-nocerts', '-noattr', ...PSS], /kernels do not know RSA-PSS/],
  [
    'other content',
    ['-nocerts', '-noattr', '-econtent_type', '1.2.3.4'],
    /content type is not data/,
  ],
])(
  'a CMS with %s is refused where it is made and where it is verified',
  async (_, options, why) => {
    const made = await cms(...options);
    expect(() => readCms(made)).toThrow(why);
    const signed = appendSignature(small(), made);
    expect(await codes(signed, await against())).toEqual(['error bad-signature']);
    const file = join(directory, 'made');
    await writeFile(file, made);
    const script = join(directory, 'script');
    await writeFile(script, `#!/bin/sh\ncat ${file}\n`, { mode: 0o755 });
    const signer = await openSigner({ signers: [], command: script });
    await expect(signer.sign(join(directory, 'small.ko'), 'sha256')).rejects.toMatchObject({
      code: 'sign-command-malformed',
      message: expect.stringMatching(why),
    });
  },
);

test.each([
  ['the certificate in it', ['-noattr']],
  ['a key identifier', ['-noattr', '-nocerts', '-keyid']],
])('kernels take one with %s', async (_, options) => {
  const made = await cms(...options);
  expect(readCms(made)).toHaveLength(1);
  expect(await codes(appendSignature(small(), made), await against())).toEqual([]);
});

// Bug: with an Ed25519 key openssl said so when everything was compiled.
test.each([['ed25519'], ['rsa-pss']])('a key of the kind %s is refused at once', async (kind) => {
  const made = await makePair(directory, kind, [kind]);
  const signers = [{ key: made.key, certificate: made.certificate }];
  await expect(openSigner({ signers })).rejects.toMatchObject({
    code: 'key-unsupported',
    hint: expect.stringContaining('RSA'),
    where: { file: made.certificate },
  });
});
