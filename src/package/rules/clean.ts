/** What dh_clean(1) removes wherever it lies, before the package is filled. */
const CLEANED =
  /(?:^|\/)(?:#[^/]*#|\.?[^/]*~|DEADJOE|\.?[^/]*\.(?:orig|rej|bak)|\.SUMS|TAGS|autom4te\.cache)(?:\/|$)|^[^/]*-stamp$/;

/** Whether a path of the tree is gone when debhelper fills the package. */
export function isCleanedAway(path: string): boolean {
  return CLEANED.test(path);
}
