import { join, posix } from 'node:path';
import { findPrivateKeys } from '../dkms/source/private-key.ts';
import type { SourceEntry } from '../dkms/source/source-entry.ts';
import { readSourceTree } from '../dkms/source/source-tree.ts';
import { type SourceWarning, sourceWarnings } from '../dkms/source/source-warnings.ts';
import { isCleanedAway } from '../package/rules/clean.ts';
import { type ConfLocation, sourcePrefix } from './conf/find-conf.ts';
import type { Choices } from './conf/init-memory.ts';

/** What of a tree comes below /usr/src, and what does not; paths relative to the source's directory. */
export interface PackedFiles {
  readonly entries: readonly SourceEntry[];
  /** Links that lead out of the source: no part of it. */
  readonly leftOut: readonly string[];
  /** What stays out for good: such links, keys, what dh_clean removes, and what readSourceTree says. */
  readonly excluded: readonly string[];
  /** Files with a private key, no part of what is listed. */
  readonly privateKeys: readonly string[];
  /** Of files that git does not have. */
  readonly sourceWarnings: readonly SourceWarning[];
}

/** Errors: those of readSourceTree. */
export async function readPackedFiles(
  directory: string,
  location: Pick<ConfLocation, 'sourceRoot'>,
  choices: Choices,
): Promise<PackedFiles> {
  const below = location.sourceRoot;
  // Not the folder by itself: build asks about the whole tree, and both must get one answer.
  const tree = await readSourceTree(directory, { below, withListed: false });
  const isCleaned = ({ path }: SourceEntry) => isCleanedAway(sourcePrefix(location) + path);
  const [kept, cleaned] = divide(tree.entries, (entry) => !isCleaned(entry));
  const [inside, links] = divide(kept, (entry) => !leadsOut(entry));
  const files = inside.filter(({ type }) => type === 'file').map(({ path }) => path);
  const isAllowed = (path: string) =>
    choices.allowFiles?.includes(posix.join(below, path)) ?? false;
  const keys = findPrivateKeys(join(directory, below), files).filter((path) => !isAllowed(path));
  const out = [...cleaned.filter(({ type }) => type !== 'directory'), ...links];
  return {
    entries: inside.filter(({ path }) => !keys.includes(path)),
    leftOut: links.map(({ path, target }) => `${path} -> ${target}`),
    excluded: [...tree.excluded, ...keys, ...out.map(({ path }) => path)],
    privateKeys: keys,
    sourceWarnings: sourceWarnings(tree),
  };
}

function divide<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}

/** A link out of the tree leads nowhere, or to a stranger, below /usr/src. */
function leadsOut({ path, target }: SourceEntry): boolean {
  if (target === undefined) return false;
  return target.startsWith('/') || posix.join(posix.dirname(path), target).startsWith('..');
}
