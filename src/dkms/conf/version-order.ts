/**
 * Pads every number of one or two digits to three, as DKMS's VER() does to compare releases as strings.
 * So `6.12.3` is greater than `6.12`, because it is the longer string.
 */
export function paddedVersion(release: string): string {
  return release.replace(/\d+/g, (digits) => digits.padStart(3, '0'));
}

/** Compares two releases by bash's `<` in the C locale. Returns -1, 0 or 1. */
export function compareReleases(a: string, b: string): number {
  const left = paddedVersion(a);
  const right = paddedVersion(b);
  return left < right ? -1 : left > right ? 1 : 0;
}
