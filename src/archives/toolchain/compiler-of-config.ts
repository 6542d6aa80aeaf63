import type { KernelConfig } from '../../kernel/config.ts';

/**
 * Returns the package of the compiler that a kernel's configuration names, such as gcc-14 or clang-19. Returns
 * undefined if the configuration names no compiler.
 */
export function compilerOfConfig(config: KernelConfig): string | undefined {
  const clang = config.get('CONFIG_CC_IS_CLANG') === 'y';
  const number = Number(config.get(clang ? 'CONFIG_CLANG_VERSION' : 'CONFIG_GCC_VERSION') ?? 0);
  // The number 140200 means version 14.2.0 (scripts/cc-version.sh).
  const major = Math.floor(number / 10000);
  return major > 0 ? `${clang ? 'clang' : 'gcc'}-${major}` : undefined;
}
