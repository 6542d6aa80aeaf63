/**
 * Whether make can work in a path. It cannot if the path has characters that are special in a makefile, such as blanks,
 * colons, `%` and `#`, or in the shell, such as quotes, `$` and `;`. A symbolic link does not help, because kbuild
 * checks the resolved path (Makefile of the kernel).
 */
export function isMakePath(path: string): boolean {
  return /^[\w./+@,~\u0080-\uffff-]*$/.test(path) && !/\s/.test(path);
}
