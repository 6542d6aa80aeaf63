/**
 * Whether make can work in a path. Blanks and colons end a name in a makefile, and quotes, `$` or `;` are
 * special to the shell. A symbolic link does not help: kbuild checks the resolved path (the kernel's Makefile).
 */
export function isMakePath(path: string): boolean {
  return /^[\w./+@,~\u0080-\uffff-]*$/.test(path) && !/\s/.test(path);
}
