import { linkSync, lstatSync, renameSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SystemError } from '../../errors.ts';
import { makeTemporary, releaseTemporary, removeLeftovers } from '../process/cleanup.ts';
import { explainNoRoom, type PlaceChoice } from '../process/no-room.ts';
import { causeOf } from '../process/refusal.ts';
import { prepareOutputDirectory } from './output.ts';

/** The beginning of the name of publishTogether's hidden directory. A killed build may leave such a directory. */
export const STAGING = '.dkms-deb-';

/**
 * Calls `work` with a hidden directory in `output`, into which `work` writes files. Then gives the files that `work`
 * returns their final names in `output`, in this order. After a failure no file of this run remains, and replaced files
 * are restored if the file system has hard links. `choice` is the option that names `output`. Returns the paths. Throws
 * SystemError `output-directory`, `cannot-write`, `disk-full`, and the errors of `work`.
 */
export async function publishTogether(
  output: string,
  work: (staging: string) => Promise<readonly string[]>,
  choice: PlaceChoice = '-o DIR',
): Promise<string[]> {
  await prepareOutputDirectory(output, choice);
  await removeLeftovers(output);
  const staging = makeStaging(output, choice);
  try {
    const names = await work(staging);
    renameAll(staging, output, names, choice);
    return names.map((name) => join(output, name));
  } catch (error) {
    throw explainNoRoom(error);
  } finally {
    await rm(staging, { recursive: true, force: true });
    releaseTemporary(staging);
  }
}

function makeStaging(output: string, choice: PlaceChoice): string {
  try {
    return makeTemporary(join(output, STAGING));
  } catch (cause) {
    const message = `cannot write into ${output}: ${causeOf(cause)[0]}`;
    throw new SystemError('output-directory', message, {
      hint: `Free some disk space, or choose another directory with ${choice}.`,
      cause,
    });
  }
}

/**
 * Gives all files their final names. The function is synchronous, so that no signal handler runs between the first and
 * the last rename.
 */
function renameAll(
  staging: string,
  output: string,
  names: readonly string[],
  choice: PlaceChoice,
): void {
  const done: { readonly target: string; readonly former: string | undefined }[] = [];
  try {
    for (const name of names) {
      const target = join(output, name);
      const former = keepFormer(target, join(staging, `former.${name}`));
      renameSync(join(staging, name), target);
      done.push({ target, former });
    }
  } catch (cause) {
    for (const { target, former } of done) {
      if (former === undefined) rmSync(target, { force: true });
      else renameSync(former, target);
    }
    const { dest } = cause as NodeJS.ErrnoException & { dest?: string };
    throw new SystemError('cannot-write', `the file cannot be written: ${causeOf(cause)[0]}`, {
      where: { file: dest ?? output },
      hint: `Move the existing file away, or choose another directory with ${choice}.`,
      cause,
    });
  }
}

/**
 * Makes the second name `former` (a hard link) for a file that will be replaced, and returns `former`. Returns
 * undefined if there is no such file, if it is a directory, or if no hard link can be made.
 */
function keepFormer(target: string, former: string): string | undefined {
  const found = lstatSync(target, { throwIfNoEntry: false });
  if (found === undefined || found.isDirectory()) return undefined;
  try {
    linkSync(target, former);
    return former;
  } catch {
    return undefined;
  }
}
