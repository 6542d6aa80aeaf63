/**
 * Matches files that dh_clean(1) removes before the build: most of them in every directory, but *-stamp only at the
 * top.
 */
const CLEANED =
  /(?:^|\/)(?:#[^/]*#|\.?[^/]*~|DEADJOE|\.?[^/]*\.(?:orig|rej|bak)|\.SUMS|TAGS|autom4te\.cache)(?:\/|$)|^[^/]*-stamp$/;

/** Whether dh_clean removes a path of the tree before the package is built. */
export function isCleanedAway(path: string): boolean {
  return CLEANED.test(path);
}
