import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeDirectory } from '../../system/files/make-directory.ts';
import { namesIn } from '../../system/files/names-in.ts';
import { writeWhole } from '../../system/files/output.ts';
import type { AptRoot } from '../apt/apt-root.ts';
import type { Offered } from '../store/fetch-debs.ts';
import type { HeaderStore } from '../store/header-store.ts';
import type { ToolchainWish } from './toolchain-packages.ts';

interface Known {
  /** A digest of the signed lists that the archive had when apt chose the packages. */
  readonly lists: string;
  readonly packages: readonly Offered[];
}

function fileOf({ directory }: HeaderStore, base: string, wish: ToolchainWish): string {
  const { compiler, target, host } = wish;
  const name = `${base}-${compiler}-${target}-on-${host}.json`.replace(/[^\w.+-]/g, '_');
  return join(directory, 'toolchains', name);
}

/**
 * Returns the packages that apt chose for a compiler in an earlier run. Returns undefined if there was no such run, if
 * its record cannot be read, or if the lists of `root` have changed since then. Without a root (offline), the last
 * choice is returned even if the lists have changed.
 */
export async function knownToolchain(
  store: HeaderStore,
  base: string,
  wish: ToolchainWish,
  root: AptRoot | undefined,
): Promise<readonly Offered[] | undefined> {
  try {
    const known = JSON.parse(await readFile(fileOf(store, base, wish), 'utf8')) as Known;
    const fits = root === undefined || known.lists === (await digestOfLists(root));
    return fits && known.packages.length > 0 ? known.packages : undefined;
  } catch {
    return undefined;
  }
}

export async function recordToolchain(
  store: HeaderStore,
  base: string,
  wish: ToolchainWish,
  root: AptRoot,
  packages: readonly Offered[],
): Promise<void> {
  const file = fileOf(store, base, wish);
  const known: Known = { lists: await digestOfLists(root), packages };
  await makeDirectory(dirname(file));
  await writeWhole(file, (temporary) =>
    writeFile(temporary, `${JSON.stringify(known, null, 1)}\n`),
  );
}

/**
 * Returns a digest of the archive's Release files. They contain the hashes of all lists, so the digest changes with
 * every list.
 */
async function digestOfLists({ directory }: AptRoot): Promise<string> {
  const lists = join(directory, 'var/lib/apt/lists');
  const names = (await readdir(lists)).filter((name) => /(?:In)?Release$/.test(name)).sort();
  const hash = createHash('sha256');
  for (const name of names) hash.update(name).update(await readFile(join(lists, name)));
  return hash.digest('hex');
}

/** Returns the packages of apt's last choice for each compiler. */
export async function readKnownToolchains({
  directory,
}: HeaderStore): Promise<(readonly Offered[])[]> {
  const place = join(directory, 'toolchains');
  const names = await namesIn(place);
  const all = await Promise.all(
    names.map((name) => readFile(join(place, name), 'utf8').catch(() => '')),
  );
  return all.flatMap((text) => {
    try {
      return [(JSON.parse(text) as Known).packages];
    } catch {
      return [];
    }
  });
}
