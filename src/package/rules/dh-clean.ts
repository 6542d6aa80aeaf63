/** Files that dh_clean(1) removes in every directory before the build. */
const CLEANED =
  /(?:^|\/)(?:#[^/]*#|\.?[^/]*~|DEADJOE|\.?[^/]*\.(?:orig|rej|bak)|\.SUMS|TAGS|autom4te\.cache)(?:\/|$)|^[^/]*-stamp$/;

/** Whether dh_clean removes a path of the tree before the package is built. */
export function isCleanedAway(path: string): boolean {
  return CLEANED.test(path);
}
