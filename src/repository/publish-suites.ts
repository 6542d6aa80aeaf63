import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SystemError } from '../errors.ts';
import type { Reporter } from '../report/reporter.ts';
import { withTemporaryDirectory } from '../system/process/cleanup.ts';
import type { ArchiveSigner } from './archive-signer.ts';
import { installFiles, installRelease, stagedFiles } from './install-suite.ts';
import { keptGenerations, pruneByHash, prunePool } from './prune-repository.ts';
import { type History, readHistory, writeHistory } from './publication-history.ts';
import { parsePublished } from './published-package.ts';
import { suitesIn } from './read-published.ts';
import { packagesPath, readSuite, type SuiteIndex } from './read-suite.ts';
import { releaseText } from './release-file.ts';
import { suiteDirectory } from './repository-layout.ts';
import { stageIndex } from './stage-index.ts';

/** The contents that a suite is to have. */
export interface SuiteWish {
  readonly suite: string;
  readonly architectures: readonly string[];
  /** The packages, which are in the pool. */
  readonly packages: readonly { readonly fileName: string; readonly sha256: string }[];
}

/** The choices for a repository. */
export interface RepositoryChoices {
  readonly directory: string;
  readonly origin: string;
  readonly label: string;
  /** By suite: its codename, if that differs from the suite's name. */
  readonly codenames: Readonly<Record<string, string>>;
  readonly validSeconds: number | undefined;
  /** How many of the newest generations of each suite stay, at least LEAST_GENERATIONS. */
  readonly generations: number;
  readonly now: Date;
}

/** The outcome of a publication. */
export interface Publication {
  /** The suites with a new index. */
  readonly changed: readonly string[];
  /** Files that were removed from the pool. */
  readonly removed: readonly string[];
}

interface Prepared {
  readonly index: SuiteIndex;
  readonly staged: string;
  readonly text: string;
  readonly signed: string;
}

/**
 * The least number of generations that stay. One generation is not enough, because the newest one may be of a killed
 * publisher, and may never have been current.
 */
const LEAST_GENERATIONS = 2;

/** Reads all suites of a repository in a directory. Throws the errors of readSuite. */
export async function readSuites(
  directory: string,
  signer: ArchiveSigner,
): Promise<Map<string, SuiteIndex>> {
  const suites = new Map<string, SuiteIndex>();
  for (const suite of await suitesIn(directory)) {
    suites.set(suite, await readSuite(directory, suite, signer));
  }
  return suites;
}

/**
 * Writes a new index for each suite whose index changes. `suites` is what the repository has now. Everything is made
 * and signed before the first file changes. Then the files by hash are written first, and InRelease last: apt finds a
 * valid repository at every moment, even if the process is killed. Old files are removed at the end. Throws SystemError
 * `repository-changed` if the pool or the index was changed meanwhile, and the errors of readSuite, stageIndex and
 * `signer.sign`.
 */
export async function publishSuites(
  suites: ReadonlyMap<string, SuiteIndex>,
  wishes: readonly SuiteWish[],
  signer: ArchiveSigner,
  choices: RepositoryChoices,
  reporter: Reporter,
): Promise<Publication> {
  const { directory, now } = choices;
  return withTemporaryDirectory('index', async (staging) => {
    const prepared: Prepared[] = [];
    for (const wish of wishes) {
      reporter.progress(`writing the index of ${wish.suite}`);
      const one = await prepare(staging, wish, suites.get(wish.suite), signer, choices);
      if (one !== undefined) prepared.push(one);
    }
    let history = await readHistory(directory, now, reporter);
    for (const one of prepared) history = await install(directory, one, history, now);
    const after = new Map(suites);
    for (const { suite } of wishes) after.set(suite, await readSuite(directory, suite, signer));
    const removed = await prune(after, suites, history, choices);
    return { changed: prepared.map(({ index }) => index.suite), removed };
  });
}

/**
 * Stages the new index of a suite. Returns undefined if the suite already has this index, signed by these keys, and the
 * index never expires.
 */
