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

/** A tree, and the variables that its lists use as `${env:NAME}`. */
interface TreeOfPackage {
  readonly directory: string;
  readonly entries: readonly SourceEntry[];
  readonly variables: ReadonlyMap<string, string>;
}

/**
 * Returns a staged tree with the files that the -dkms package has in addition to the source, as
 * debian/<package>.install, .udev, .modprobe and others say. If a line of a list does not work, such as a line for a
 * program that only debian/rules builds, passes the error to `problem` and uses the other lines. Of a list with more
 * than MOST_LINES lines none is used, and `problem` gets that error.
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
    entries: entries.filter(({ path, type }) => !isCleanedAway(path, type)),
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
  const stageEach = async (kind: string, stage: typeof stageInstall) => {
    const file = packaging.file(kind);
    if (file === undefined) return;
    const lines = await otherLines(file);
    if (lines.length > MOST_LINES) problem(tooLong(file));
    else for (const line of lines) await attempt(() => stage(staging, (one) => one === line));
  };
  await stageEach('install', stageInstall);
  await stageEach('manpages', stageManualPages);
  await attempt(() => stageSystemFiles(staging));
  // The links that debian/<package>.install has added get the form of Policy 10.5 even if no list names links.
  await attempt(() => stageLinks(staging, () => false));
  await stageEach('links', stageLinks);
  await compressDocumentation(tree);
  return tree;
}

const OF_SOURCE = /usr\/src/;
/**
 * The most lines that a list may have, apart from lines about source. Of a longer list nothing is installed, because
 * the whole list is read again for each line.
 */
const MOST_LINES = 500;

function tooLong(file: string): InputError {
  return new InputError('list-too-long', `the list has more than ${MOST_LINES} lines`, {
    where: { file },
    hint: 'Install directories, or use patterns.',
  });
}

/** Returns the lines of a list that do not contain `usr/src`, each once, and without empty lines. */
async function otherLines(file: string): Promise<string[]> {
  const lines = (await readTreeText(file)).split('\n');
  return [...new Set(lines.filter((line) => line.trim() !== '' && !OF_SOURCE.test(line)))];
}
