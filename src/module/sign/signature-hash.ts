import type { KernelHeaders } from '../../kernel/headers.ts';
import { signingError } from './module-signer.ts';

/** The hashes that a kernel's configuration can name for signing modules (kernel/module/Kconfig, MODULE_SIG_HASH). */
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

/** Returns `hash`. Throws signingError `hash-unknown` if kernels do not know it. */
export function checkHash(hash: string): string {
  if (SIGNATURE_HASHES.includes(hash)) return hash;
  throw signingError('hash-unknown', `"${hash}" is not a hash for module signatures`, {
    hint: `Use one of ${SIGNATURE_HASHES.join(', ')}.`,
  });
}

/**
 * Returns the hash for signing modules of a kernel: the value of CONFIG_MODULE_SIG_HASH. Returns sha256 if there is no
 * such value, because the kernel does not check signatures or its configuration is unknown. Throws signingError
 * `hash-unknown`.
 */
export function signatureHash({ config }: Pick<KernelHeaders, 'config'>): string {
  return checkHash(config.get('CONFIG_MODULE_SIG_HASH') || 'sha256');
}
