import { lstatSync } from 'node:fs';
import { ArchiveError, SystemError } from '../../errors.ts';
import { causeOf } from '../../system/process/refusal.ts';
import { encodePath, showPath } from '../bytes/path-bytes.ts';
import { KeptContents } from './kept-contents.ts';
import { scanDirectory } from './scan-directory.ts';
import { checkMode, checkMtime, type FileContent, type StagedEntry } from './staged-entry.ts';
import { checkPath, parentOf, ROOT, treeOrderKey } from './staged-path.ts';

export type { StagedEntry } from './staged-entry.ts';

interface Stamp {
  /** The time stamp in seconds since 1970. By default it is `defaultMtime` of the tree. */
  readonly mtime?: number;
}
interface StampAndMode extends Stamp {
  readonly mode?: number;
}
export type AddFileOptions = StampAndMode &
  (
    | { readonly bytes: Buffer }
    /** `source` is a regular file of `size` bytes. Without `size`, the size is read from the disk. */
    | { readonly source: string; readonly size?: number }
  );

/**
 * A staged tree: the list of files that will be packed, with paths, modes and times, in dpkg-deb's order. It has no
 * owners, because all files of a package belong to root. An entry that cannot be packed is refused when it is added,
 * with ArchiveError `path-not-allowed`, `path-encoding`, `mode-not-allowed`, `mtime-not-allowed`, `link-target`,
 * `duplicate-entry` or `parent-not-directory`.
 */
export class StagedTree {
  readonly #entries = new Map<string, StagedEntry>();
  readonly #defaultMtime: number;
  #hasHardLinks = false;
  /** The result of entries(), kept until the next change, because a build calls entries() a dozen times. */
  #sorted: readonly StagedEntry[] | undefined;
  /** Small files on disk that have been read, so that they need not be read again. */
  readonly contents = new KeptContents();

  /** `defaultMtime` (seconds) is the time of entries without a time, and of directories that are added as parents. */
  constructor(defaultMtime: number) {
    this.#defaultMtime = checkMtime(ROOT, defaultMtime);
    const root = { type: 'directory', path: ROOT, mode: 0o755, mtime: defaultMtime } as const;
    this.#entries.set(ROOT, root);
  }

  /**
   * Returns the staged tree of all files under `directory`, except a top-level DEBIAN/. Symlinks are
   * not followed. A file with several names becomes a file and hard links, as with GNU tar. Throws
   * the errors of scanDirectory, and ArchiveError `path-not-allowed`.
   */
  static async fromDirectory(directory: string): Promise<StagedTree> {
    const found = await scanDirectory(directory);
    const tree = new StagedTree(found[0]?.mtime ?? 0);
    for (const entry of found) tree.#put(entry);
    return tree;
  }

