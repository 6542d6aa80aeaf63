import type { SourceEntry } from '../../dkms/source/source-entry.ts';

/**
 * Matches files that dh_clean(1) removes before the build: most of them in every directory, but *-stamp only at the
 * top.
 */
const FILES =
  /(?:^|\/)(?:#[^/]*#|[^/]*~|DEADJOE|[^/]*\.(?:orig|rej|bak)|\.SUMS|TAGS|\.deps\/(?:.*\/)?[^/]*\.P)$|^[^/]*-stamp$/;

/** Matches the directory that dh_clean removes with its contents. */
const DIRECTORY = /(?:^|\/)autom4te\.cache(?:\/|$)/;

/** Whether dh_clean removes a path of the tree before the package is built. Links and other directories stay. */
export function isCleanedAway(path: string, type: SourceEntry['type'] = 'file'): boolean {
  return DIRECTORY.test(path) || (type === 'file' && FILES.test(path));
}
