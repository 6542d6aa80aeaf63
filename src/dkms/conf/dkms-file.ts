/**
 * What a debian/<package>.dkms is (dh_dkms(1)): a dkms.conf itself, or a list of one file of the tree
 * that is one.
 */

/** Does a text set PACKAGE_NAME, as every dkms.conf does? */
export function isDkmsConf(text: string): boolean {
  return /^\s*PACKAGE_NAME(\[0\])?=/m.test(text);
}

/** The files that a list names; comments and blank lines are none. */
export function listedFiles(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const trimmed = line.trim();
    return trimmed === '' || trimmed.startsWith('#') ? [] : trimmed.split(/\s+/);
  });
}
