import type { NamedModule } from './kbuild-question.ts';

/** One way in which a tree may build. */
export interface Way {
  /** What DKMS is to have as the source: '' or such as `src`. */
  readonly sourceRoot: string;
  /** MAKE of dkms.conf; undefined: DKMS's own. */
  readonly make: string | undefined;
  /** What was answered when it was asked this way, relative to sourceRoot. */
  readonly modules: readonly NamedModule[];
  readonly from: string;
  /** Tried only after a failure with such words. */
  readonly after?: RegExp | undefined;
}

/** $dkms_tree/…/build, as dkms.conf files write it. */
export const BUILD = '$dkms_tree/$PACKAGE_NAME/$PACKAGE_VERSION/build';

/**
 * Makes `uname -r` of whatever runs below answer the kernel that is built for. The signs `$` and backtick are
 * octal, since DKMS evaluates the line twice.
 */
export const OTHER_UNAME = `mkdir -p .kernel && printf '#!/bin/sh\\n/bin/uname \\044@ | sed s,\\140/bin/uname -r\\140,$kernelver,\\n' >.kernel/uname && chmod +x .kernel/uname && PATH=${BUILD}/.kernel:$PATH `;

/** The command of a way for a shell that has `kernelver`, `kernel_source_dir` and `build`: what DKMS runs (dkms.in, build_module). */
export function commandOf(make: string | undefined, jobs: number): string {
  return (make ?? `make -C $kernel_source_dir M=${BUILD}`)
    .replace(/^make/, `make -j${jobs} KERNELRELEASE=$kernelver`)
    .replaceAll(BUILD, '$build');
}
