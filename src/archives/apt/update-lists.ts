import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KernelError } from '../../errors.ts';
import type { Reporter } from '../../report/reporter.ts';
import { sha256 } from '../../system/files/sha256.ts';
import { run } from '../../system/process/run.ts';
import { lastLines } from '../../system/text/last-lines.ts';
import { isFailure, sourceProblems } from './apt-problems.ts';
import { type AptRoot, aptEnvironment, runApt } from './apt-root.ts';
import { type DownloadedFile, watchDownload } from './downloads.ts';

/** Lists that were fetched less than this number of seconds ago are not fetched again. */
const FRESH_SECONDS = 3600;
const UPDATE_SECONDS = 900;
/**
 * The exit status that flock(1) is told to use if it gets no lock within its time limit. apt-get has no such status.
 */
const LOCKED = 75;
const STAMP = 'updated';

export interface UpdateChoice {
  /** Whether to fetch nothing and use the lists of an earlier run, however old they are. */
  readonly offline: boolean;
  /** Whether to fetch the lists even if they were fetched a short time ago. */
  readonly refresh: boolean;
  /** How long to wait for another process that fetches the lists, in seconds. The default is 900. */
  readonly lockSeconds?: number;
}

/**
 * Fetches the package lists of an apt root, unless `offline` is set, or the lists are fresh and `refresh` is not set.
 * Reports each source that fails, and goes on with the others. If another process is fetching the lists for longer than
 * `lockSeconds`, says so and leaves the lists of an earlier run. Throws KernelError `no-lists` if there is no list at
 * all afterwards.
 */
export async function updateLists(
  root: AptRoot,
  { offline, refresh, lockSeconds = UPDATE_SECONDS }: UpdateChoice,
  reporter: Reporter,
): Promise<void> {
  const stamp = join(root.directory, STAMP);
  const age = await stat(stamp).then(
    ({ mtimeMs }) => (Date.now() - mtimeMs) / 1000,
    () => Number.POSITIVE_INFINITY,
  );
  const isFresh = age >= 0 && age < FRESH_SECONDS && !refresh;
  if (offline || isFresh) {
    // There may be lists although no time is recorded: a fetch that fails for some sources stores lists, but no time.
    const isEmpty = age === Number.POSITIVE_INFINITY && (await indexFiles(root)).length === 0;
    if (isEmpty) throw noLists(root, 'they were never fetched', []);
    return;
  }
  reporter.progress(`fetching package lists of ${suitesOf(root)}`);
  // flock(1) lets only one process update at a time. A second process waits, and then has little to fetch.
  const lock = join(root.directory, 'lock');
  const wait = ['-w', String(lockSeconds), '-E', String(LOCKED), lock];
  const args = [...wait, 'apt-get', 'update', '-q', '--error-on=any'];
  const result = await watchDownload(
    () => listsAtWork(root),
    undefined,
    (advance) => reporter.advance(advance),
    () => runLocked(root, args),
  );
  const problems = result.output.split('\n').filter((line) => /^(?:E|W|Err):/.test(line));
  if (result.exitStatus === 0) {
    for (const line of problems) if (line.startsWith('W:')) reporter.warn(line.slice(3));
    return writeFile(stamp, '');
  }
  const usable = (await indexFiles(root)).length > 0;
  const isLocked = result.exitStatus === LOCKED;
  if (!usable) {
    throw noLists(
      root,
      isLocked ? 'another process is fetching them' : 'apt-get update failed',
      problems,
    );
  }
  if (isLocked) {
    reporter.warn(
      `another dkms-deb was still fetching the package lists after ${lockSeconds} seconds: the lists of an earlier run are used`,
      'Run again when the other dkms-deb has ended.',
    );
    return;
  }
  // The time of the fetch is not recorded. So the next run tries again, and reports the failed source again.
  await rm(stamp, { force: true });
  const found = sourceProblems(problems.filter(isFailure), root.sources);
  for (const line of problems) if (!isFailure(line)) reporter.warn(line.slice(3));
  if (found.length === 0) found.push(`apt-get update ended with status ${result.exitStatus}`);
  for (const problem of found) {
    reporter.warn(
      `the lists of a source cannot be fetched: ${problem}`,
      'Check this source. Its lists of an earlier run are used, if there are any, and the lists of the other sources.',
    );
  }
}

