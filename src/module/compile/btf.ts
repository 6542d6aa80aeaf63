import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { KernelHeaders } from '../../kernel/headers.ts';
import { installHint } from '../../system/process/programs.ts';

/**
 * Whether kbuild would add BTF to the modules and fail because pahole is missing. Its only condition is a vmlinux
 * beside the headers (scripts/Makefile.modfinal), which Debian's headers have since 6.12. `pahole` is the output of
 * `pahole --version`; '' means that it is not installed.
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
 * Environment that makes kbuild omit BTF. A variable in MAKEFLAGS has the rank of one on the command line, above the
 * kernel's auto.conf; the command line itself cannot be used, because MAKE need not begin with `make`. An empty
 * value is enough for the `ifdef` of Makefile.modfinal, and C code, which reads autoconf.h, is not affected.
 */
export const NO_BTF = { MAKEFLAGS: ' -- CONFIG_DEBUG_INFO_BTF_MODULES=' } as const;
