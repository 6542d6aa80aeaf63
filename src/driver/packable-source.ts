import { join, posix } from 'node:path';
import { leadsOut } from '../dkms/source/leads-out.ts';
import { findPrivateKeys } from '../dkms/source/private-key.ts';
import type { SourceEntry } from '../dkms/source/source-entry.ts';
import { readSourceTree } from '../dkms/source/source-tree.ts';
import { type SourceWarning, sourceWarnings } from '../dkms/source/source-warnings.ts';
import { isCleanedAway } from '../package/rules/dh-clean.ts';
import { type ConfLocation, sourcePrefix } from './conf/find-conf.ts';
import type { Choices } from './conf/init-memory.ts';

/**
 * The files of a tree that are packed below /usr/src, and the files that are not packed. Paths are relative to the
 * directory of the source.
 */
export interface PackedFiles {
  readonly entries: readonly SourceEntry[];
  /** Symbolic links that lead out of the source, in the form `path -> target`. They are not packed. */
  readonly leftOut: readonly string[];
  /**
   * Files that a rule leaves out: links that lead out of the source, private keys, files that dh_clean removes, and the
   * files in `excluded` of readSourceTree. Untracked files are not among them.
   */
  readonly excluded: readonly string[];
  /** Files that contain a private key and are not allowed by --allow-file. They are not packed. */
  readonly privateKeys: readonly string[];
  /** Warnings about the source, such as files that are not in git, or that are missing on the disk (sourceWarnings). */
  readonly sourceWarnings: readonly SourceWarning[];
}

/** Lists the files to be packed. Throws the errors of readSourceTree. */
export async function readPackedFiles(
  directory: string,
  location: Pick<ConfLocation, 'sourceRoot'>,
  choices: Choices,
): Promise<PackedFiles> {
  const below = location.sourceRoot;
  // The whole tree is read, not only the folder with the source: `build` does the same, and must get the same
  // result as init.
  const tree = await readSourceTree(directory, { below, withListed: false });
  const isCleaned = ({ path, type }: SourceEntry) =>
    isCleanedAway(sourcePrefix(location) + path, type);
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
    sourceWarnings: sourceWarnings(tree, join(directory, below)),
  };
}

function divide<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}
