import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { KernelHeaders } from '../../kernel/headers.ts';
import { withTemporaryDirectory } from '../../system/process/cleanup.ts';
import { type CmsSigner, readCms } from '../format/signature-cms.ts';
import { appendSignature, withoutSignatures } from '../format/signature-trailer.ts';
import { checkHash, type ModuleSigner, signingError } from './signing.ts';

/** What signing did to a module. */
export interface SignedModule {
  readonly hash: string;
  readonly signers: readonly CmsSigner[];
  /** How many older signatures were taken off before. */
  readonly replaced: number;
}

/**
 * Signs a stripped, uncompressed module in place, as scripts/sign-file would: byte for byte the same
 * where the key is RSA. Signatures that it has already are taken off first, never nested.
 * signingError `module-compressed`, `hash-unknown`, and whatever the signer throws.
 */
export async function signModule(
  file: string,
  signer: ModuleSigner,
  headers: Pick<KernelHeaders, 'config'>,
): Promise<SignedModule> {
  const bytes = await readFile(file);
  refuseOther(bytes, file);
  const hash = signer.hash ?? signatureHash(headers);
  const { unsigned, count } = withoutSignatures(bytes);
  const cms = await signBytes(unsigned, basename(file), signer, hash);
  await writeFile(file, appendSignature(unsigned, cms));
  return { hash, signers: readCms(cms), replaced: count };
}

/** The detached CMS over a module's bytes. The signer sees a private copy under the module's own name. */
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

/** CONFIG_MODULE_SIG_HASH; sha256 for a kernel that checks no signatures and so names none. */
export function signatureHash({ config }: Pick<KernelHeaders, 'config'>): string {
  return checkHash(config.get('CONFIG_MODULE_SIG_HASH') || 'sha256');
}

/** xz, zstd and gzip would hide the signature from the kernel: sign first, compress afterwards. */
function refuseOther(bytes: Buffer, file: string): void {
  if (bytes.subarray(0, 4).toString('latin1') === '\x7fELF') return;
  throw signingError('module-compressed', `${basename(file)} is no uncompressed module`, {
    where: { file },
    hint: 'A module is signed after it was stripped and before it is compressed.',
  });
}
