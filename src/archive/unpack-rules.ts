import { ArchiveError } from '../errors.ts';
import { showPath } from './bytes/path-bytes.ts';
import { parentOf, ROOT } from './staged/staged-path.ts';
import type { PackedPaths } from './tar/packed-paths.ts';
import type { TarEntry } from './tar/tar-reader.ts';

/** The hint for an archive that dpkg-deb cannot have written. */
export const NOT_BY_TOOLS = "Do not install the package: it was not made by Debian's tools.";
/** The hint for a device file or fifo, which dpkg-deb packs although Policy 10.6 forbids it. */
export const NO_SPECIAL_FILES =
  'Do not install the package: Policy 10.6 allows no device files or named pipes in packages.';

/**
 * Checks, entry by entry, that dpkg can unpack data.tar into an empty root exactly as the entries say
 * (src/main/archives.c). A parent directory comes before its files, no path occurs twice, and a hard link comes after
 * its target. dpkg creates symlinks last, so no entry may be below a symlink.
 */
export class UnpackRules implements PackedPaths {
  readonly #entries = new Map<string, TarEntry>([[ROOT, ROOT_DIRECTORY]]);
  #sawRoot = false;

  get(path: string): TarEntry | undefined {
    return this.#entries.get(path);
  }

  /**
   * Checks the next entry. Throws ArchiveError `unpack` if dpkg would fail or create something else, or if Policy does
   * not allow the entry.
   */
  add(entry: TarEntry): void {
    const { path, type } = entry;
    if (path === ROOT) {
      if (this.#sawRoot || this.#entries.size > 1) throw problem(path, 'is not the first entry');
      this.#sawRoot = true;
      return;
    }
    const known = this.#entries.get(path);
    if (known !== undefined)
      throw problem(path, `occurs twice: as a ${known.type} and as a ${type}`);
    const parent = this.#entries.get(parentOf(path))?.type;
    if (parent === undefined)
      throw problem(path, 'comes before its parent directory, or the package lacks this directory');
    if (parent !== 'directory') throw problem(path, `is below a ${parent}`);
    if (type === 'hardlink') this.#checkLink(entry);
    if (type === 'character-device' || type === 'block-device' || type === 'fifo') {
      const message = `is a ${type.replace('-', ' ')}, which is not allowed in a package`;
      throw problem(path, message, NO_SPECIAL_FILES);
    }
    this.#entries.set(path, entry);
  }

  /**
   * Checks a hard link. The link and its target are one file, so both entries must have the same owner, mode and time.
   * If these values differ, the file gets the values of the entry that dpkg unpacks last.
   */
  #checkLink(entry: TarEntry): void {
    const target = this.#entries.get(entry.target ?? '');
    if (target?.type !== 'file' && target?.type !== 'hardlink') {
      const what = target === undefined ? 'which does not come before it' : `a ${target.type}`;
      throw problem(entry.path, `is a hard link to ${showPath(entry.target ?? '')}, ${what}`);
    }
    const same = (['mode', 'uid', 'gid', 'mtime', 'owner', 'group'] as const).every(
      (field) => entry[field] === target[field],
    );
    if (!same) {
      throw problem(
        entry.path,
        'is a hard link, and its mode, owner or time is not that of its target',
      );
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

function problem(path: string, what: string, hint = NOT_BY_TOOLS): ArchiveError {
  return new ArchiveError('unpack', `${showPath(path)} ${what}`, { hint });
}
