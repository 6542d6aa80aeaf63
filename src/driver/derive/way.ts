import type { NamedModule } from './kbuild-question.ts';

/** A way to build a tree. */
export interface Way {
  /** DKMS's source directory, relative to the tree: '' or for example `src`. */
  readonly sourceRoot: string;
  /** MAKE of dkms.conf; undefined for DKMS's default. */
  readonly make: string | undefined;
  /** The modules that this way builds, as make reported them without compiling, relative to sourceRoot. */
  readonly modules: readonly NamedModule[];
  /** How it was found, in words. */
  readonly from: string;
  /**
   * An expression. The way is tried only if it matches the error of an earlier way. Unset for a way that is always
   * tried.
   */
  readonly after?: RegExp | undefined;
}

/** The build directory of DKMS, in the variables of dkms.conf. */
export const BUILD = '$dkms_tree/$PACKAGE_NAME/$PACKAGE_VERSION/build';

/**
 * The beginning of a command for which `uname -r` prints the kernel that is built for. `$` and backtick are
 * octal, because DKMS evaluates the line twice.
 */
export const OTHER_UNAME = `mkdir -p .kernel && printf '#!/bin/sh\\n/bin/uname \\044@ | sed s,\\140/bin/uname -r\\140,$kernelver,\\n' >.kernel/uname && chmod +x .kernel/uname && PATH=${BUILD}/.kernel:$PATH `;

/**
 * Returns the command that DKMS runs for a MAKE (dkms.in, build_module), for a shell with the variables
 * `kernelver`, `kernel_source_dir` and `build`.
 */
export function commandOf(make: string | undefined, jobs: number): string {
  return (make ?? `make -C $kernel_source_dir M=${BUILD}`)
    .replace(/^make/, `make -j${jobs} KERNELRELEASE=$kernelver`)
    .replaceAll(BUILD, '$build');
}
