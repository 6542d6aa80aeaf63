import { constants, type Dirent } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { InputError } from '../../errors.ts';

/**
 * The directories of a repository in which git opens files (gitrepository-layout(5)). The directories below `refs` are
 * checked as well.
 */
const FOLDERS = ['', 'info', 'objects/info', 'objects/pack', 'refs'];
/** The names of files of a working tree that git reads: .gitmodules at the top, the others in every directory. */
const OF_TREE = new Set(['.gitattributes', '.gitignore', '.gitmodules']);
/** The most entries of one of FOLDERS, for `refs` with all below, that are checked. Further entries are not checked. */
const MOST_ENTRIES = 20_000;
/** The most entries of a working tree that are checked. Further entries need no check: walkTree refuses such a tree. */
const MOST_OF_TREE = 400_000;
/** The most bytes that are read from a file .git, which contains `gitdir: PATH` (gitrepository-layout(5)). */
const MOST_BYTES = 8192;

const checked = new Map<string, Promise<void>>();

/**
 * Throws InputError `special-file` for a repository that git would never finish reading, because a file in one of
 * FOLDERS, or a file of OF_TREE below `tree`, is a fifo or a device. A fifo at another place, such as a loose object,
 * is not found here: then the time limit ends git. Each tree is checked once.
 */
export function checkRepository(tree: string): Promise<void> {
  const place = resolve(tree);
  const known = checked.get(place) ?? check(place);
  checked.set(place, known);
  return known;
}

async function check(tree: string): Promise<void> {
  const repository = await findRepository(tree);
  if (repository === undefined) return;
  for (const folder of FOLDERS) await checkFolder(join(repository, folder), folder === 'refs');
  await checkTree(tree);
}

async function checkTree(tree: string): Promise<void> {
  const waiting = [tree];
  let seen = 0;
  for (let path = waiting.pop(); path !== undefined && seen < MOST_OF_TREE; path = waiting.pop()) {
    const entries: Dirent[] = await readdir(path, { withFileTypes: true }).catch(() => []);
    seen += entries.length;
    for (const entry of entries) {
      const file = join(path, entry.name);
      if (entry.isDirectory() && entry.name !== '.git') waiting.push(file);
      const isOther = !entry.isFile() && !entry.isDirectory() && !entry.isSymbolicLink();
      if (isOther && OF_TREE.has(entry.name)) throw special(file);
    }
  }
}

async function checkFolder(folder: string, deep: boolean): Promise<void> {
  const waiting = [folder];
  let seen = 0;
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const names = await readdir(path).catch(() => []);
    for (const name of names.slice(0, MOST_ENTRIES - seen)) {
      seen++;
      const file = join(path, name);
      const found = await stat(file).catch(() => undefined);
      if (deep && found?.isDirectory()) waiting.push(file);
      if (found !== undefined && !found.isFile() && !found.isDirectory()) throw special(file);
    }
  }
}

/**
 * Returns the path of the .git in the tree or in a directory above it. If .git is a file, returns the directory that
 * the file names. Returns undefined if there is no .git. Throws InputError `special-file` if .git is a fifo or a
 * device.
 */
async function findRepository(tree: string): Promise<string | undefined> {
  for (let above = tree; ; above = dirname(above)) {
    const git = join(above, '.git');
    const found = await stat(git).catch(() => undefined);
    if (found?.isDirectory()) return git;
    if (found?.isFile()) return resolve(above, await readStart(git));
    if (found !== undefined) throw special(git);
    if (dirname(above) === above) return undefined;
  }
}

async function readStart(file: string): Promise<string> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MOST_BYTES), 0, MOST_BYTES, 0);
    return /^gitdir: (.*)/.exec(buffer.toString('utf8', 0, bytesRead))?.[1] ?? '.git';
  } finally {
    await handle.close();
  }
}

function special(file: string): InputError {
  return new InputError('special-file', 'this is not a regular file, but git reads it', {
    where: { file },
    hint: 'Remove the file: git would wait for it forever.',
  });
}
