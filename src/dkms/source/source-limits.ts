import { join } from 'node:path';
import { InputError } from '../../errors.ts';
import type { SourceEntry } from './source-entry.ts';

/** dpkg unpacks a file as NAME.dpkg-new, and a name has at most 255 bytes (NAME_MAX). */
const LONGEST_NAME = 255 - '.dpkg-new'.length;
/** PATH_MAX is 4096; `/var/lib/dkms/NAME/VERSION/build/` and `.dpkg-new` go with it. */
const LONGEST_PATH = 3800;
/** How a name is decoded that is not UTF-8. */
const NOT_UTF8 = '\ufffd';
/** No driver is a tenth of it; what is larger is a file somebody forgot, or a sparse one without end. */
const DEFAULT_MAX_SIZE = 4 * 1024 ** 3;

/** Of the process: a tree is read in many places, and its copies are, too. */
let most = DEFAULT_MAX_SIZE;

/** Sets what a source may have, all files together; undefined: what no driver has. */
export function limitSource(bytes: number | undefined): void {
  most = bytes ?? DEFAULT_MAX_SIZE;
}

/**
 * Refuses names that dpkg could not unpack, or that no list can carry: InputError `file-name`. A name with a
 * control character would be written to terminals and debian/*.install.
 */
export function refuseImpossibleNames(root: string, paths: readonly string[]): void {
  for (const path of paths) {
    if (path.includes(NOT_UTF8)) {
      throw new InputError('unreadable', 'a file whose name is not UTF-8', {
        where: { file: shown(join(root, path)) },
        hint: 'Rename it: convmv -f latin1 -t utf-8.',
      });
    }
    const problem = problemOf(path);
    if (problem === undefined) continue;
    throw new InputError('file-name', problem, {
      where: { file: shown(join(root, path)) },
      hint: 'Rename it, or keep it out of the source (.gitattributes: export-ignore).',
    });
  }
}

function problemOf(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (CONTROL.test(name)) {
    return 'the name has a control character';
  }
  if (Buffer.byteLength(name) > LONGEST_NAME) {
    return `the name is longer than ${LONGEST_NAME} bytes: dpkg cannot unpack it`;
  }
  if (Buffer.byteLength(path) > LONGEST_PATH) {
    return `the path is longer than ${LONGEST_PATH} bytes: dpkg and DKMS cannot unpack it`;
  }
  return undefined;
}

/** A tab does no harm: lists have ${Tab} for it (debhelper(7)). Then what turns the direction of a text. */
const CONTROL = /[^\P{Cc}\t]|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** Printable, and its beginning and end where it is long. */
function shown(path: string): string {
  const printable = path.replaceAll(
    new RegExp(CONTROL, 'gu'),
    (character) => `\\x${character.codePointAt(0)?.toString(16).padStart(2, '0')}`,
  );
  return printable.length > 300 ? `${printable.slice(0, 200)}…${printable.slice(-60)}` : printable;
}

/** InputError `source-too-large` that names the largest file. */
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
    `the source has ${shownSize(total)}, and ${shownSize(limit)} is the limit; ${largest.path} alone has ${shownSize(largest.size)}`,
    {
      where: { file: root },
      hint: 'Take what is not source out of the tree, or keep it out with export-ignore in .gitattributes; where all of it is source: --max-size SIZE.',
    },
  );
}

function shownSize(bytes: number): string {
  const size = bytes / 1024 ** 2;
  return size < 10 ? `${bytes} bytes` : `${Math.ceil(size)} MiB`;
}
