import { availableParallelism } from 'node:os';
import { explainNoRoom } from '../system/process/no-room.ts';
import { run } from '../system/process/run.ts';

/**
 * Makes the tarball `target` (`x.tar.xz`). `write` writes the archive `x.tar`, which is then compressed. xz gets two
 * threads at least, because then its output does not depend on the number of threads. Throws the errors of `write` and
 * run(), and SystemError `disk-full`.
 */
export async function compressXz(
  target: string,
  write: (tar: string) => Promise<void>,
): Promise<void> {
  const tar = target.replace(/\.xz$/, '');
  try {
    await write(tar);
    const threads = `-T${Math.max(2, availableParallelism())}`;
    await run('xz', ['-6', threads, '--', tar], { timeoutSeconds: 1800 });
  } catch (error) {
    throw explainNoRoom(error);
  }
}