  /**
   * Adds a directory, or changes an existing one. Without `options`, a new directory has the mode 0755 and the default
   * time, and an existing one keeps its mode and time.
   */
  addDirectory(path: string, options: StampAndMode = {}): void {
    const known = this.#entries.get(checkPath(path));
    const old = known?.type === 'directory' ? known : undefined;
    this.#put({
      type: 'directory',
      path,
      mode: options.mode ?? old?.mode ?? 0o755,
      mtime: options.mtime ?? old?.mtime ?? this.#defaultMtime,
    });
  }

  /**
   * Adds a file from `bytes` in memory or from the regular file `source` on disk. The default mode is 0644. If the size
   * has to be read from the disk, also throws ArchiveError `special-file` and SystemError `file-unreadable`.
   */
  addFile(path: string, options: AddFileOptions): void {
    const mode = options.mode ?? 0o644;
    const mtime = options.mtime ?? this.#defaultMtime;
    const content = contentOf(options);
    this.#put({ type: 'file', path, mode, mtime, content });
  }

  /** Adds a symlink. Its target must not be empty or contain a NUL byte, but it need not exist. */
  addSymlink(path: string, target: string, options: Stamp = {}): void {
    this.#put({ type: 'symlink', path, mtime: options.mtime ?? this.#defaultMtime, target });
  }

  get(path: string): StagedEntry | undefined {
    return this.#entries.get(path);
  }

  has(path: string): boolean {
    return this.#entries.has(path);
  }

  /**
   * Removes an entry and all entries below it. Returns false if the entry does not exist, or is the root, which stays.
   * If a removed file has a hard link elsewhere, this link becomes the file.
   */
  delete(path: string): boolean {
    const known = this.#entries.get(path);
    if (path === ROOT || known === undefined) return false;
    const gone = known.type === 'directory' ? [known, ...this.#below(path)] : [known];
    for (const entry of gone) this.#entries.delete(entry.path);
    this.#sorted = undefined;
    if (this.#hasHardLinks) this.#promoteLinks(new Map(gone.map((entry) => [entry.path, entry])));
    return true;
  }

  #below(directory: string): StagedEntry[] {
    return [...this.#entries.values()].filter(({ path }) => path.startsWith(`${directory}/`));
  }

  /** Returns all entries in the order of dpkg-deb's data.tar: depth first, sorted by bytes, symlinks last. */
  entries(): readonly StagedEntry[] {
    this.#sorted ??= this.#sort();
    return this.#sorted;
  }

  #sort(): StagedEntry[] {
    const sorted = [...this.#entries.values()]
      .map((entry) => ({ entry, key: treeOrderKey(entry.path) }))
      .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
      .map(({ entry }) => entry);
    const links = sorted.filter((entry) => this.#isSymlink(entry));
    return links.length === 0
      ? sorted
      : [...sorted.filter((entry) => !this.#isSymlink(entry)), ...links];
  }

  #isSymlink(entry: StagedEntry): boolean {
    if (entry.type === 'hardlink') return this.#entries.get(entry.target)?.type === 'symlink';
    return entry.type === 'symlink';
  }

  #put(unchecked: StagedEntry): void {
    const path = checkPath(unchecked.path);
    checkMtime(path, unchecked.mtime);
    if (unchecked.type === 'symlink') checkTarget(path, unchecked.target);
    else checkMode(path, unchecked.mode);
    const known = this.#entries.get(path);
    if (known !== undefined && !(known.type === 'directory' && unchecked.type === 'directory')) {
      throw new ArchiveError('duplicate-entry', `${showPath(path)} is in the package twice`, {
        hint: 'Install the file only once, or under two names.',
      });
    }
    this.#sorted = undefined;
    this.#implyParents(path);
    this.#hasHardLinks ||= unchecked.type === 'hardlink';
    this.#entries.set(path, path === unchecked.path ? unchecked : { ...unchecked, path });
  }

  /**
   * Adds the missing parent directories of a path: without them dpkg cannot unpack the package into an empty root
   * directory.
   */
  #implyParents(path: string): void {
    if (path === ROOT) return;
    const parent = parentOf(path);
    const known = this.#entries.get(parent);
    if (known?.type === 'directory') return;
    if (known !== undefined) {
      throw new ArchiveError(
        'parent-not-directory',
        `${showPath(path)} cannot be packed: ${showPath(parent)} is a ${known.type}`,
        {
          hint: 'Rename one of the two paths: a package cannot have files below a file or a link.',
        },
      );
    }
    this.#implyParents(parent);
    const mtime = this.#defaultMtime;
    this.#entries.set(parent, { type: 'directory', path: parent, mode: 0o755, mtime });
  }

  /**
   * Repairs hard links after files were removed. If a removed file had hard links, its first remaining name becomes
   * the file, and the others link to that name.
   */
  #promoteLinks(gone: ReadonlyMap<string, StagedEntry>): void {
    const heirs = new Map<string, string>();
    for (const entry of this.entries()) {
      if (entry.type !== 'hardlink') continue;
      const lost = gone.get(entry.target);
      if (lost === undefined) continue;
      const heir = heirs.get(entry.target);
      if (heir === undefined) {
        heirs.set(entry.target, entry.path);
        this.#entries.set(entry.path, { ...lost, path: entry.path });
      } else this.#entries.set(entry.path, { ...entry, target: heir });
    }
    this.#sorted = undefined;
  }
}

function checkTarget(path: string, target: string): void {
  if (target !== '' && !target.includes('\0')) return;
  throw new ArchiveError('link-target', `the target of the link ${showPath(path)} is not valid`, {
    hint: 'Give a path that is not empty and has no NUL byte.',
  });
}

function contentOf(options: AddFileOptions): FileContent {
  if ('bytes' in options) return { bytes: options.bytes };
  const { source, size } = options;
  return size === undefined ? diskContent(source) : { source, size };
}

function diskContent(source: string): FileContent {
  let stat: ReturnType<typeof lstatSync>;
  try {
    stat = lstatSync(encodePath(source));
  } catch (cause) {
    throw new SystemError('file-unreadable', `cannot read ${source}: ${causeOf(cause)[0]}`, {
      where: { file: source },
      cause,
    });
  }
  if (stat.isFile()) return { source, size: stat.size };
  throw new ArchiveError('special-file', `${showPath(source)} is not a regular file`, {
    hint: 'Put a regular file in its place.',
    where: { file: source },
  });
}
