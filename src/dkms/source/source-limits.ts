import { join } from 'node:path';
import { InputError } from '../../errors.ts';
import { isNotUtf8, notUtf8 } from '../../system/files/not-utf8.ts';
import type { SourceEntry } from './source-entry.ts';

/**
 * The longest name of a file in bytes: dpkg first unpacks it as NAME.dpkg-new, and a name has at most 255 bytes
 * (NAME_MAX). A longer name is an error.
 */
const LONGEST_NAME = 255 - '.dpkg-new'.length;
/**
 * The longest path in the source in bytes: PATH_MAX (4096) also counts `/var/lib/dkms/NAME/VERSION/build/` and
 * `.dpkg-new`. A longer path is an error.
 */
const LONGEST_PATH = 3800;
/**
 * The default limit in bytes for all files of a source together. No driver reaches a tenth of this limit. A tree
 * above the limit contains a large file by mistake, or a sparse file.
 */
const DEFAULT_MAX_SIZE = 4 * 1024 ** 3;

/**
 * The limit in bytes that is in force. It is stored for the whole process, because trees and their copies are read
 * in many places.
 */
let most = DEFAULT_MAX_SIZE;

/** Sets the limit in bytes for all files of a source together; undefined for the default. */
export function limitSource(bytes: number | undefined): void {
  most = bytes ?? DEFAULT_MAX_SIZE;
}

/**
 * Throws InputError `file-name` for a name that dpkg cannot unpack, and for a name with a control character, because
 * names are written to terminals and into debian/*.install. Throws InputError `unreadable` for a name that is not
 * UTF-8.
 */
export function refuseImpossibleNames(root: string, paths: readonly string[]): void {
  for (const path of paths) {
    if (isNotUtf8(`${root}/${path}`)) throw notUtf8(shown(join(root, path)));
    const problem = problemOf(path);
    if (problem === undefined) continue;
    throw new InputError('file-name', problem, {
      where: { file: shown(join(root, path)) },
      hint: 'Rename the file, or exclude it from the source (export-ignore in .gitattributes).',
    });
  }
}

function problemOf(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (CONTROL.test(name)) {
    return 'the name contains a control character';
  }
  // dpkg uses names with these endings itself, and removes such files while it unpacks (archives.c, tarobject).
  if (/\.dpkg-(?:new|tmp)$/.test(name))
    return 'dpkg uses names that end in .dpkg-new or .dpkg-tmp for its temporary files';
  if (Buffer.byteLength(name) > LONGEST_NAME) {
    return `the name is longer than ${LONGEST_NAME} bytes: dpkg cannot unpack it`;
  }
  if (Buffer.byteLength(path) > LONGEST_PATH) {
    return `the path is longer than ${LONGEST_PATH} bytes: dpkg or DKMS cannot create the file`;
  }
  return undefined;
}

/**
 * Control characters, line separators, and characters that change the direction of text. A tab is allowed, because
 * debian/*.install can contain it as ${Tab} (debhelper(7)).
 */
const CONTROL = /[^\P{Cc}\t]|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/**
 * Returns a path for a message, without control characters. Of a long path it shows only the beginning and the end.
 */
function shown(path: string): string {
  const printable = path.replaceAll(
    new RegExp(CONTROL, 'gu'),
    (character) => `\\x${character.codePointAt(0)?.toString(16).padStart(2, '0')}`,
  );
  return printable.length > 300 ? `${printable.slice(0, 200)}…${printable.slice(-60)}` : printable;
}

/**
 * Throws InputError `source-too-large`, which names the largest file, if all files together have more
 * than `limit` bytes.
 */
export function refuseTooLarge(
  root: string,
  entries: readonly SourceEntry[],
  limit: number = most,
): void {
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total <= limit) return;
  const largest = entries.reduce((a, b) => (b.size > a.size ? b : a));
  throw new InputError(
    'source-too-large',
    `the source has ${shownSize(total)}, more than the limit of ${shownSize(limit)}; ${largest.path} alone has ${shownSize(largest.size)}`,
    {
      where: { file: root },
      hint: 'Remove files that are not source, or exclude them with export-ignore in .gitattributes. If all of them are source, use --max-size SIZE, an option of init, build, rpm, bmdeb, info and lint.',
    },
  );
}

function shownSize(bytes: number): string {
  const size = bytes / 1024 ** 2;
  return size < 10 ? `${bytes} bytes` : `${Math.ceil(size)} MiB`;
}
