import { lstatSync } from 'node:fs';
import { ArchiveError, SystemError } from '../../errors.ts';
import { showPath } from '../bytes/path-bytes.ts';
import { type ScanOptions, scanDirectory } from './scan-directory.ts';
import { checkMode, checkMtime, type FileContent, type StagedEntry } from './staged-entry.ts';
import { checkPath, parentOf, ROOT, treeOrderKey } from './staged-path.ts';

export type { StagedEntry } from './staged-entry.ts';

interface Stamp {
  /** Seconds since 1970; the tree's default where none is given. */
  readonly mtime?: number;
}
interface StampAndMode extends Stamp {
  readonly mode?: number;
}
export type AddFileOptions = StampAndMode &
  ({ readonly bytes: Buffer } | { readonly source: string });

/**
 * A tree to be packed, as a manifest: what lies where, with which mode, in dpkg-deb's order.
 * Owners are not part of it, everything belongs to root. What cannot be packed cannot be added.
 */
export class StagedTree {
  readonly #entries = new Map<string, StagedEntry>();
  readonly #defaultMtime: number;

  /** `defaultMtime` (seconds) stamps what is added without one, and directories nobody added. */
  constructor(defaultMtime: number) {
    this.#defaultMtime = checkMtime(ROOT, defaultMtime);
    const root = { type: 'directory', path: ROOT, mode: 0o755, mtime: defaultMtime } as const;
    this.#entries.set(ROOT, root);
  }

  /**
   * The manifest of what lies under `directory`, without following links and without a
   * top-level DEBIAN/. Files with several names become hard links as GNU tar makes them.
   * ArchiveError `special-file` for devices, fifos and sockets.
   */
  static async fromDirectory(directory: string, options: ScanOptions = {}): Promise<StagedTree> {
    const found = await scanDirectory(directory, options);
    const tree = new StagedTree(options.defaultMtime ?? found[0]?.mtime ?? 0);
    for (const entry of found) tree.#put(entry);
    return tree;
  }

  /** Adds a directory, or gives one that is there (also an implied one) its mode and mtime. */
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

  /** Adds a file (default mode 0644) from memory or, as `source`, from a regular file on disk. */
  addFile(path: string, options: AddFileOptions): void {
    const mode = options.mode ?? 0o644;
    const mtime = options.mtime ?? this.#defaultMtime;
    const content = 'bytes' in options ? { bytes: options.bytes } : diskContent(options.source);
    this.#put({ type: 'file', path, mode, mtime, content });
  }

  /** Adds a symbolic link; its target is written as it is and never looked at. */
  addSymlink(path: string, target: string, options: Stamp = {}): void {
    this.#put({ type: 'symlink', path, mtime: options.mtime ?? this.#defaultMtime, target });
  }

  get(path: string): StagedEntry | undefined {
    return this.#entries.get(path);
  }

  has(path: string): boolean {
    return this.#entries.has(path);
  }

  /** Removes an entry and all below it; false if there is none. A hard link of a removed file takes its place. */
  delete(path: string): boolean {
    if (path === ROOT || !this.#entries.has(path)) return false;
    const gone = [...this.#entries.values()].filter(
      (entry) => entry.path === path || entry.path.startsWith(`${path}/`),
    );
    for (const entry of gone) this.#entries.delete(entry.path);
    this.#promoteLinks(new Map(gone.map((entry) => [entry.path, entry])));
    return true;
  }

  /** All entries in the order of dpkg-deb's data.tar: depth first, sorted by bytes, symlinks last. */
  entries(): StagedEntry[] {
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
        hint: 'Install it only once, or under two names.',
      });
    }
    this.#implyParents(path);
    this.#entries.set(path, path === unchecked.path ? unchecked : { ...unchecked, path });
  }

  /** dpkg on an empty root fails where a parent directory is missing, so none ever is. */
  #implyParents(path: string): void {
    if (path === ROOT) return;
    const parent = parentOf(path);
    const known = this.#entries.get(parent);
    if (known?.type === 'directory') return;
    if (known !== undefined) {
      throw new ArchiveError(
        'parent-not-directory',
        `${showPath(path)} cannot be packed: ${showPath(parent)} is a ${known.type}`,
        { hint: 'A package cannot hold files below a file or a link: rename one of the two.' },
      );
    }
    this.#implyParents(parent);
    const mtime = this.#defaultMtime;
    this.#entries.set(parent, { type: 'directory', path: parent, mode: 0o755, mtime });
  }

  /** The first remaining name of a removed file holds its content from now on. */
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
  }
}

function checkTarget(path: string, target: string): void {
  if (target !== '' && !target.includes('\0')) return;
  throw new ArchiveError('link-target', `the link ${showPath(path)} has no usable target`, {
    hint: 'Give a path that is not empty and has no NUL byte.',
  });
}

function diskContent(source: string): FileContent {
  let stat: ReturnType<typeof lstatSync>;
  try {
    stat = lstatSync(source);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'error';
    throw new SystemError('file-unreadable', `cannot read ${source} (${code})`, {
      where: { file: source },
      cause,
    });
  }
  if (stat.isFile()) return { source, size: stat.size };
  throw new ArchiveError('special-file', `${showPath(source)} is not a regular file`, {
    hint: 'Put a regular file there.',
    where: { file: source },
  });
}
