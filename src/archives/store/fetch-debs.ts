import { existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { KernelError } from '../../errors.ts';
import type { Reporter } from '../../report/reporter.ts';
import { formatBytes } from '../../report/task-line.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import { makeTemporary, releaseTemporary, removeLeftovers } from '../../system/process/cleanup.ts';
import { registerPlace, roomIn, toldOfNoRoom } from '../../system/process/no-room.ts';
import { ANY_STATUS, type RunResult } from '../../system/process/run.ts';
import { lastLines } from '../../system/text/last-lines.ts';
import { someNames } from '../../system/text/some-names.ts';
import { type AptRoot, runApt } from '../apt/apt-root.ts';
import { watchDownload } from '../apt/downloads.ts';
import { callPatiently, SHOWING_ANSWERS } from '../apt/retry-after.ts';
import { debFile, type HeaderStore, sha256OfFile } from './header-store.ts';

/** A package that an archive offers. */
export interface Offered {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** In lower-case hex. */
  readonly sha256: string;
  /** The size of the .deb in bytes. Unset if it is not known. */
  readonly size?: number;
  /** The URI of the .deb. Unset if only apt knows it. */
  readonly uri?: string;
}

const DOWNLOAD_SECONDS = 3600;

/** Whether a URI is in a snapshot archive, which limits how often it is asked. */
function isDated(uri: string | undefined): boolean {
  return uri !== undefined && /\/archive\/[a-z-]+\/\d{8}T\d{6}Z\//.test(uri);
}

/** The downloads of this run that have not ended, by the paths of the packages in their store. */
const going = new Map<string, Promise<void>>();

/**
 * Downloads the packages that are not in the store. apt would accept an existing file of the right size without
 * checking it, so each download goes into an empty directory. A file enters the store only if its sha256 is right. A
 * package that another call is downloading is not downloaded twice. If some downloads fail, the other packages stay in
 * the store for the next run. Tells `reporter` which packages are downloaded, and how many of their bytes have arrived.
 * Throws KernelError `not-fetched` with the names of the missing packages, and SystemError `tool-timeout`.
 */
export async function fetchDebs(
  root: AptRoot,
  store: HeaderStore,
  packages: readonly Offered[],
  reporter: Pick<Reporter, 'progress' | 'advance'>,
): Promise<void> {
  const missing = missingOf(store, packages);
  const others = missing.flatMap((one) => going.get(debFile(store, one.sha256)) ?? []);
  const own = missing.filter((one) => !going.has(debFile(store, one.sha256)));
  if (own.length > 0) {
    const downloading = downloadAll(root, store, own, reporter);
    for (const { sha256 } of own) going.set(debFile(store, sha256), downloading);
    await downloading.finally(() => {
      for (const { sha256 } of own) going.delete(debFile(store, sha256));
    });
  }
  await Promise.allSettled(others);
  refuseMissing(store, missing, '');
}

async function downloadAll(
  root: AptRoot,
  store: HeaderStore,
  wanted: readonly Offered[],
  reporter: Pick<Reporter, 'progress' | 'advance'>,
): Promise<void> {
  await makeDirectory(store.directory);
  registerPlace(store.directory, '--store DIR');
  await removeLeftovers(store.directory);
  const scratch = makeTemporary(join(store.directory, '.new-'));
  const bytes = sizeOfAll(wanted);
  const size = bytes === undefined ? '' : ` (${formatBytes(bytes)})`;
  reporter.progress(`downloading ${namesOf(wanted)}${size}`);
  const files = wanted.map((one) => ({
    name: one.name,
    paths: [`${one.sha256}.deb`, fileNameOf(one)]
      .map((name) => join(scratch, name))
      .concat(debFile(store, one.sha256)),
  }));
  try {
    const output = await watchDownload(
      async () => files,
      bytes,
      (advance) => reporter.advance(advance),
      () => downloadInto(scratch, root, store, wanted),
    );
    refuseMissing(store, wanted, output);
  } finally {
    await rm(scratch, { recursive: true, force: true });
    releaseTemporary(scratch);
  }
}

/**
 * The most packages that are named in one line; the line then gives the number of the other packages. A compiler and
 * its dependencies are about forty packages.
 */
const MOST_NAMES = 3;

function namesOf(packages: readonly Offered[]): string {
  const names = packages.map(({ name }) => name);
  return someNames(names, MOST_NAMES);
}

/** Returns the bytes of all packages. Returns undefined if the size of one package is not known. */
function sizeOfAll(packages: readonly Offered[]): number | undefined {
  let sum = 0;
  for (const { size } of packages) {
    if (size === undefined) return undefined;
    sum += size;
  }
  return sum;
}

/** Returns the name under which apt-get download writes a package: a colon is %3a. */
function fileNameOf({ name, version, architecture }: Offered): string {
  return `${name}_${version.replaceAll(':', '%3a')}_${architecture}.deb`;
}

/**
 * Downloads packages into `scratch` and moves them into the store. Returns what the last call of apt-get wrote; '' if
 * apt-get was not needed.
 */
async function downloadInto(
  scratch: string,
  root: AptRoot,
  store: HeaderStore,
  wanted: readonly Offered[],
): Promise<string> {
  await callPatiently(async () => {
    const result = await downloadFiles(root, scratch, missingOf(store, wanted));
    await takeOver(store, scratch, wanted);
    return result;
  });
  // Packages of a snapshot archive are not fetched with apt, because apt's lists do not have them.
  const rest = missingOf(store, wanted).filter(({ uri }) => !isDated(uri));
  let output = rest.length === 0 ? '' : await download(root, scratch, rest);
  await takeOver(store, scratch, rest);
  // If a package is missing in the archive, apt-get does not fetch the others, so they are fetched one by one.
  const left = missingOf(store, rest);
  if (left.length > 0 && rest.length > 1) {
    for (const one of left) output = await download(root, scratch, [one]);
    await takeOver(store, scratch, left);
  }
  return output;
}

/**
 * Downloads packages with a known http or https URI. apt-helper uses the settings of apt (proxies, passwords), but
 * reads no lists; apt-get needs one to two seconds to read the lists. If a download fails here, downloadInto tries
 * apt-get, which also knows mirror lists (but not for a snapshot archive).
 */
async function downloadFiles(
  root: AptRoot,
  cwd: string,
  packages: readonly Offered[],
): Promise<RunResult> {
  const words = packages.flatMap(({ uri, sha256 }) =>
    uri !== undefined && /^https?:/.test(uri) ? [uri, `${sha256}.deb`, `SHA256:${sha256}`] : [],
  );
  const none = { exitStatus: 0, stdout: '', bytes: Buffer.alloc(0), stderr: '', output: '' };
  if (words.length === 0) return none;
  const options = packages.some(({ uri }) => isDated(uri)) ? SHOWING_ANSWERS : [];
  return runApt(root, '/usr/lib/apt/apt-helper', ['download-file', '-q', ...options, ...words], {
    cwd,
    accept: ANY_STATUS,
    timeoutSeconds: DOWNLOAD_SECONDS,
  });
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
  const missing = missingOf(store, wanted);
  if (missing.length === 0) return;
  const names = missing.map(({ name, version }) => `${name} ${version}`);
  // When apt copies files (file:), it does not say that the disk is full.
  const largest = Math.max(...missing.map(({ size = 0 }) => size));
  const full = toldOfNoRoom(output) || (roomIn(store.directory) ?? largest) < largest;
  throw new KernelError('not-fetched', `cannot fetch ${someNames(names, MOST_NAMES)}`, {
    output: lastLines(output, 6),
    hint: full
      ? `Make room in ${store.directory}, or choose another place with --store DIR.`
      : 'Run again with --refresh (for a plan, plan again with --refresh): the archive may have changed since its lists were fetched.',
  });
}
