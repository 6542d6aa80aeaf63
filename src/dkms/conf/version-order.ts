/**
 * DKMS's VER(): every number of one or two digits padded to three, so that releases compare as
 * strings. Its traps are kept: `6.12.3` is greater than `6.12`, because it is the longer string.
 */
export function paddedVersion(release: string): string {
  return release.replace(/\d+/g, (digits) => digits.padStart(3, '0'));
}

/** Negative, zero or positive, by bash's `<` in the C locale. */
export function compareReleases(a: string, b: string): number {
  const left = paddedVersion(a);
  const right = paddedVersion(b);
  return left < right ? -1 : left > right ? 1 : 0;
}
