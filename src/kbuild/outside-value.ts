import { SOME, UNKNOWN } from './markers.ts';

/** Matches variables that make itself or the makefile of the kernel sets. Their values are unknown, but not empty. */
const FROM_KERNEL =
  /^(?:srctree|objtree|abs_srctree|abs_objtree|srcroot|KERNELRELEASE|KERNELVERSION|VERSION|PATCHLEVEL|SUBLEVEL|CC|LD|AR|NM|OBJCOPY|CPP|HOSTCC|SHELL|ARCH|SRCARCH|CURDIR|PWD|LINUXINCLUDE|KBUILD_CFLAGS|KBUILD_CPPFLAGS|MAKEFLAGS|MAKEFILE_LIST)$/;
/**
 * Returns what stands for the value of a variable that the makefiles of the driver do not set: UNKNOWN for a CONFIG_
 * variable, the program's name for MAKE, SOME for FROM_KERNEL, '' for any other variable.
 */
export function outsideValue(name: string): string {
  if (name.startsWith('CONFIG_')) return UNKNOWN;
  if (name === 'MAKE') return 'make';
  return FROM_KERNEL.test(name) ? SOME : '';
}
