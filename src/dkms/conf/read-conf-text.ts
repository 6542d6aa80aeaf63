import { dirname } from 'node:path';
import { ConfError, DkmsDebError } from '../../errors.ts';
import { readTreeFile } from '../../system/files/read-tree-file.ts';
import { noConf } from './no-conf.ts';

/** bash takes minutes for values of a megabyte; the largest real dkms.conf has 12 KiB. */
const MAXIMUM_SIZE = 256 * 1024;

/** The text of a dkms.conf, latin1. ConfError `no-conf` (4), `conf-too-large`; InputError `special-file`. */
export async function readConfText(file: string): Promise<string> {
  try {
    return (await readTreeFile(file, MAXIMUM_SIZE)).toString('latin1');
  } catch (error) {
    if (error instanceof DkmsDebError && error.code === 'file-too-large') {
      throw new ConfError('conf-too-large', error.message, {
        where: { file },
        hint: 'A dkms.conf only sets variables; keep data in files of their own.',
      });
    }
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw noConf(file, 'Name it with --conf FILE, or run dkms-deb init in a tree that has one.');
    }
    if (error instanceof DkmsDebError || code === undefined) throw error;
    const message = `dkms.conf cannot be read (${code})`;
    const hint = `Check it and its permissions in ${dirname(file)}.`;
    throw noConf(file, hint, { message, cause: error });
  }
}
