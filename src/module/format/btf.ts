import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { KernelHeaders } from '../../kernel/headers.ts';
import { installHint } from '../../system/process/programs.ts';

/**
 * Whether kbuild would give the modules BTF but has no pahole for it: since 6.12 Debian's headers carry
 * a vmlinux, which scripts/Makefile.modfinal takes for its only condition, and make then fails.
 * `pahole`: what it says to `--version`.
 */
export function lacksPahole(
  { config, directory }: Pick<KernelHeaders, 'config' | 'directory'>,
  pahole: string,
): boolean {
  return (
    pahole === '' &&
    config.get('CONFIG_DEBUG_INFO_BTF_MODULES') === 'y' &&
    existsSync(join(directory, 'vmlinux'))
  );
}

/** What the modules are without, told once for all kernels. */
export const WITHOUT_BTF = `pahole is not installed: the modules have no BTF, which BPF programs and bpftrace need for their types and functions. ${installHint('pahole')}`;

/**
 * For make's environment, as MAKE need not begin with `make`: a variable there counts as one on the
 * command line, above the kernel's auto.conf. Makefile.modfinal asks with `ifdef`; C code, which sees
 * autoconf.h, stays the same.
 */
export const NO_BTF = { MAKEFLAGS: ' -- CONFIG_DEBUG_INFO_BTF_MODULES=' } as const;
