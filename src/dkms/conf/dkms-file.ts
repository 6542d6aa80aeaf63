/** A debian/<package>.dkms is either a dkms.conf, or a list with the path of a dkms.conf (dh_dkms(1)). */

/** Does a text set PACKAGE_NAME, as every dkms.conf does? */
export function isDkmsConf(text: string): boolean {
  // The expression does not use \s, which also matches line ends: 500 000 empty lines would then take minutes.
  return /^[ \t]*PACKAGE_NAME(\[0\])?=/m.test(text);
}

/** Returns the paths in a debian/<package>.dkms that is a list, without comments and blank lines. */
export function listedFiles(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const trimmed = line.trim();
    return trimmed === '' || trimmed.startsWith('#') ? [] : trimmed.split(/\s+/);
  });
}
