import type { AptRoot } from '../../archives/apt/apt-root.ts';
import type { Offered } from '../../archives/store/fetch-debs.ts';
import { knownToolchain, recordToolchain } from '../../archives/toolchain/known-toolchains.ts';
import {
  type ToolchainWish,
  toolchainPackages,
} from '../../archives/toolchain/toolchain-packages.ts';
import { KernelError } from '../../errors.ts';
import type { OpenArchives } from './open-archives.ts';

/**
 * Returns the packages of a compiler for kernels of the codename `base`, and the apt root with which to fetch them. The
 * versions are those of the plan (`decided`), or those that apt chose in an earlier run with the same package lists;
 * otherwise apt chooses them. Offline, apt's last choice is used. Throws KernelError `no-toolchain` if the store has no
 * such choice and there is no apt root (offline), and the errors of toolchainPackages.
 */
export async function offeredToolchain(
  { store, compilerRoot, decided }: OpenArchives,
  base: string,
  wish: ToolchainWish,
): Promise<{ root: AptRoot | undefined; packages: readonly Offered[] }> {
  const root = await compilerRoot(base);
  const known = decided?.(base, wish) ?? (await knownToolchain(store, base, wish, root));
  if (known !== undefined) return { root, packages: known };
  if (root === undefined) {
    throw new KernelError(
      'no-toolchain',
      `the store has no ${wish.compiler} of ${base} that compiles for ${wish.target}`,
      { hint: 'Run once without --offline.' },
    );
  }
  const packages = await toolchainPackages(root, wish);
  await recordToolchain(store, base, wish, root, packages);
  return { root, packages };
}
