/** An object of a package or tree as the reading of makefiles wants it. */
export interface SourceObject {
  readonly type: 'file' | 'directory' | 'symlink';
  /** Of a link. */
  readonly target?: string;
  /** Of a file: its text, latin1; undefined where it is too large to be read. */
  readonly text?: () => string | undefined;
}

const MOST_HOPS = 40;

/**
 * The files of a driver's source, by paths relative to it, and nothing else of the machine: links are followed
 * within them only. A link that leads out of the source leads to nothing that we know.
 */
export class SourceFiles {
  readonly #objects: ReadonlyMap<string, SourceObject>;
  readonly #directories = new Set<string>(['']);
  readonly #byName = new Map<string, string[]>();

  readonly #beside: (path: string) => boolean;

  /** `beside`: whether there is something at a path out of the source, `../x` or absolute. */
  constructor(
    objects: ReadonlyMap<string, SourceObject>,
    beside: (path: string) => boolean = () => true,
  ) {
    this.#objects = objects;
    this.#beside = beside;
    for (const [path, { type }] of objects) {
      const parts = path.split('/');
      const name = parts.at(-1) ?? '';
      this.#byName.set(name, [...(this.#byName.get(name) ?? []), path]);
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

  /** What a path is, links followed: `outside` for one that leads out of the source, `missing` for none. */
  kindOf(path: string): 'file' | 'directory' | 'missing' | 'outside' {
    const real = this.#follow(path);
    if (real === undefined) return 'missing';
    if (/^(?:\/|\.\.(?:\/|$))/.test(real)) return this.#beside(real) ? 'outside' : 'missing';
    if (this.#objects.get(real)?.type === 'file') return 'file';
    return this.#directories.has(real) ? 'directory' : 'missing';
  }

  /** A file, or what may be one: a link out of the source. */
  hasFile(path: string): boolean {
    const kind = this.kindOf(path);
    return kind === 'file' || kind === 'outside';
  }

  /** The link at a path that leads to nothing. */
  danglingTarget(path: string): string | undefined {
    const found = this.#objects.get(normalize(path));
    return found?.type === 'symlink' && this.kindOf(path) === 'missing' ? found.target : undefined;
  }

  text(path: string): string | undefined {
    const real = this.#follow(path);
    return real === undefined ? undefined : this.#objects.get(real)?.text?.();
  }

  /** Paths that end with all parts of this one; `..` at its beginning counts for nothing. */
  endingWith(path: string): string[] {
    const wanted = normalize(path).replace(/^(?:\.\.\/)+/, '');
    const named = this.#byName.get(wanted.split('/').at(-1) ?? '') ?? [];
    return named.filter((found) => found === wanted || found.endsWith(`/${wanted}`));
  }

  /** The path behind all links; absolute or with `..` where they lead out, undefined for an endless chain. */
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

/** `a/./b/../c` → `a/c`; what leads out keeps its `..`. */
export function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}
