import { basename, dirname, join } from 'node:path';
import { DkmsDebError } from '../errors.ts';
import type { NamedByMakefile } from '../kbuild/named-modules.ts';
import type { TreeFacts } from '../lint/text/rule.ts';
import type { DebianFacts } from '../lint/tree/debian-facts.ts';
import { holdLinksWithin } from '../system/files/tree-bounds.ts';
import { reasonOf } from '../system/process/refusal.ts';

/** How long results are used again, in milliseconds. The editor may not tell when files of the tree change. */
const LIFETIME = 10_000;
/**
 * The most milliseconds for reading the makefiles of a tree, because the editor waits meanwhile. What was not read by
 * then is unknown.
 */
const MOST_MILLISECONDS = 1000;

/**
 * Keeps for a short time what was read from trees of drivers, because a document is checked at every pause in typing.
 * No program of a tree is run; only git is called, to list the files. The code that reads a tree is loaded when it is
 * first needed.
 */
export class TreeMemory {
  readonly #tell: (message: string) => void;
  readonly #known = new Map<string, { readonly until: number; readonly value: Promise<unknown> }>();

  /** `tell` writes a message into the log of the editor. */
  constructor(tell: (message: string) => void) {
    this.#tell = tell;
  }

  /** Forgets everything, because files were saved. */
  forget(): void {
    this.#known.clear();
  }

  debian(tree: string): Promise<DebianFacts | undefined> {
    holdLinksWithin(tree);
    return this.#once(`debian ${tree}`, async () => {
      const { readDebianFacts } = await import('../lint/tree/debian-facts.ts');
      return readDebianFacts(tree);
    });
  }

  files(root: string, complete: boolean): Promise<TreeFacts | undefined> {
    return this.#once(`files ${complete} ${root}`, async () => {
      const { readTreeFacts } = await import('../lint/tree/tree-facts.ts');
      return readTreeFacts(root, complete, false);
    });
  }

  /**
   * Returns the modules that the makefiles of the source name (directoryOf). If the source cannot be read, says so in
   * the log of the editor, and returns [].
   */
  modules(file: string): Promise<readonly NamedByMakefile[]> {
    const root = directoryOf(file);
    return this.#once(`modules ${root}`, async () => {
      const { listSourceTree } = await import('../dkms/source/source-tree.ts');
      const { filesOfTree } = await import('../kbuild/directory-files.ts');
      const { namedModules } = await import('../kbuild/named-modules.ts');
      try {
        const files = filesOfTree(root, await listSourceTree(root));
        const build = { name: '', version: '', make: undefined, preBuild: undefined, modules: [] };
        return namedModules(files, build, MOST_MILLISECONDS);
      } catch (error) {
        if (!(error instanceof DkmsDebError || isNodes(error))) throw error;
        this.#tell(`${root}: the modules of the makefiles are not known: ${reasonOf(error)}`);
        return [];
      }
    });
  }

  #once<T>(key: string, read: () => Promise<T>): Promise<T> {
    const now = performance.now();
    const known = this.#known.get(key);
    if (known !== undefined && known.until > now) return known.value as Promise<T>;
    const value = read();
    this.#known.set(key, { until: now + LIFETIME, value });
    return value;
  }
}

/**
 * Returns the directory of the source: for a file of debian/ the directory above it, else the directory of the file.
 */
export function directoryOf(file: string): string {
  const own = dirname(file);
  return basename(own) === 'debian' ? join(own, '..') : own;
}

function isNodes(error: unknown): boolean {
  return typeof (error as NodeJS.ErrnoException | undefined)?.code === 'string';
}
