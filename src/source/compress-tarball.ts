import { availableParallelism } from 'node:os';
import { explainNoRoom } from '../system/process/no-room.ts';
import { run } from '../system/process/run.ts';

/**
 * Makes `target` (`x.tar.xz`) of the archive that `write` puts into `x.tar`. At least two threads: the
 * bytes of xz's threaded encoder are the same for any number of them, on any machine.
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
