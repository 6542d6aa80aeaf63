import { join } from 'node:path';
import { UsageError } from '../errors.ts';

/** The directories of a repository, relative to it, and the name of its only component. All suites share the pool. */
export const DISTS = 'dists';
export const POOL = 'pool/main';
export const COMPONENT = 'main';
/** The file with the public keys, armoured. The index is signed with their secret keys. */
export const KEYS_FILE = 'dkms-deb/archive-keys.asc';

/** Returns `text` if it can be the name of a directory below dists/, else throws UsageError. */
export function checkSuite(text: string): string {
  if (/^[a-z][a-z0-9+.-]{0,62}$/.test(text)) return text;
  throw new UsageError(`${JSON.stringify(text.slice(0, 60))} is not a name of a suite`, {
    hint: 'Name a suite such as trixie: lower-case letters, digits, "+", "-" and ".".',
  });
}

/**
 * Returns the path of a package in the pool. The path has the form of Debian's archive:
 * pool/main/h/hello/hello-dkms_1.0_all.deb.
 */
export function poolPath(source: string, debName: string): string {
  const prefix = source.startsWith('lib') ? source.slice(0, 4) : source.slice(0, 1);
  return join(POOL, prefix, source, debName);
}

/** Returns the directory of a suite, relative to the repository. */
export function suiteDirectory(suite: string): string {
  return join(DISTS, suite);
}

const BY_HASH = /^(?:[a-z0-9-]+\/)+by-hash\/SHA256\/[0-9a-f]{64}$/;

/** Whether a path below a suite is one of the files by hash. */
export function isByHash(path: string): boolean {
  return BY_HASH.test(path);
}

/** Whether a repository is named by a URL, and not by a directory. */
export function isUrl(place: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/.test(place);
}
