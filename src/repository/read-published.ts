import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type AptRoot, prepareAptRoot, runApt } from '../archives/apt/apt-root.ts';
import type { AptSource } from '../archives/apt/apt-source.ts';
import { indexFiles } from '../archives/apt/update-lists.ts';
import { DkmsDebError, InputError, UsageError } from '../errors.ts';
import { namesIn } from '../system/files/names-in.ts';
import { withTemporaryDirectory } from '../system/process/cleanup.ts';
import { refuseWithoutRoom } from '../system/process/no-room.ts';
import { lastLines } from '../system/text/last-lines.ts';
import { isFingerprint, publicKeys } from './public-keys.ts';
import { type PublishedPackage, parsePublished } from './published-package.ts';
import { readRepositoryFile } from './repository-file.ts';
import { isUrl, suiteDirectory } from './repository-layout.ts';

/** A repository to read. */
export interface RepositoryPlace {
  /** The path of a directory, or a URL that apt can read. */
  readonly place: string;
  /** The directories below dists/. If undefined for a repository in a directory, all suites are read. */
  readonly suites?: readonly string[] | undefined;
  /** Debian's names of the architectures. Packages with `Architecture: all` are always read, too. */
  readonly architectures: readonly string[];
  /** Fingerprints, or files with keys (publicKeys). If empty, the keys that the machine's apt trusts are used. */
  readonly keys: readonly string[];
  /**
   * Whether suites that a URL does not have are left out. By default they are an error. Suites that a directory does
   * not have are always left out.
   */
  readonly skipAbsent?: boolean;
}

/** The contents of a repository. */
export interface Published {
  /** Whether the repository has an index of at least one of the wanted suites. If not, `packages` is empty. */
  readonly exists: boolean;
  /** The names of the suites that the repository does not have. */
  readonly absent: readonly string[];
  readonly packages: readonly PublishedPackage[];
  /** The codename of each suite that was read. */
  readonly codenames: ReadonlyMap<string, string>;
}

const NOTHING: Published = { exists: false, absent: [], packages: [], codenames: new Map() };
const UPDATE_SECONDS = 900;
const MOST_RELEASE = 64 * 1024 * 1024;
/** The largest list of packages in bytes. A larger list is an error. 100 000 packages of modules have about 150 MB. */
const MOST_INDEX = 500 * 1024 * 1024;

/**
 * Reads the index of a repository with an apt of its own, which checks the signatures. Valid-Until is not checked,
 * because a repository must be repairable after it has expired. Throws InputError `repository-unreadable` and
 * `repository-untrusted` with apt's messages, the errors of publicKeys, and UsageError for a URL without suites.
 */
export async function readPublished(of: RepositoryPlace): Promise<Published> {
  const atUrl = isUrl(of.place);
  const suites = of.suites ?? (atUrl ? [] : await suitesIn(of.place));
  if (atUrl && suites.length === 0) {
    throw new UsageError(`no suite of the repository ${of.place} is named`);
  }
  const absent = atUrl ? [] : suites.filter((suite) => !hasIndex(of.place, suite));
  const read = await readSuites(of, difference(suites, absent));
  return { ...read, absent: [...absent, ...read.absent] };
}

async function readSuites(of: RepositoryPlace, suites: readonly string[]): Promise<Published> {
  if (suites.length === 0) return NOTHING;
  const atUrl = isUrl(of.place);
  const uri = atUrl ? of.place : pathToFileURL(`${resolve(of.place)}/`).href;
  const options = new Map([['Check-Valid-Until', 'no']]);
  if (of.keys.length > 0) {
    const keys = await keysOf(of, suites);
    if (keys === undefined) return { ...NOTHING, absent: suites };
    options.set('Signed-By', `\n${keys.trim()}`);
  }
  const source: AptSource = {
    file: of.place,
    uris: [uri],
    suites,
    components: ['main'],
    options,
  };
  return withTemporaryDirectory('published', async (parent) => {
    const root = await prepareAptRoot(parent, [source], of.architectures);
    const absent = await fetchLists(root, of);
    if (absent.length > 0) {
      const read = await readSuites(of, difference(suites, absent));
      return { ...read, absent: [...absent, ...read.absent] };
    }
    const packages = new Map<string, PublishedPackage>();
    const codenames = new Map<string, string>();
    for (const { file, suite, codename } of await indexFiles(root)) {
      const { stdout } = await runApt(root, '/usr/lib/apt/apt-helper', ['cat-file', file], {
        maximumOutput: MOST_INDEX,
      });
      codenames.set(suite, codename);
      // The list of each architecture also has the packages with `Architecture: all`.
      for (const one of parsePublished(stdout, suite))
        packages.set(`${suite} ${one.fileName}`, one);
    }
    return { exists: true, absent, packages: [...packages.values()], codenames };
  });
}

