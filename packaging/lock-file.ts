import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../src/library.ts';

/** The entry of an installed npm package in package-lock.json. */
interface LockedPackage {
  readonly version?: string;
  /** The checksum of the tarball, `sha512-<base64>` (subresource integrity). */
  readonly integrity?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** package-lock.json; its packages are found by directory, such as `node_modules/a/node_modules/b`. */
export class LockFile {
  readonly #file: string;
  readonly #packages: Readonly<Record<string, LockedPackage>>;

  private constructor(file: string, packages: Readonly<Record<string, LockedPackage>>) {
    this.#file = file;
    this.#packages = packages;
  }

  static async read(project: string): Promise<LockFile> {
    const file = join(project, 'package-lock.json');
    const { packages } = JSON.parse(await readFile(file, 'utf8')) as {
      packages: Record<string, LockedPackage>;
    };
    return new LockFile(file, packages);
  }

  /**
   * Returns the SHA-512 of the tarball that npm unpacked into `directory`, in hex. Throws InputError `lock-file` if the
   * lock file lacks the package or its SHA-512, or if it has another version of the package.
   */
  sha512(directory: string, version: string): string {
    const locked = this.#packages[directory];
    const [, digest] = /^sha512-([\w+/]{86}==)$/.exec(locked?.integrity ?? '') ?? [];
    if (locked?.version === version && digest !== undefined) {
      return Buffer.from(digest, 'base64').toString('hex');
    }
    const has = locked === undefined ? 'does not have it' : `has ${locked.version ?? 'no version'}`;
    throw new InputError(
      'lock-file',
      digest === undefined && locked?.version === version
        ? `${directory} has no SHA-512`
        : `${version} of ${directory} is in the bundle, but the lock file ${has}`,
      { where: { file: this.#file }, hint: 'Run: npm ci && npm run build' },
    );
  }

  /**
   * Returns the directories of the dependencies of the package in `directory` ('' for the project), found as by Node:
   * in its own node_modules, then in those further up.
   */
  dependencies(directory: string): string[] {
    const { dependencies, devDependencies } = this.#packages[directory] ?? {};
    const names = Object.keys({ ...dependencies, ...devDependencies });
    return names.flatMap((name) => {
      for (
        let from = directory;
        ;
        from = from.replace(/(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+$/, '')
      ) {
        const found = [from, 'node_modules', name].filter((part) => part !== '').join('/');
        if (this.#packages[found] !== undefined) return [found];
        if (from === '') return [];
      }
    });
  }
}
