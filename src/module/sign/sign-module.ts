import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { KernelHeaders } from '../../kernel/headers.ts';
import { withTemporaryDirectory } from '../../system/process/cleanup.ts';
import { type CmsSigner, readCms } from '../format/signature-cms.ts';
import { appendSignature, withoutSignatures } from '../format/signature-trailer.ts';
import { type ModuleSigner, signingError } from './module-signer.ts';
import { signatureHash } from './signature-hash.ts';

/** The signature of a signed module. */
export interface SignedModule {
  readonly hash: string;
  readonly signers: readonly CmsSigner[];
}

/**
 * Signs a stripped, uncompressed module, and replaces the file. The result is like that of scripts/sign-file; with an
 * RSA key it has the same bytes. Existing signatures are removed first. Throws signingError `module-compressed`,
 * `hash-unknown`, and the errors of the signer.
 */
export async function signModule(
  file: string,
  signer: ModuleSigner,
  headers: Pick<KernelHeaders, 'config'>,
): Promise<SignedModule> {
  const bytes = await readFile(file);
  refuseCompressed(bytes, file);
  const hash = signer.hash ?? signatureHash(headers);
  const unsigned = withoutSignatures(bytes);
  const cms = await signBytes(unsigned, basename(file), signer, hash);
  await writeFile(file, appendSignature(unsigned, cms));
  return { hash, signers: readCms(cms) };
}

/**
 * Returns the detached CMS over the bytes of a module. The signer gets a private copy of the module, with the same
 * file name.
 */
export async function signBytes(
  unsigned: Buffer,
  name: string,
  signer: ModuleSigner,
  hash: string,
): Promise<Buffer> {
  return withTemporaryDirectory('sign', async (directory) => {
    const copy = join(directory, name);
    await writeFile(copy, unsigned);
    return signer.sign(copy, hash);
  });
}

/**
 * Throws signingError `module-compressed` for bytes that are not ELF, such as a compressed module. A module must be
 * signed before it is compressed, because the kernel looks for the signature after it has decompressed the module.
 */
function refuseCompressed(bytes: Buffer, file: string): void {
  if (bytes.subarray(0, 4).toString('latin1') === '\x7fELF') return;
  throw signingError('module-compressed', `${basename(file)} is not an uncompressed module`, {
    where: { file },
    hint: 'Sign the module after you have stripped it and before you compress it.',
  });
}
