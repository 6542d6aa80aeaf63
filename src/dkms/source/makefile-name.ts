/** The names by which make and kbuild find makefiles, and expressions for paths of makefiles. */

/** The names that make looks for in a directory, in this order (GNU make, "Makefile Names"). */
export const MAKE_NAMES: readonly string[] = ['GNUmakefile', 'makefile', 'Makefile'];

/**
 * The names that kbuild looks for in a directory, in this order (scripts/Kbuild.include of the kernel, kbuild-file).
 */
export const KBUILD_NAMES: readonly string[] = ['Kbuild', 'Makefile'];

/** Matches the path of a makefile that make or kbuild finds by its name. */
export const MAKEFILE = /(?:^|\/)(?:GNUmakefile|[Mm]akefile|Kbuild)$/;

/**
 * Matches the path of any makefile: one that make or kbuild finds by its name, and one that is included, given with
 * `make -f`, or turned into a makefile, such as rules.mk, Makefile-6.1, Kbuild.in.
 */
export const ANY_MAKEFILE =
  /(?:^|\/)(?:GNUmakefile|[Mm]akefile|Kbuild)(?:[._-][^/]*)?$|\.(?:mk|mak|make)$/;
