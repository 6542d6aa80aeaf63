import type { KernelConfig } from '../../kernel/config.ts';

/**
 * Returns the compiler that a kernel's configuration names, as the name of Debian's package: gcc-14, clang-19;
 * undefined if there is none.
 */
export function compilerOfConfig(config: KernelConfig): string | undefined {
  const clang = config.get('CONFIG_CC_IS_CLANG') === 'y';
  const number = Number(config.get(clang ? 'CONFIG_CLANG_VERSION' : 'CONFIG_GCC_VERSION') ?? 0);
  // 140200 is 14.2.0 (scripts/cc-version.sh).
  const major = Math.floor(number / 10000);
  return major > 0 ? `${clang ? 'clang' : 'gcc'}-${major}` : undefined;
}
