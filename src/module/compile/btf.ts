import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { KernelHeaders } from '../../kernel/headers.ts';
import { installHint } from '../../system/process/programs.ts';

/**
 * Whether kbuild would try to add BTF to the modules, and fail because pahole is missing. kbuild tries it if the
 * headers contain a vmlinux (scripts/Makefile.modfinal), as Debian's headers do since 6.12. `pahole` is the output of
 * `pahole --version`; '' means that pahole is not installed.
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

/** The note that is printed once for all kernels if modules get no BTF. */
export const WITHOUT_BTF = `pahole is not installed, so the modules have no BTF. BPF programs and bpftrace need BTF to use types and functions of the modules. ${installHint('pahole')}`;

/**
 * Environment variables that make kbuild leave out BTF. A variable in MAKEFLAGS has the precedence of a variable on
 * make's command line, so it overrides the kernel's auto.conf. The command line itself cannot be used, because MAKE
 * need not begin with `make`. An empty value is enough for the `ifdef` in Makefile.modfinal. C code is not affected,
 * because it reads autoconf.h.
 */
export const NO_BTF = { MAKEFLAGS: ' -- CONFIG_DEBUG_INFO_BTF_MODULES=' } as const;
