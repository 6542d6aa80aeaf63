import { readFile, stat } from 'node:fs/promises';
import { ConfError, InputError } from '../errors.ts';

/** bash takes minutes for values of a megabyte; the largest real dkms.conf has 12 KiB. */
const MAXIMUM_SIZE = 256 * 1024;

/** The text of a dkms.conf, latin1. ConfError `conf-too-large`; InputError `special-file`, which may have no end. */
export async function readConfText(file: string): Promise<string> {
  const found = await stat(file);
  if (found.isDirectory() || found.isFile()) {
    if (found.size <= MAXIMUM_SIZE) return readFile(file, 'latin1');
    const message = `the file has ${found.size} bytes; ${MAXIMUM_SIZE} are read`;
    throw new ConfError('conf-too-large', message, {
      where: { file },
      hint: 'A dkms.conf only sets variables; keep data in files of their own.',
    });
  }
  throw new InputError('special-file', 'this is no regular file', {
    where: { file },
    hint: 'Name a dkms.conf that is a file.',
  });
}
