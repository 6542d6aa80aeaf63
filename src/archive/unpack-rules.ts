import { ArchiveError } from '../errors.ts';
import { showPath } from './bytes/path-bytes.ts';
import { parentOf, ROOT } from './staged/staged-path.ts';
import type { PackedPaths } from './tar/packed-paths.ts';
import type { TarEntry } from './tar/tar-reader.ts';

/**
 * What dpkg must find in data.tar to unpack it into an empty root, entry by entry, and to have there
 * afterwards what the entries say (src/main/archives.c): parents first, nothing twice, hard links to
 * files that came before. It makes symlinks last, so nothing may lie below one.
 */
export class UnpackRules implements PackedPaths {
  readonly #entries = new Map<string, TarEntry>([[ROOT, ROOT_DIRECTORY]]);
  #sawRoot = false;

  get(path: string): TarEntry | undefined {
    return this.#entries.get(path);
  }

  /** Takes the next entry; ArchiveError `unpack` where dpkg would stop or make something else. */
  add(entry: TarEntry): void {
    const { path, type } = entry;
    if (path === ROOT) {
      if (this.#sawRoot || this.#entries.size > 1) throw problem(path, 'is not the first entry');
      this.#sawRoot = true;
      return;
    }
    const known = this.#entries.get(path);
    if (known !== undefined) throw problem(path, `is there twice: a ${known.type} and a ${type}`);
    const parent = this.#entries.get(parentOf(path))?.type;
    if (parent === undefined) throw problem(path, 'comes without its parent directory before it');
    if (parent !== 'directory') throw problem(path, `lies below a ${parent}`);
    if (type === 'hardlink') this.#checkLink(entry);
    // Policy 10.6 and 10.7.
    if (type === 'character-device' || type === 'block-device' || type === 'fifo') {
      throw problem(path, `is a ${type.replace('-', ' ')}, which no package may have`);
    }
    this.#entries.set(path, entry);
  }

  /** dpkg gives the inode the owner and mode of its last name. */
  #checkLink(entry: TarEntry): void {
    const target = this.#entries.get(entry.target ?? '');
    if (target?.type !== 'file' && target?.type !== 'hardlink') {
      const what = target === undefined ? 'which is not before it' : `a ${target.type}`;
      throw problem(entry.path, `is a hard link to ${showPath(entry.target ?? '')}, ${what}`);
    }
    const same = (['mode', 'uid', 'gid', 'mtime', 'owner', 'group'] as const).every(
      (field) => entry[field] === target[field],
    );
    if (!same) {
      throw problem(entry.path, 'is a hard link with another mode, owner or time than its target');
    }
  }
}

const ROOT_DIRECTORY: TarEntry = {
  type: 'directory',
  path: ROOT,
  memberName: './',
  mode: 0o755,
  uid: 0,
  gid: 0,
  owner: 'root',
  group: 'root',
  mtime: 0,
  size: 0,
};

function problem(path: string, what: string): ArchiveError {
  return new ArchiveError('unpack', `${showPath(path)} ${what}`, {
    hint: "The package was not made by Debian's tools: do not install it.",
  });
}
