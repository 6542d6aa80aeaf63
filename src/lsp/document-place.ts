import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDkmsConf } from '../dkms/conf/dkms-file.ts';
import { isConfName } from '../driver/conf/find-conf.ts';

/** Where the document of an editor is on the disk, whether it was saved there or not. */
export interface DocumentPlace {
  readonly file: string;
  /** The directory of the driver: that with debian/, or that of the file. */
  readonly tree: string;
}

/** How many directories above a dkms.conf are searched for debian/. */
const MOST_LEVELS = 5;

/** Returns the place of a document. Undefined if it has none, as untitled: or a file of another machine. */
export function placeOf(uri: string): DocumentPlace | undefined {
  let file: string;
  try {
    const url = new URL(uri);
    if (url.protocol !== 'file:') return undefined;
    file = fileURLToPath(url);
  } catch {
    // Not a URI, a host other than this one, or an encoded slash.
    return undefined;
  }
  return { file, tree: treeOf(file) };
}

/** Returns the nearest directory at or above a file that has debian/control, within the file's repository. */
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
 * Whether a document is a dkms.conf. Editors may also send shell scripts: of those nothing is said. A
 * debian/<package>.dkms may instead be a list of files (dh_dkms(1)).
 */
export function isConfDocument(uri: string, text: string): boolean {
  const place = placeOf(uri);
  if (place === undefined) return isDkmsConf(text);
  const name = basename(place.file);
  return isConfName(name) || (/dkms/i.test(name) && isDkmsConf(text));
}
