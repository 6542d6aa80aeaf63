import { existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { KernelError } from '../../errors.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import { makeTemporary, releaseTemporary, removeLeftovers } from '../../system/process/cleanup.ts';
import { registerPlace } from '../../system/process/no-room.ts';
import { lastLines } from '../../system/process/run.ts';
import { type AptRoot, runApt } from '../apt/apt-root.ts';
import { debFile, type HeaderStore, sha256OfFile } from './header-store.ts';

/** A package that an archive offers. */
export interface Offered {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly sha256: string;
}

const DOWNLOAD_SECONDS = 3600;

/**
 * Downloads the packages that are not in the store. apt would accept an existing file of the right size without
 * checking it, so each download goes into an empty directory. A file enters the store only if its sha256 is right.
 * If some downloads fail, the other packages stay in the store for the next run. Throws KernelError `not-fetched`
 * with the names of the missing packages.
 */
export async function fetchDebs(
  root: AptRoot,
  store: HeaderStore,
  packages: readonly Offered[],
): Promise<void> {
  const wanted = missingOf(store, packages);
  if (wanted.length === 0) return;
  await makeDirectory(store.directory);
  registerPlace(store.directory, '--store DIR');
  await removeLeftovers(store.directory);
  const scratch = makeTemporary(join(store.directory, '.new-'));
  try {
    let output = await download(root, scratch, wanted);
    await takeOver(store, scratch, wanted);
    // If a package is missing in the archive, apt-get does not fetch the others, so they are fetched one by one.
    const left = missingOf(store, wanted);
    if (left.length > 0 && wanted.length > 1) {
      for (const one of left) output = await download(root, scratch, [one]);
      await takeOver(store, scratch, left);
    }
    refuseMissing(store, wanted, output);
  } finally {
    await rm(scratch, { recursive: true, force: true });
    releaseTemporary(scratch);
  }
}

async function download(root: AptRoot, cwd: string, packages: readonly Offered[]): Promise<string> {
  const words = packages.map(
    ({ name, architecture, version }) => `${name}:${architecture}=${version}`,
  );
  const args = ['download', '-q', ...words.map((word) => word.replace(/:all=/, '='))];
  const { output } = await runApt(root, 'apt-get', args, {
    cwd,
    accept: [0, 1, 100],
    timeoutSeconds: DOWNLOAD_SECONDS,
  });
  return output;
}

async function takeOver(
  store: HeaderStore,
  scratch: string,
  wanted: readonly Offered[],
): Promise<void> {
  const digests = new Set(wanted.map(({ sha256 }) => sha256));
  for (const name of await readdir(scratch)) {
    if (!name.endsWith('.deb')) continue;
    const file = join(scratch, name);
    const sha256 = await sha256OfFile(file);
    const target = debFile(store, sha256);
    if (digests.has(sha256)) {
      await makeDirectory(dirname(target));
      await rename(file, target);
    } else await rm(file);
  }
}

function missingOf(store: HeaderStore, packages: readonly Offered[]): Offered[] {
  const seen = new Set<string>();
  return packages.filter(({ sha256 }) => {
    const isNew = !seen.has(sha256) && !existsSync(debFile(store, sha256));
    seen.add(sha256);
    return isNew;
  });
}

function refuseMissing(store: HeaderStore, wanted: readonly Offered[], output: string): void {
  const names = missingOf(store, wanted).map(({ name, version }) => `${name} ${version}`);
  if (names.length === 0) return;
  const full = /No space left on device/.test(output);
  throw new KernelError('not-fetched', `cannot fetch ${names.join(', ')}`, {
    output: lastLines(output, 6),
    hint: full
      ? `Make room in ${store.directory}, or choose another place with --store DIR.`
      : 'Run again with --refresh: the archive may have changed since its lists were fetched.',
  });
}
