import {
  constants,
  copyFileSync,
  type Dirent,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

/** Where a dkms.conf is evaluated, and what its paths are called in truth. */
export interface Place {
  readonly file: string;
  readonly directory: string;
  /** What links lead to, and could be written through them: paths of outside. */
  readonly linked: readonly string[];
  /** Says of a text of the shell what a path is called outside. */
  outside(text: string): string;
}

/** A line that sets a variable and runs nothing, in neither of DKMS's two rounds. */
const ASSIGNMENT =
  /^(?:export\s+)?\w+(?:\[\d+\])?\+?=(?:"(?:[^"`$\\]|\$\{?\w+\}?|\\["$])*"|'(?:[^'`$\\]|\$\{?\w+\}?)*'|(?:[^\s'"`$\\;&|<>()*?[\]{}~]|\$\{?\w+\}?)*)\s*(?:#.*)?$/;

/** Does a dkms.conf do nothing but set variables? Then it cannot look around, nor write. */
export function onlySetsVariables(text: string): boolean {
  if (/\$\{?(?:PWD|OLDPWD|BASH_SOURCE|HOME)\b/.test(text)) return false;
  return text
    .replace(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .every((line) => /^\s*(?:#.*)?$/.test(line) || ASSIGNMENT.test(line.trim()));
}

/** What is copied at most; the rest is there as links. */
const MOST_FILES = 2000;
const MOST_BYTES = 32 * 1024 * 1024;
const LARGEST_FILE = 2 * 1024 * 1024;
/** How far above the file the top of its tree is looked for. */
const MOST_LEVELS = 5;

/**
 * Makes a private copy of the directory of `file` below `scratch`, with `text` in the place of the file:
 * it finds there what lies beside it, and leaves nothing in the tree. Directories above, up to the top of
 * the tree (where .git or debian is), are there with their files; what lies in their other folders, and
 * what goes beyond the limits, is there as links. Fifos, devices and sockets are left out.
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

/** The nearest directory at or above `directory` that has a .git or a debian; else itself. */
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
  /** A name that is not to be copied: what takes its place is made otherwise. */
  readonly own?: string;
  /** Folders as links. */
  readonly shallow?: boolean;
}

function copyDirectory(from: string, to: string, copying: Copying): void {
  const { budget, linked, own, shallow } = copying;
  for (const entry of list(from)) {
    if (entry.name === own) continue;
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    budget.files--;
    const whole = budget.files > 0 && budget.bytes > 0;
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
      if (whole && size <= LARGEST_FILE && copyOne(source, target)) budget.bytes -= size;
      else {
        symlinkSync(source, target);
        linked.push(source);
      }
    }
  }
}

/** A link within the tree leads to the copy, any other where it leads. */
function linkTarget(link: string, { top }: Copying): string {
  const target = readlinkSync(link);
  const meant = resolve(dirname(link), target);
  const inside = meant === top || meant.startsWith(top + sep);
  return inside && !target.startsWith('/') ? target : meant;
}

/** False where it may not be read: then the shell may not, either. */
function copyOne(source: string, target: string): boolean {
  try {
    copyFileSync(source, target, constants.COPYFILE_FICLONE);
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
