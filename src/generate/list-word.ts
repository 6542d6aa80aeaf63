/** A path as a word of a debhelper list: such files are split at blanks, and have variables from compat level 13 on. */
export function listWord(path: string): string {
  return path.replaceAll('$', '$' + '{Dollar}').replaceAll(' ', '$' + '{Space}');
}
