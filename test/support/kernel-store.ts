import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../src/system/process/run.ts';
import { cached } from './project.ts';

/**
 * Makes a store of trixie's kernels below `directory`, and returns its path. Packages, headers and compilers are links
 * to those that the set-up fetched and unpacked; what a run writes into the store, its index for example, is the
 * store's own.
 */
export async function linkedStore(directory: string): Promise<string> {
  const store = join(directory, 'store');
  for (const place of ['by-sha256', 'unpacked', 'tree', 'toolchain']) {
    const from = cached(`kernel-store/${place}`);
    await mkdir(join(store, place), { recursive: true });
    for (const name of await readdir(from)) {
      await symlink(join(from, name), join(store, place, name));
    }
  }
  const own = ['index', 'toolchains'].map((name) => cached(`kernel-store/${name}`));
  await run('cp', ['-a', '--', ...own, store]);
  return store;
}
