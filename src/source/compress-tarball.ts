import { availableParallelism } from 'node:os';
import { diskFull } from '../archive/compression/filter-process.ts';
import { SystemError } from '../errors.ts';
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
    throw explainFullDisk(error);
  }
}

/** A tool's failure for want of room, told as such; any other error as it is. */
export function explainFullDisk(error: unknown): unknown {
  if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return diskFull(error);
  if (!(error instanceof SystemError)) return error;
  // tar tells the short write, not the reason.
  const full = /No space left on device|Disk quota|tar: .*Wrote only \d+ of/;
  return full.test(error.output.join('\n')) ? diskFull(error) : error;
}
