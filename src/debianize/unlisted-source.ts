import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sourcePrefix } from '../driver/conf/find-conf.ts';
import type { Driver } from '../driver/read-driver.ts';
import { parseList } from '../package/debhelper/path-lists.ts';
import { compareList, leftOutOnPurpose } from '../package/dkms/install-coverage.ts';
import { isGlob } from '../system/files/glob.ts';
import { someNames } from '../system/text/some-names.ts';

/**
 * Compares a debian/<package>.install that the user edited with the current source. Returns sentences about source
 * files that the list does not name, and about names in the list that match no file. Files in debian/not-installed are
 * left out on purpose, and not reported.
 */
export async function unlistedSource(
  driver: Driver,
  debian: string,
  text: string,
): Promise<string[]> {
  const path = `${driver.packageName}.install`;
  const prefix = sourcePrefix(driver.location);
  const entries = driver.entries.map((entry) => ({ ...entry, path: `${prefix}${entry.path}` }));
  const lines = parseList(text, join(debian, path));
  const { missed, gone } = compareList(lines, await leftOutOnPurpose(debian), entries);
  const isThere = (word: string) => !isGlob(word) && existsSync(join(driver.directory, word));
  const vain = gone.map(({ word }) => word).filter((word) => !isThere(word));
  const sentences: string[] = [];
  if (missed.length > 0) {
    sentences.push(
      `debian/${path} does not list ${some(missed)}: add files of the driver there, others to debian/not-installed`,
    );
  }
  if (vain.length > 0)
    sentences.push(`debian/${path} names files that do not exist: ${some(vain)}`);
  return sentences;
}

function some(names: readonly string[]): string {
  return someNames(names, 20);
}
