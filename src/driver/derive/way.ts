import type { NamedModule } from './kbuild-question.ts';

/** A way to build a tree. */
export interface Way {
  /**
   * The directory that DKMS gets as the source, relative to the tree: '' for the whole tree, or for example `src`.
   */
  readonly sourceRoot: string;
  /** The value for MAKE in dkms.conf. Undefined if the default command of DKMS is used. */
  readonly make: string | undefined;
  /**
   * The modules that are built in this way, as make listed them without compiling. Their folders are relative to
   * `sourceRoot`.
   */
  readonly modules: readonly NamedModule[];
  /** How this way was found, in words for the user. */
  readonly from: string;
  /**
   * The way is tried only if this expression matches the error of the previous way. Unset for a way that is always
   * tried.
   */
  readonly after?: RegExp | undefined;
}

/** The build directory of DKMS, written with variables that DKMS sets for dkms.conf. */
export const BUILD = '$dkms_tree/$PACKAGE_NAME/$PACKAGE_VERSION/build';

/**
 * The beginning of a command in dkms.conf. It replaces uname by a script whose `uname -r` prints the kernel for which
 * the modules are built. `$` and the backquote are written as octal numbers, because DKMS evaluates the line twice.
 */
export const OTHER_UNAME = `mkdir -p .kernel && printf '#!/bin/sh\\n/bin/uname \\044@ | sed s,\\140/bin/uname -r\\140,$kernelver,\\n' >.kernel/uname && chmod +x .kernel/uname && PATH=${BUILD}/.kernel:$PATH `;

/**
 * Returns the command that DKMS runs for a value of MAKE (dkms.in, do_build), without the LLVM=1 that DKMS adds for a
 * kernel built with clang. The command is for a shell with the variables `kernelver`, `kernel_source_dir` and `build`.
 * `jobs` is the number after -j.
 */
export function commandOf(make: string | undefined, jobs: number): string {
  return (make ?? `make -C $kernel_source_dir M=${BUILD}`)
    .replace(/^make/, `make -j${jobs} KERNELRELEASE=$kernelver`)
    .replaceAll(BUILD, '$build');
}
