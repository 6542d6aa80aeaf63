import { StagedTree } from '../../archive/staged/staged-tree.ts';
import type { SourceEntry } from '../../dkms/source/source-entry.ts';
import { DkmsDebError, InputError } from '../../errors.ts';
import { readTreeText } from '../../system/files/read-tree-file.ts';
import type { Staging } from '../debhelper/context.ts';
import { compressDocumentation } from '../debhelper/dh-compress.ts';
import { stageInstall } from '../debhelper/dh-install.ts';
import { stageManualPages } from '../debhelper/dh-installman.ts';
import { stageLinks } from '../debhelper/dh-link.ts';
import { stageSystemFiles } from '../debhelper/dh-system-files.ts';
import type { Packaging } from '../packaging.ts';
import { isCleanedAway } from '../rules/dh-clean.ts';

/** A tree and the debian/ that packages it. */
interface TreeOfPackage {
  readonly directory: string;
  readonly entries: readonly SourceEntry[];
  readonly variables: ReadonlyMap<string, string>;
}

/**
 * Returns a staged tree of what the -dkms package has beside the source, as debian/<package>.install, .udev, .modprobe
 * and others say. A line of a list that does not work, such as for a program that only debian/rules builds, is passed
 * to `problem`.
 */
export async function stageBeside(
  packaging: Packaging,
  { directory, entries, variables }: TreeOfPackage,
  problem: (error: DkmsDebError) => void,
): Promise<StagedTree> {
  const tree = new StagedTree(packaging.latest.timestamp);
  const staging: Staging = {
    tree,
    packaging,
    sourceDirectory: directory,
    entries: entries.filter(({ path }) => !isCleanedAway(path)),
    variables,
    used: new Set(),
  };
  const attempt = async (step: () => Promise<void>) => {
    try {
      await step();
    } catch (error) {
      if (!(error instanceof DkmsDebError)) throw error;
      problem(error);
    }
  };
  const lines = await otherLines(packaging.file('install'));
  if (lines.length > MOST_LINES) {
    problem(new InputError('list-too-long', `the list has more than ${MOST_LINES} lines`));
    return tree;
  }
  for (const line of lines) await attempt(() => stageInstall(staging, (one) => one === line));
  await attempt(() => stageManualPages(staging));
  await attempt(() => stageSystemFiles(staging));
  await attempt(() => stageLinks(staging, (line) => !OF_SOURCE.test(line)));
  await compressDocumentation(tree);
  return tree;
}

const OF_SOURCE = /usr\/src/;
/** The most lines that the list may have, because the whole list is read again for each of them. */
const MOST_LINES = 500;

/** Returns the lines of debian/<package>.install that do not install source, each once. */
async function otherLines(file: string | undefined): Promise<string[]> {
  if (file === undefined) return [];
  const lines = (await readTreeText(file)).split('\n');
  return [...new Set(lines.filter((line) => line.trim() !== '' && !OF_SOURCE.test(line)))];
}
