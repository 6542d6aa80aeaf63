import type { KernelHeaders } from '../../kernel/headers.ts';
import { signingError } from './module-signer.ts';

/** Hashes that a kernel can be configured to sign with (kernel/module/Kconfig, MODULE_SIG_HASH). */
export const SIGNATURE_HASHES: readonly string[] = [
  'sha1',
  'sha224',
  'sha256',
  'sha384',
  'sha512',
  'sha3-256',
  'sha3-384',
  'sha3-512',
];

/** Returns the hash. Throws signingError `hash-unknown` if kernels do not know it. */
export function checkHash(hash: string): string {
  if (SIGNATURE_HASHES.includes(hash)) return hash;
  throw signingError('hash-unknown', `"${hash}" is not a hash for module signatures`, {
    hint: `Use one of ${SIGNATURE_HASHES.join(', ')}.`,
  });
}

/** Returns CONFIG_MODULE_SIG_HASH, or sha256 for a kernel that does not check signatures and so has none. */
export function signatureHash({ config }: Pick<KernelHeaders, 'config'>): string {
  return checkHash(config.get('CONFIG_MODULE_SIG_HASH') || 'sha256');
}
