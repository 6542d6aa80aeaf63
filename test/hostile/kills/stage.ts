import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isHalfDone } from '../../../src/system/process/leftovers.ts';
import { run } from '../../../src/system/process/run.ts';

/** All that a command may read and write in one case, fresh for each. */
export interface Stage {
  readonly directory: string;
  readonly tree: string;
  readonly out: string;
  readonly home: string;
  readonly cache: string;
  readonly tmp: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The time of everything, so that no case depends on the clock. */
const EPOCH = '1700000000';

/** A stage below `directory` with a copy of `origin` as its tree; what was there before goes. */
export async function makeStage(directory: string, origin: string): Promise<Stage> {
  await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  await mkdir(directory, { recursive: true });
  await chmod(directory, 0o755);
  const place = (name: string) => join(directory, name);
  const stage = {
    directory,
    tree: place('tree'),
    out: place('out'),
    home: place('home'),
    cache: place('cache'),
    tmp: place('tmp'),
    env: {
      PATH: `${dirname(process.execPath)}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
      HOME: place('home'),
      XDG_CACHE_HOME: place('cache'),
      TMPDIR: place('tmp'),
      DEBFULLNAME: 'Erika Mustermann',
      DEBEMAIL: 'erika@example.org',
      SOURCE_DATE_EPOCH: EPOCH,
    },
  };
  // cp of Node gives directories the time of the copy, which gets into packages of a late SOURCE_DATE_EPOCH.
  await run('cp', ['-a', '--', origin, stage.tree]);
  for (const made of [stage.out, stage.home, stage.cache, stage.tmp]) await mkdir(made);
  return stage;
}

/** Path → type, mode and contents, below one directory; of a cache not the logs. */
export type Listing = ReadonlyMap<string, string>;

export async function listing(directory: string): Promise<Listing> {
  const paths = await readdir(directory, { recursive: true }).catch(() => []);
  const kept = paths.filter((path) => !/(?:^|\/)\.git(?:\/|$)|^dkms-deb\/log/.test(path)).sort();
  return new Map(
    await Promise.all(
      kept.map(async (path) => [path, await describe(join(directory, path))] as const),
    ),
  );
}

async function describe(path: string): Promise<string> {
  const stat = await lstat(path).catch(() => undefined);
  if (stat === undefined) return 'gone';
  if (stat.isSymbolicLink()) return `link ${await readlink(path)}`;
  const mode = (stat.mode & 0o7777).toString(8);
  if (!stat.isFile()) return `${stat.isDirectory() ? 'directory' : 'special'} ${mode}`;
  const bytes = await readFile(path);
  const same = /\.(?:buildinfo|changes)$/.test(path) ? ofTheBuild(bytes) : bytes;
  return `${mode} ${same.length} ${createHash('sha256').update(same).digest('hex')}`;
}

/**
 * A .buildinfo says when it was made, and which packages the machine had then (deb-buildinfo(5), Build-Date and
 * Installed-Build-Depends); .changes has its sums. Packages may be installed between two builds that are compared.
 */
function ofTheBuild(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/^(?:Build-Date: .*| .*\.buildinfo)$/gm, '')
    .replace(/^Installed-Build-Depends:.*(?:\n .*)*$/m, '');
}

/** What a command leaves: its tree, its results, its cache. */
export interface State {
  readonly tree: Listing;
  readonly out: Listing;
  readonly cache: Listing;
}

export async function stateOf(stage: Stage): Promise<State> {
  const [tree, out, cache] = await Promise.all([stage.tree, stage.out, stage.cache].map(listing));
  return { tree: tree as Listing, out: out as Listing, cache: cache as Listing };
}

/** The first few differences, for people. */
export function differences(found: State, wanted: State): string[] {
  const told: string[] = [];
  for (const part of ['tree', 'out', 'cache'] as const) {
    for (const path of new Set([...found[part].keys(), ...wanted[part].keys()])) {
      const [is, should] = [found[part].get(path), wanted[part].get(path)];
      if (is !== should)
        told.push(`${part}/${path} is ${is ?? 'missing'}, not ${should ?? 'there'}`);
    }
  }
  return told.length > 4 ? [...told.slice(0, 4), `and ${told.length - 4} more`] : told;
}

/** Files with a final name that are neither as they were nor as they are to become. */
export function halfFiles(found: State, before: State, wanted: State): string[] {
  const told: string[] = [];
  for (const part of ['tree', 'out', 'cache'] as const) {
    for (const [path, is] of found[part]) {
      if (path.split('/').some((name) => isHalfDone(name)) || is.startsWith('directory')) continue;
      if (is === before[part].get(path) || is === wanted[part].get(path)) continue;
      told.push(`${part}/${path} has its final name and is half written (${is})`);
    }
  }
  return told.slice(0, 4);
}

/** Names of half-done work, anywhere on the stage, and whatever is in TMPDIR. */
export async function leftovers(stage: Stage): Promise<string[]> {
  const paths = await readdir(stage.directory, { recursive: true }).catch(() => []);
  const isLeft = (path: string) =>
    path.startsWith('tmp/') || isHalfDone(path.split('/').at(-1) ?? '');
  const left = paths.filter(isLeft);
  return left.length === 0 ? [] : [`left behind: ${left.slice(0, 4).join(', ')}`];
}
