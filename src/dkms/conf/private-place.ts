import { type Dirent, lstatSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { copyRegularNow } from '../../system/files/copy-regular.ts';

/** The directory in which a dkms.conf is evaluated. */
export interface Place {
  readonly file: string;
  readonly directory: string;
  /**
   * The files and folders of the tree that have a symlink in the copy, instead of a copy. dkms.conf could write there
   * through these links. Places to which the tree's own symlinks lead are not among them.
   */
  readonly linked: readonly string[];
  /** Returns `text` with the original paths in place of the paths of the copy. */
  outside(text: string): string;
}

/**
 * The limits for what is copied: the number of entries, the bytes of all files, and the bytes of one file. Files and
 * folders beyond the limits become symlinks.
 */
const MOST_FILES = 2000;
const MOST_BYTES = 32 * 1024 * 1024;
const LARGEST_FILE = 2 * 1024 * 1024;
/**
 * How many directories, from that of dkms.conf upwards, are searched for the top of its tree. If none of them is the
 * top, the directory of dkms.conf is taken.
 */
const MOST_LEVELS = 5;

/**
 * Makes a private copy below `scratch` of the directory that contains `file`; in the copy, `file` has the contents
 * `text`. In the copy, a dkms.conf can read the other files of its directory. What it writes there does not reach the
 * tree, except through symlinks (`linked`). The directories above this directory, up to the top of the tree (the
 * directory with .git or debian/control), are copied, too, with the files directly in them. All other folders in them
 * become symlinks, as do files beyond the limits. Fifos, devices and sockets are left out.
 */
export async function makePlace(file: string, text: Buffer, scratch: string): Promise<Place> {
  const real = dirname(file);
  const top = topOf(real);
  const mirror = join(scratch, 'tree');
  const directory = join(mirror, relative(top, real));
  const budget = { files: MOST_FILES, bytes: MOST_BYTES };
  const linked: string[] = [];
  mkdirSync(directory, { recursive: true });
  copyDirectory(real, directory, { top, mirror, budget, linked, own: basename(file) });
  for (let above = real; above !== top; ) {
    const below = above;
    above = dirname(above);
    const to = join(mirror, relative(top, above));
    copyDirectory(above, to, { top, mirror, budget, linked, own: basename(below), shallow: true });
  }
  const copy = join(directory, basename(file));
  await writeFile(copy, text);
  return { file: copy, directory, linked, outside: (said) => said.replaceAll(mirror, () => top) };
}

/** Returns the nearest directory at or above `directory` with .git or debian/control, or `directory` itself. */
function topOf(directory: string): string {
  let above = directory;
  for (let level = 0; level < MOST_LEVELS; level++) {
    if (exists(join(above, '.git')) || exists(join(above, 'debian/control'))) return above;
    if (dirname(above) === above) break;
    above = dirname(above);
  }
  return directory;
}

interface Copying {
  readonly top: string;
  readonly mirror: string;
  readonly budget: { files: number; bytes: number };
  readonly linked: string[];
  /** The name of a file or folder that is not copied, because it is created in another way. */
  readonly own?: string;
  /** Whether the copy gets symlinks to folders instead of copies of them. */
  readonly shallow?: boolean;
}

function copyDirectory(from: string, to: string, copying: Copying): void {
  const { budget, linked, own, shallow } = copying;
  for (const entry of list(from)) {
    if (entry.name === own) continue;
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    budget.files--;
    const whole = budget.files >= 0 && budget.bytes > 0;
    if (entry.isSymbolicLink()) {
      symlinkSync(linkTarget(source, copying), target);
    } else if (entry.isDirectory()) {
      if (shallow || !whole || entry.name === '.git') {
        symlinkSync(source, target);
        linked.push(source);
        continue;
      }
      mkdirSync(target);
      copyDirectory(source, target, { ...copying, own: '' });
    } else if (entry.isFile()) {
      const { size } = lstatSync(source);
      const fits = whole && size <= Math.min(LARGEST_FILE, budget.bytes);
      if (fits && copyOne(source, target)) budget.bytes -= size;
      else {
        symlinkSync(source, target);
        linked.push(source);
      }
    }
  }
}

/**
 * Returns the target for the copy of a symlink. A relative link inside of the tree leads to the copy; any other
 * link leads to its original target.
 */
function linkTarget(link: string, { top }: Copying): string {
  const target = readlinkSync(link);
  const meant = resolve(dirname(link), target);
  const inside = meant === top || meant.startsWith(top + sep);
  return inside && !target.startsWith('/') ? target : meant;
}

/** Copies a file. Returns false if that fails: dkms.conf cannot read a file that cannot be read here, either. */
function copyOne(source: string, target: string): boolean {
  try {
    copyRegularNow(source, target);
    return true;
  } catch {
    return false;
  }
}

function list(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
