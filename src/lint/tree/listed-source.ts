import { join } from 'node:path';
import { findPrivateKeys } from '../../dkms/source/private-key.ts';
import { listSourceTree } from '../../dkms/source/source-tree.ts';
import { DkmsDebError } from '../../errors.ts';
import { parseList } from '../../package/debhelper/path-lists.ts';
import { compareList, leftOutOnPurpose } from '../../package/dkms/install-coverage.ts';
import { isCleanedAway } from '../../package/rules/dh-clean.ts';
import { isMadeByInit } from '../../package/written-by-init.ts';
import type { DebianFacts } from './debian-facts.ts';

/**
 * The difference between the current source and a debian/<package>.install that init made. The user may have edited
 * this list.
 */
export interface ListedSource {
  /** The absolute path of the list. */
  readonly file: string;
  readonly missed: readonly string[];
  readonly gone: readonly { readonly word: string; readonly line: number }[];
}

/**
 * Compares the debian/<package>.install that init made with the current source. Returns undefined if init made no list,
 * or if the tree or the list cannot be read. `missed` has the source files that the list lacks, without private keys.
 * `gone` has the words of the list that match no file.
 */
export async function listedSource(
  directory: string,
  debian: DebianFacts | undefined,
): Promise<ListedSource | undefined> {
  if (debian === undefined) return undefined;
  const name = await listOfInit(debian);
  if (name === undefined) return undefined;
  const file = join(debian.directory, name);
  try {
    const text = Buffer.from(debian.files.get(name) ?? '', 'latin1').toString('utf8');
    const all = await listSourceTree(directory);
    const entries = all.filter(({ path, type }) => !isCleanedAway(path, type));
    const purposely = await leftOutOnPurpose(debian.directory);
    const { missed, gone } = compareList(parseList(text, file), purposely, entries);
    const keys = new Set(findPrivateKeys(directory, missed));
    return { file, missed: missed.filter((path) => !keys.has(path)), gone };
  } catch (error) {
    if (error instanceof DkmsDebError) return undefined;
    throw error;
  }
}

/** Returns the name of the list that init made. Other packages may have lists by hand. */
async function listOfInit({ directory, files }: DebianFacts): Promise<string | undefined> {
  for (const name of files.keys()) {
    if (/(?:^|\.)install$/.test(name) && (await isMadeByInit(directory, name))) return name;
  }
  return undefined;
}
