import { availableParallelism } from 'node:os';
import { explainNoRoom } from '../system/process/no-room.ts';
import { run } from '../system/process/run.ts';

/**
 * Makes the tarball `target` (`x.tar.xz`). `write` writes the archive to `x.tar`, which is then compressed. xz uses
 * at least two threads, because then its bytes are the same on any machine, whatever the number of threads is.
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
