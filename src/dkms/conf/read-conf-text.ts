import { dirname } from 'node:path';
import { ConfError, DkmsDebError } from '../../errors.ts';
import { readTreeFile } from '../../system/files/read-tree-file.ts';
import { causeOf } from '../../system/process/refusal.ts';
import { noConf } from './no-conf.ts';

/**
 * The most bytes that a dkms.conf may have. A larger file is an error, because bash needs minutes for a value of a
 * megabyte. The largest real dkms.conf has 12 KiB.
 */
const MAXIMUM_SIZE = 256 * 1024;

/**
 * Returns the text of a dkms.conf: each byte becomes one character, as in latin1. Throws ConfError `no-conf` (exit
 * status 4) or `conf-too-large`, and InputError `special-file` or `link-out`.
 */
export async function readConfText(file: string): Promise<string> {
  try {
    return (await readTreeFile(file, MAXIMUM_SIZE)).toString('latin1');
  } catch (error) {
    if (error instanceof DkmsDebError && error.code === 'file-too-large') {
      throw new ConfError('conf-too-large', error.message, {
        where: { file },
        hint: 'Move data into separate files: a dkms.conf only sets variables.',
      });
    }
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw noConf(
        file,
        'Check the path, or name a dkms.conf with --conf FILE (init, bmdeb, info, lint).',
      );
    }
    if (error instanceof DkmsDebError || code === undefined) throw error;
    const message = `dkms.conf cannot be read: ${causeOf(error)[0]}`;
    const hint =
      code === 'EISDIR'
        ? 'Rename the directory: DKMS reads a file of this name.'
        : `Check the file and its permissions in ${dirname(file)}.`;
    throw noConf(file, hint, { message, cause: error });
  }
}
