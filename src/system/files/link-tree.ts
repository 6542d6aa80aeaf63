import { mkdir, rm } from 'node:fs/promises';
import { explainNoRoom } from '../process/no-room.ts';
import { run } from '../process/run.ts';
import { makeDirectory } from './make-directory.ts';

/**
 * Matches the message of cp if a file cannot have a second name. Either the two directories are on different file
 * systems (EXDEV); or the file system has no hard links (EPERM, EOPNOTSUPP, ENOSYS, EACCES; vfat, some network file
 * systems); or the file belongs to another user (EPERM; proc(5), protected_hardlinks); or it already has too many names
 * (EMLINK).
 */
const NO_LINK =
  /cannot create hard link .*: (?:Invalid cross-device link|Operation not permitted|Operation not supported|Function not implemented|Too many links|Permission denied)/;

/**
 * Fills `target` with the contents of the directories `sources`: with hard links to their files if possible, otherwise
 * with copies. `target` is made if it is missing, and must be empty. Throws SystemError `disk-full`, and the errors of
 * makeDirectory and run().
 */
export async function linkTree(
  sources: readonly string[],
  target: string,
  { timeoutSeconds = 600, cp = 'cp' }: { timeoutSeconds?: number; cp?: string } = {},
): Promise<void> {
  try {
    await linkOrCopy(sources, target, timeoutSeconds, cp);
  } catch (error) {
    throw explainNoRoom(error);
  }
}

async function linkOrCopy(
  sources: readonly string[],
  target: string,
  timeoutSeconds: number,
  cp: string,
): Promise<void> {
  const contents = sources.map((one) => `${one}/.`);
  await makeDirectory(target);
  const options = { timeoutSeconds };
  const linked = await run(cp, ['-al', '--', ...contents, target], {
    ...options,
    accept: [0, 1],
  });
  if (linked.exitStatus === 0) return;
  if (!NO_LINK.test(linked.stderr)) {
    // cp failed for another reason. It is called again, without `accept`, so that `run` throws the error.
    await run(cp, ['-al', '--', ...contents, target], options);
  }
  await rm(target, { recursive: true, force: true });
  await mkdir(target);
  await run(cp, ['-a', '--reflink=auto', '--', ...contents, target], options);
}
