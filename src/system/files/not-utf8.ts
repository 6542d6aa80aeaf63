import { lstatSync } from 'node:fs';
import { InputError } from '../../errors.ts';

/** How node decodes what is not UTF-8; the character may also stand in a name that is. */
const REPLACEMENT = '\ufffd';

/** Whether a path that a directory was listed with has lost bytes: then nothing lies there. */
export function isNotUtf8(file: string): boolean {
  return file.includes(REPLACEMENT) && lstatSync(file, { throwIfNoEntry: false }) === undefined;
}

/** InputError `unreadable` with what to do about it. */
export function notUtf8(file: string): InputError {
  return new InputError('unreadable', 'the name is not UTF-8', {
    where: { file },
    hint: 'Rename the file: convmv -f latin1 -t utf-8.',
  });
}