async function prepare(
  staging: string,
  { suite, architectures, packages }: SuiteWish,
  known: SuiteIndex | undefined,
  signer: ArchiveSigner,
  { directory, origin, label, codenames, validSeconds }: RepositoryChoices,
): Promise<Prepared | undefined> {
  const index = known ?? (await readSuite(directory, suite, signer));
  // Architectures of the previous index stay, even if they have no packages any more, because clients ask for them.
  const all = [...new Set([...index.architectures, ...architectures])].sort();
  const files = packages.map(({ fileName }) => fileName);
  const request = { repository: directory, suite, architectures: all, packages: files };
  const staged = await stageIndex(staging, request);
  await checkStaged(staged, all, packages);
  const text = await releaseText(staged, {
    origin,
    label,
    suite,
    codename: codenames[suite] ?? index.codename,
    architectures: all,
    validSeconds,
  });
  const keys = signer.keys.map(({ fingerprint }) => fingerprint).sort();
  const isSame =
    withoutDate(text) === withoutDate(index.release.text) &&
    keys.join() === [...index.release.signers].sort().join();
  if (isSame && validSeconds === undefined) return undefined;
  return { index, staged, text, signed: await signer.sign(text) };
}

function withoutDate(release: string): string {
  return release.replace(/^Date:.*\n/m, '').trim();
}

/**
 * Compares what apt-ftparchive has read in the pool with the packages that were asked for. A file that was changed or
 * removed in the pool must not be signed. Throws SystemError `repository-changed`.
 */
async function checkStaged(
  staged: string,
  architectures: readonly string[],
  packages: SuiteWish['packages'],
): Promise<void> {
  const wanted = new Map(packages.map(({ fileName, sha256 }) => [fileName, sha256]));
  const found = new Map<string, string>();
  for (const architecture of architectures) {
    const text = await readFile(join(staged, packagesPath(architecture)), 'utf8');
    for (const one of parsePublished(text, '')) found.set(one.fileName, one.sha256);
  }
  for (const [fileName, sha256] of wanted) {
    if (found.get(fileName) === sha256) continue;
    const how = found.has(fileName) ? 'has other contents than' : 'is missing, though it was there';
    throw new SystemError('repository-changed', `${fileName} ${how} when it was published`, {
      where: { file: fileName },
      hint: 'Restore the file from a copy. If it cannot be restored, remove it and publish a new version.',
    });
  }
}

async function install(
  repository: string,
  { index, staged, text, signed }: Prepared,
  history: History,
  now: Date,
): Promise<History> {
  const { suite, inRelease: before } = index;
  const directory = join(repository, suiteDirectory(suite));
  const { byHash, named } = await stagedFiles(staged);
  await installFiles(staged, directory, byHash);
  const generation = { date: now.toISOString(), files: byHash };
  const generations = [generation, ...(history.suites[suite] ?? [])];
  const next = { ...history, suites: { ...history.suites, [suite]: generations } };
  await writeHistory(repository, next);
  await installFiles(staged, directory, named);
  await installRelease(directory, { text, signed, before });
  return next;
}

async function prune(
  after: ReadonlyMap<string, SuiteIndex>,
  before: ReadonlyMap<string, SuiteIndex>,
  history: History,
  { directory, generations, now }: RepositoryChoices,
): Promise<readonly string[]> {
  const suites: Record<string, History['suites'][string]> = {};
  const count = Math.max(generations, LEAST_GENERATIONS);
  for (const [suite, all] of Object.entries(history.suites)) {
    const kept = keptGenerations(all, count, now);
    suites[suite] = kept;
    const files = kept.flatMap((one) => one.files);
    for (const one of [after.get(suite), before.get(suite)]) files.push(...byHashOf(one));
    await pruneByHash(directory, suite, new Set(files));
  }
  const listed = [...after.values()].flatMap(({ packages }) => packages);
  const names = new Set(listed.map(({ fileName }) => fileName));
  const { removed, unlisted } = await prunePool(directory, names, history, now);
  await writeHistory(directory, { suites, unlisted });
  return removed;
}

/** Returns the paths by hash of all files of an index. */
function byHashOf(index: SuiteIndex | undefined): string[] {
  return [...(index?.files ?? [])].map(([path, digest]) =>
    join(dirname(path), 'by-hash/SHA256', digest),
  );
}
