/**
 * Whether make can work in a path: blanks and colons end names in makefiles (kbuild refuses them after it
 * has followed all links, so that none helps), and quotes, `$`, `;` … mean something to its shell.
 */
export function isMakePath(path: string): boolean {
  return /^[\w./+@,~\u0080-\uffff-]*$/.test(path) && !/\s/.test(path);
}
