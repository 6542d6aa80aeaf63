import { appendTo } from '../system/text/append-to.ts';

/** A file, directory or symlink of a package or tree. */
export interface SourceObject {
  readonly type: 'file' | 'directory' | 'symlink';
  /** The target of a symlink. */
  readonly target?: string;
  /** Returns the text of a file in latin1. Returns undefined if the file is too large. */
  readonly text?: () => string | undefined;
}

const MOST_HOPS = 40;

/**
 * The files of a driver's source tree by relative path. No other file of the machine is read, because symlinks are
 * followed only inside the tree.
 */
export class SourceFiles {
  readonly #objects: ReadonlyMap<string, SourceObject>;
  readonly #directories = new Set<string>(['']);
  readonly #byName = new Map<string, string[]>();

  readonly #beside: (path: string) => boolean;

  /**
   * `beside` returns whether a path outside of the source tree exists (an absolute path, or `../x`). By default every
   * such path counts as existing.
   */
  constructor(
    objects: ReadonlyMap<string, SourceObject>,
    beside: (path: string) => boolean = () => true,
  ) {
    this.#objects = objects;
    this.#beside = beside;
    for (const [path, { type }] of objects) {
      const parts = path.split('/');
      const name = parts.at(-1) ?? '';
      appendTo(this.#byName, name, path);
      const depth = type === 'directory' ? parts.length : parts.length - 1;
      for (let i = depth; i > 0; i--) {
        const parent = parts.slice(0, i).join('/');
        if (this.#directories.has(parent)) break;
        this.#directories.add(parent);
      }
    }
  }

  paths(): Iterable<string> {
    return this.#objects.keys();
  }

  /**
   * Returns the type of a path after following symlinks: `outside` if it leads out of the tree to something that exists
   * (`beside`), `missing` if it does not exist.
   */
  kindOf(path: string): 'file' | 'directory' | 'missing' | 'outside' {
    const real = this.#follow(path);
    if (real === undefined) return 'missing';
    if (/^(?:\/|\.\.(?:\/|$))/.test(real)) return this.#beside(real) ? 'outside' : 'missing';
    if (this.#objects.get(real)?.type === 'file') return 'file';
    return this.#directories.has(real) ? 'directory' : 'missing';
  }

  /**
   * Whether the path is a file. A path that leads out of the tree is taken for a file if it exists there (`beside`).
   */
  hasFile(path: string): boolean {
    const kind = this.kindOf(path);
    return kind === 'file' || kind === 'outside';
  }

  /** Returns the target of a broken symlink. Returns undefined for any other path. */
  danglingTarget(path: string): string | undefined {
    const found = this.#objects.get(normalize(path));
    return found?.type === 'symlink' && this.kindOf(path) === 'missing' ? found.target : undefined;
  }

  text(path: string): string | undefined {
    const real = this.#follow(path);
    return real === undefined ? undefined : this.#objects.get(real)?.text?.();
  }

  /**
   * Returns the paths in the tree that are equal to a given path, or that end with `/` and the given path. A `..` at
   * the beginning of the given path is ignored.
   */
  endingWith(path: string): string[] {
    const wanted = normalize(path).replace(/^(?:\.\.\/)+/, '');
    const named = this.#byName.get(wanted.split('/').at(-1) ?? '') ?? [];
    return named.filter((found) => found === wanted || found.endsWith(`/${wanted}`));
  }

  /**
   * Follows all symlinks of a path, and returns the resulting path. It is absolute or begins with `..` if it leads out
   * of the tree. Returns undefined for a loop.
   */
  #follow(path: string): string | undefined {
    let rest = normalize(path).split('/');
    let at: string[] = [];
    for (let hops = 0; rest.length > 0; ) {
      const [part = '', ...others] = rest;
      rest = others;
      if (part === '' || part === '.') continue;
      if (part === '..') {
        if (at.length === 0) return ['..', ...rest].join('/');
        at = at.slice(0, -1);
        continue;
      }
      const here = [...at, part].join('/');
      const found = this.#objects.get(here);
      if (found?.type !== 'symlink') {
        at = [...at, part];
        continue;
      }
      if (++hops > MOST_HOPS) return undefined;
      const target = found.target ?? '';
      if (target.startsWith('/')) return target;
      rest = [...target.split('/'), ...rest];
    }
    return at.join('/');
  }
}

/** Returns a path without `.` and `..`: `a/c` for `a/./b/../c`. A `..` that leads out of the tree is kept. */
export function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}