/**
 * Returns the lists that apt is fetching. apt writes each list as it is in the archive, and then an unpacked copy. Only
 * the list from the archive is counted, because it has the bytes that come over the network. In a name, apt writes `_`
 * for the `/` of a URI.
 */
async function listsAtWork({ directory }: AptRoot): Promise<DownloadedFile[]> {
  const partial = join(directory, 'var/lib/apt/lists/partial');
  const names = await readdir(partial).catch(() => []);
  return names
    .filter((name) => /(?:\.(?:xz|gz|bz2|lz4|lzma|zst)|_(?:In)?Release)$/.test(name))
    .map((name) => ({
      name: name.replace(/^.*?_dists_/, '').replaceAll('_', '/'),
      paths: [join(partial, name)],
    }));
}

function suitesOf({ sources }: AptRoot): string {
  return [...new Set(sources.flatMap(({ suites }) => suites))].join(', ');
}

function runLocked(root: AptRoot, args: readonly string[]) {
  const accept = [0, 1, LOCKED, 100];
  const env = aptEnvironment(root);
  return run('flock', args, { accept, env, timeoutSeconds: 2 * UPDATE_SECONDS });
}

/** A downloaded list of packages, and its origin as apt knows it. */
export interface IndexFile {
  readonly file: string;
  readonly codename: string;
  readonly suite: string;
  readonly origin: string;
  readonly label: string;
  readonly component: string;
  readonly architecture: string;
  readonly uri: string;
  /** The sha256 of the suite's InRelease, or of its Release; null if it has neither. */
  readonly inReleaseSha256: string | null;
}

const FIELDS = [
  'FILENAME',
  'CODENAME',
  'SUITE',
  'ORIGIN',
  'LABEL',
  'COMPONENT',
  'ARCHITECTURE',
  'REPO_URI',
  'RELEASE',
];

/** Returns the lists of packages that have been downloaded. */
export async function indexFiles(root: AptRoot): Promise<IndexFile[]> {
  const format = FIELDS.map((field) => `$(${field})`).join('\t');
  const { stdout } = await runApt(root, 'apt-get', [
    'indextargets',
    '--format',
    format,
    'Created-By: Packages',
  ]);
  const found: IndexFile[] = [];
  const releases = await releaseFiles(root);
  for (const line of stdout.split('\n')) {
    const [
      file = '',
      codename = '',
      suite = '',
      origin = '',
      label = '',
      component = '',
      architecture = '',
      uri = '',
      release = '',
    ] = line.split('\t');
    if (file === '' || !(await exists(file))) continue;
    found.push({
      file,
      codename: codename || release,
      // The suite of a flat repository is a path, such as `./`.
      suite: (release.endsWith('/') ? codename : release) || release || suite,
      origin,
      label,
      component,
      architecture,
      uri,
      inReleaseSha256: releases.find(({ start }) => file.startsWith(start))?.sha256 ?? null,
    });
  }
  return found;
}

/**
 * Returns the InRelease or Release file of each suite. apt names a list after its URI, so the names of all lists of a
 * suite begin like the name of its InRelease.
 */
async function releaseFiles(root: AptRoot): Promise<{ start: string; sha256: string }[]> {
  const lists = join(root.directory, 'var/lib/apt/lists');
  const names = await readdir(lists).catch(() => []);
  const found = names
    .filter((name) => /_(?:In)?Release$/.test(name))
    .map(async (name) => ({
      start: join(lists, name.replace(/(?:In)?Release$/, '')),
      sha256: sha256(await readFile(join(lists, name))),
    }));
  return (await Promise.all(found)).sort((a, b) => b.start.length - a.start.length);
}

function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

function noLists(root: AptRoot, why: string, output: readonly string[]): KernelError {
  return new KernelError('no-lists', `there are no package lists of ${suitesOf(root)}: ${why}`, {
    output: lastLines(output.join('\n'), 8).filter(Boolean),
    hint: 'Check the names of the suites, the network and the proxy of apt. If --offline was given, run once without it.',
  });
}
