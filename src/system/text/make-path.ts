/**
 * Whether make can work in a path. It cannot if the path has blanks or colons, which end a name in a makefile, or
 * quotes, `$` or `;`, which are special to the shell. A symbolic link does not help, because kbuild checks the resolved
 * path (Makefile of the kernel).
 */
export function isMakePath(path: string): boolean {
  return /^[\w./+@,~\u0080-\uffff-]*$/.test(path) && !/\s/.test(path);
}
