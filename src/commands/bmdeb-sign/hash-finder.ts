import { headersHint } from '../../kernel/headers-hint.ts';
import { signingError } from '../../module/sign/module-signer.ts';
import { checkHash, signatureHash } from '../../module/sign/signature-hash.ts';
import type { ModuleToSign } from '../../package/sign/sign-package.ts';
import { readKernelConfig } from '../../package/verify/find-kernel.ts';

/**
 * Returns the name of the hash function for signing a module, such as `sha256`. Throws signingError `hash-unknown` if
 * none of the places that hashFinder lists has the name.
 */
export type HashFinder = (module: Pick<ModuleToSign, 'release' | 'kernelHash'>) => Promise<string>;

/**
 * Makes a HashFinder. The HashFinder takes `hash`, the value of --sign-hash; otherwise the hash in the build record of
 * the package; otherwise CONFIG_MODULE_SIG_HASH in the installed headers of the kernel. Throws signingError
 * `hash-unknown` if `hash` is not a hash that kernels know.
 */
export function hashFinder(hash: string | undefined): HashFinder {
  if (hash !== undefined) {
    checkHash(hash);
    return async () => hash;
  }
  return async ({ release, kernelHash }) => {
    if (kernelHash !== undefined) return kernelHash;
    const config = await readKernelConfig(release);
    if (config !== undefined) return signatureHash({ config });
    throw signingError('hash-unknown', `the hash for modules of ${release} is unknown`, {
      hint: `Name the hash with --sign-hash (Debian: sha256), or let dkms-deb read it in the kernel's headers. ${headersHint(release)}`,
    });
  };
}
