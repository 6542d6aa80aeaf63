import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../src/errors.ts';

/** What package-lock.json says of an installed npm package. */
interface LockedPackage {
  readonly version?: string;
  /** Subresource integrity of the tarball: `sha512-<base64>`. */
  readonly integrity?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** package-lock.json, by the directory of each package: `node_modules/a/node_modules/b`. */
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
   * The SHA-512 of the tarball that npm unpacked into `directory`, in hex. InputError `lock-file`
   * where the lock has no such package, another version of it, or no SHA-512.
   */
  sha512(directory: string, version: string): string {
    const locked = this.#packages[directory];
    const [, digest] = /^sha512-([\w+/]{86}==)$/.exec(locked?.integrity ?? '') ?? [];
    if (locked?.version === version && digest !== undefined) {
      return Buffer.from(digest, 'base64').toString('hex');
    }
    const says =
      locked === undefined ? 'does not have it' : `has ${locked.version ?? 'no version'}`;
    throw new InputError(
      'lock-file',
      digest === undefined && locked?.version === version
        ? `${directory} has no SHA-512`
        : `${version} of ${directory} is in the bundle, and the lock file ${says}`,
      { where: { file: this.#file }, hint: 'Run: npm ci && npm run build' },
    );
  }

  /**
   * The directories of the packages that the one in `directory` (empty: the project) names as its
   * dependencies, found as Node finds them: beside it, then further up.
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
