import { headersHint } from '../../kernel/headers-hint.ts';
import { signingError } from '../../module/sign/module-signer.ts';
import { checkHash, signatureHash } from '../../module/sign/signature-hash.ts';
import type { ModuleToSign } from '../../package/sign/sign-package.ts';
import { readKernelConfig } from '../../package/verify/verify-kernel.ts';

/** CONFIG_MODULE_SIG_HASH of a module's kernel; signingError `hash-unknown`. */
export type HashFinder = (module: Pick<ModuleToSign, 'release' | 'kernelHash'>) => Promise<string>;

/** --sign-hash, else what the package's build record or the installed headers of the kernel say. */
export function hashFinder(hash: string | undefined): HashFinder {
  if (hash !== undefined) {
    checkHash(hash);
    return async () => hash;
  }
  return async ({ release, kernelHash }) => {
    if (kernelHash !== undefined) return kernelHash;
    const config = await readKernelConfig(release);
    if (config !== undefined) return signatureHash({ config });
    throw signingError('hash-unknown', `the hash for modules of ${release} is not known`, {
      hint: `Give it with --sign-hash (Debian: sha256), or let the kernel's headers tell. ${headersHint(release)}`,
    });
  };
}
