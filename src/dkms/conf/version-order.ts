/**
 * Pads every number of one or two digits to three digits, as DKMS's VER() does, so that releases can be compared as
 * strings. 6.12.3 is then greater than 6.12, because its string is longer.
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
