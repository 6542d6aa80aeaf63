import { lstatSync } from 'node:fs';
import { InputError } from '../../errors.ts';

/** The character by which Node replaces bytes that are not UTF-8. A valid name may also contain this character. */
const REPLACEMENT = '\ufffd';

/** Whether Node has replaced bytes in the path of a file that it listed. If so, no file has this path. */
export function isNotUtf8(file: string): boolean {
  return file.includes(REPLACEMENT) && lstatSync(file, { throwIfNoEntry: false }) === undefined;
}

/** Returns the InputError `unreadable` for a name that is not UTF-8, with a hint. */
export function notUtf8(file: string): InputError {
  return new InputError('unreadable', 'the name is not UTF-8', {
    where: { file },
    hint: 'Rename the file, such as with: convmv --notest -f latin1 -t utf-8 FILE',
  });
}
