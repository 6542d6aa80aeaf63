import { join } from 'node:path';
import { compareVersions } from '../../debian/version.ts';
import { KernelError } from '../../errors.ts';
import { readTreeFile } from '../../system/files/read-tree-file.ts';
import { lastLines } from '../../system/text/last-lines.ts';
import { type AptRoot, runApt } from '../apt/apt-root.ts';
import { callPatiently, SHOWING_ANSWERS } from '../apt/retry-after.ts';

/** A moment at which a snapshot archive had a package. */
export interface SnapshotPlace {
  /** The name of the archive, such as `debian` or `debian-security`. */
  readonly archive: string;
  /** The URI of the archive as it was when the package was new: SNAPSHOT/archive/debian/20261101T000000Z/. */
  readonly uri: string;
}

/** The largest answer in bytes. A larger one is an error. The answer for a kernel's headers has a few kB. */
const MOST_BYTES = 4 * 1024 * 1024;
const SECONDS = 300;

/**
 * Asks a snapshot archive when it first had the newest version of a package (snapshot.debian.org's machine-readable
 * interface, /mr/). `url` is the URL of the snapshot archive, without a slash at its end. Answers are saved in
 * `scratch`. Throws KernelError `snapshot-failed`, and `no-kernel-matches` if the archive never had the package, or
 * never had its newest version for this architecture.
 */
export async function findInSnapshot(
  { root, url, scratch }: { root: AptRoot; url: string; scratch: string },
  name: string,
  architecture: string,
): Promise<SnapshotPlace> {
  const ask = async (path: string) => {
    const uri = `${url}/mr/binary/${encodeURIComponent(name)}/${path}`;
    return readAnswer(root, uri, join(scratch, 'answer.json'));
  };
  const versions = listOf((await ask(''))?.result)
    .map(({ binary_version: version }) => version)
    .filter((version) => typeof version === 'string');
  const newest = versions.sort(compareVersions).at(-1);
  if (newest === undefined) throw neverHad(url, name, architecture);
  const answer = await ask(`${encodeURIComponent(newest)}/binfiles?fileinfo=1`);
  const hashes = listOf(answer?.result)
    .filter((file) => file.architecture === architecture)
    .map(({ hash }) => String(hash));
  const places = hashes
    .flatMap((hash) => listOf(recordOf(answer?.fileinfo)[hash]))
    .flatMap(({ archive_name: archive, first_seen: first }) =>
      typeof archive === 'string' &&
      /^debian(?:-[a-z]+)?$/.test(archive) &&
      typeof first === 'string' &&
      /^\d{8}T\d{6}Z$/.test(first)
        ? [{ archive, uri: `${url}/archive/${archive}/${first}/` }]
        : [],
    );
  // Other archives, such as debian-ports and debian-debug, have no kernels for these suites.
  const place = ['debian', 'debian-security', 'debian-backports']
    .map((archive) => places.find((one) => one.archive === archive))
    .find((one) => one !== undefined);
  if (place === undefined) throw neverHad(url, `version ${newest} of ${name}`, architecture);
  return place;
}

function neverHad(url: string, what: string, architecture: string): KernelError {
  return new KernelError(
    'no-kernel-matches',
    `the snapshot archive ${url} never had ${what} for ${architecture}`,
    { hint: 'Check the release. To list the releases that archives have today: dkms-deb kernels' },
  );
}

/**
 * Asks the snapshot archive for `uri`, saves the answer in `file`, and returns it as JSON. Returns undefined for 404,
 * the answer for an unknown package. Throws KernelError `snapshot-failed`.
 */
async function readAnswer(
  root: AptRoot,
  uri: string,
  file: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const args = ['download-file', '-q', ...SHOWING_ANSWERS, uri, file];
  const result = await callPatiently(() =>
    runApt(root, '/usr/lib/apt/apt-helper', args, { accept: [0, 1, 100], timeoutSeconds: SECONDS }),
  );
  if (result.exitStatus !== 0) {
    if (/^HTTP\/1\.[01] 404\b/m.test(result.stderr)) return undefined;
    throw failed(uri, 'cannot be fetched', lastLines(problemsIn(result.stderr), 3));
  }
  try {
    return recordOf(JSON.parse((await readTreeFile(file, MOST_BYTES)).toString('utf8')));
  } catch {
    throw failed(uri, 'is not the answer of a snapshot archive', []);
  }
}

/** Returns only the errors and warnings of apt: the lines that begin with `E: ` or `W: `. */
function problemsIn(text: string): string {
  return text
    .split('\n')
    .filter((line) => /^[EW]: /.test(line))
    .join('\n');
}

function failed(uri: string, what: string, output: readonly string[]): KernelError {
  return new KernelError('snapshot-failed', `${uri} ${what}`, {
    output,
    hint: 'Check the URL of --snapshot-archive, such as https://snapshot.debian.org, and try again later.',
  });
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function listOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.map(recordOf) : [];
}
