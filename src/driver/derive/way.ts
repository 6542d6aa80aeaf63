import type { NamedModule } from './kbuild-question.ts';

/** A way to build a tree. */
export interface Way {
  /**
   * The directory that DKMS gets as the source, relative to the tree: '' for the whole tree, or for example `src`.
   */
  readonly sourceRoot: string;
  /** The value for MAKE in dkms.conf. Undefined if DKMS's default command is used. */
  readonly make: string | undefined;
  /**
   * The modules that are built in this way, as make named them without compiling. Their paths are relative to
   * sourceRoot.
   */
  readonly modules: readonly NamedModule[];
  /** How this way to build was found, in words for the user. */
  readonly from: string;
  /**
   * An expression. The way is tried only if it matches the error of an earlier way. Unset for a way that is always
   * tried.
   */
  readonly after?: RegExp | undefined;
}

/** DKMS's build directory, written with variables that DKMS sets for dkms.conf. */
export const BUILD = '$dkms_tree/$PACKAGE_NAME/$PACKAGE_VERSION/build';

/**
 * The beginning of a command in dkms.conf. It replaces uname by a script whose `uname -r` prints the kernel for which
 * the modules are built. `$` and the backquote are written as octal numbers, because DKMS evaluates the line twice.
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
