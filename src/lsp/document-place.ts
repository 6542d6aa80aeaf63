import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDkmsConf } from '../dkms/conf/dkms-file.ts';
import { isConfName } from '../driver/conf/conf-name.ts';

/** The path of a document. The document need not be saved there yet. */
export interface DocumentPlace {
  readonly file: string;
  /** The directory of the driver (treeOf). */
  readonly tree: string;
}

/**
 * The most directories that are searched for debian/: the directory of the dkms.conf and the directories above.
 * Directories above these are not searched.
 */
const MOST_LEVELS = 5;

/** Returns the place of a document. Undefined if its URI does not name a file of this machine (`untitled:`). */
export function placeOf(uri: string): DocumentPlace | undefined {
  let file: string;
  try {
    const url = new URL(uri);
    if (url.protocol !== 'file:') return undefined;
    file = fileURLToPath(url);
  } catch {
    // The text is not a URI, or the URI has the name of another host or an encoded slash.
    return undefined;
  }
  return { file, tree: treeOf(file) };
}

/**
 * For a file in debian/, returns the directory that contains debian/. For another file, returns the nearest directory
 * that has debian/control: the directory of the file, or one above it. Searches at most MOST_LEVELS directories, and no
 * directory outside of the git repository. If none of these directories has debian/control, returns the directory of
 * the file.
 */
function treeOf(file: string): string {
  const own = dirname(file);
  if (basename(own) === 'debian') return dirname(own);
  for (let above = own, level = 0; level < MOST_LEVELS; level++) {
    if (existsSync(join(above, 'debian/control'))) return above;
    if (existsSync(join(above, '.git')) || dirname(above) === above) break;
    above = dirname(above);
  }
  return own;
}

/**
 * Whether a document is a dkms.conf. Editors may also send shell scripts, which are not checked. A
 * debian/<package>.dkms may be a list of files instead (dh_dkms(1)).
 */
export function isConfDocument(uri: string, text: string): boolean {
  const place = placeOf(uri);
  if (place === undefined) return isDkmsConf(text);
  const name = basename(place.file);
  return isConfName(name) || (/dkms/i.test(name) && isDkmsConf(text));
}