/**
 * Returns the public keys for Signed-By. A URL at which nothing has been published yet offers no keys. For such a URL,
 * returns undefined if `skipAbsent` is set. Otherwise throws the errors of publicKeys.
 */
async function keysOf(
  { keys, place, skipAbsent = false }: RepositoryPlace,
  suites: readonly string[],
): Promise<string | undefined> {
  try {
    return await publicKeys(keys, place);
  } catch (error) {
    const isUnknown = error instanceof DkmsDebError && error.code === 'key-missing';
    if (!isUnknown || !skipAbsent || !isUrl(place) || !keys.every(isFingerprint)) throw error;
    for (const suite of suites) {
      const path = `${suiteDirectory(suite)}/InRelease`;
      const found = await readRepositoryFile({ repository: place, path, mostBytes: MOST_RELEASE });
      if (found !== undefined) throw error;
    }
    return undefined;
  }
}

/** Returns the suites of a repository in a directory: the directories below dists/ that have an index. */
export async function suitesIn(directory: string): Promise<string[]> {
  const names = await namesIn(join(directory, 'dists'));
  return names.filter((name) => hasIndex(directory, name)).sort();
}

/**
 * Returns the architectures that the index of a suite names. The index is not verified: the result only decides which
 * lists apt is asked for.
 */
export async function architecturesIn(directory: string, suite: string): Promise<string[]> {
  const text = await readFile(join(directory, 'dists', suite, 'InRelease'), 'utf8').catch(() => '');
  const words = /^Architectures: (.*)$/m.exec(text)?.[1] ?? '';
  return words.split(/\s+/).filter((word) => /^[a-z0-9-]+$/.test(word));
}

function hasIndex(directory: string, suite: string): boolean {
  return existsSync(join(directory, 'dists', suite, 'InRelease'));
}

function difference(all: readonly string[], without: readonly string[]): string[] {
  return all.filter((one) => !without.includes(one));
}

/**
 * Fetches the lists with apt-get update. Returns [] if all were fetched. If `skipAbsent` is set and all errors are
 * about suites that the repository does not have, returns these suites. Throws InputError `repository-untrusted` or
 * `repository-unreadable`, or SystemError `disk-full`, for everything else: apt keeps old lists if a signature is
 * wrong, so they must not be used.
 */
async function fetchLists(
  root: AptRoot,
  { place, keys, skipAbsent = false }: RepositoryPlace,
): Promise<string[]> {
  const { exitStatus, output } = await runApt(root, 'apt-get', ['update', '-q', '--error-on=any'], {
    accept: [0, 1, 100],
    timeoutSeconds: UPDATE_SECONDS,
  });
  if (exitStatus === 0) return [];
  const [absent, others] = [absentSuites(output), output.match(/^E:/gm)?.length ?? 0];
  // The suites are only left out if all errors are about missing suites. A server that is down causes another error.
  if (skipAbsent && absent.length > 0 && absent.length === others) return absent;
  const said = output.split('\n').filter((line) => /^(?:E|W|Err):/.test(line));
  const isUnknownKey = /NO_PUBKEY|is not signed|Missing key/.test(output);
  const messages = lastLines(said.join('\n'), 6).filter(Boolean);
  refuseWithoutRoom(root.directory, messages);
  if (isUnknownKey) {
    const expected = keys.length > 0 ? keys.join(', ') : "a key that the machine's apt trusts";
    throw new InputError('repository-untrusted', `${place} is not signed by ${expected}`, {
      output: messages,
      hint: 'Ask the operator of the repository for its key, and name this key (--key, or keys: in dkms-deb.yaml).',
    });
  }
  throw new InputError('repository-unreadable', `apt cannot read the repository ${place}`, {
    output: messages,
    hint: 'Check the address, the names of the suites and the network.',
  });
}

/** Returns the suites for which a server says that it has neither InRelease nor Release (404). */
function absentSuites(output: string): string[] {
  const found = output.matchAll(
    /^E: The repository '\S+ (\S+) Release' does not have a Release file/gm,
  );
  return [...found].flatMap(([, suite]) => suite ?? []);
}
