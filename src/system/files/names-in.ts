import { readdir } from 'node:fs/promises';
import { SystemError } from '../../errors.ts';
import { causeOf } from '../process/refusal.ts';

/**
 * Returns the names in a directory, unsorted. Returns [] if the directory does not exist, or is no directory. Throws
 * SystemError `file-unreadable` for a directory that cannot be read, which would otherwise count as empty.
 */
export async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    const message = `cannot read the directory: ${causeOf(cause)[0]}`;
    throw new SystemError('file-unreadable', message, {
      where: { file: directory },
      hint: 'Make the directory readable for this user.',
      cause,
    });
  }
}
