import { sha256 } from '../system/files/sha256.ts';
import type { Offered } from './store/fetch-debs.ts';
import { isCompilerPackage } from './toolchain/host-tools.ts';

type NamedPackage = Pick<Offered, 'name' | 'version' | 'architecture' | 'sha256'>;

/** Returns the part of a Build-Key that stands for the headers of a kernel: a sha256 (hex) of their packages. */
export function headersPart({ parts }: { readonly parts: readonly NamedPackage[] }): string {
  const lines = parts.map(
    ({ name, version, architecture, sha256: digest }) =>
      `${name} ${version} ${architecture} ${digest}`,
  );
  return sha256(lines.sort().join('\n'));
}

/**
 * Returns the part of a Build-Key that stands for the compiler: a sha256 (hex) of the versions of compiler, binutils
 * and pahole. The libraries of these programs are left out, because a new libc does not change a module. `packages` is
 * undefined if only the headers themselves name their compiler. In this case the compiler must not be a part of the
 * key, because `plan` reads no headers.
 */
export function toolchainPart(packages: readonly NamedPackage[] | undefined): string {
  const names = packages?.filter(({ name }) => isCompilerPackage(name));
  const lines = names?.map(({ name, version }) => `${name}=${version}`).sort();
  return sha256((lines ?? ['named by the headers']).join('\n'));
}
