import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDeb822 } from '../debian/deb822.ts';
import type { SourceEntry } from '../dkms/source/source-entry.ts';
import { DkmsDebError, InputError } from '../errors.ts';
import type { Reporter } from '../report/reporter.ts';
import { namesIn } from '../system/files/names-in.ts';
import { readTreeText } from '../system/files/read-tree-file.ts';
import { explainNoRoom } from '../system/process/no-room.ts';
import { run } from '../system/process/run.ts';
import { refuseUnapplied } from './refuse-unapplied.ts';
import { QUILT, type SourcePackage } from './source-package.ts';
import { passOnWarnings } from './tool-warnings.ts';

/**
 * Matches object files, which a driver may contain. dpkg-source leaves object files out unless it gets --tar-ignore
 * with other patterns.
 */
const OBJECT = /\.(a|la|o|so)$/;

/**
 * The patterns of files that dpkg-source leaves out by default, except object files (Dpkg::Source::Package,
 * tar_ignore_default_pattern).
 */
const IGNORED = [
  ...['.*.sw?', '*/*~', ',,*', '.[#~]*', '.arch-ids', '.arch-inventory', '.be', '.bzr'],
  ...['.bzr.backup', '.bzr.tags', '.bzrignore', '.cvsignore', '.deps', '.git', '.gitattributes'],
  ...['.gitignore', '.gitmodules', '.gitreview', '.hg', '.hgignore', '.hgsigs', '.hgtags'],
  ...[
    '.mailmap',
    '.mtn-ignore',
    '.shelf',
    '.svn',
    'CVS',
    'DEADJOE',
    'RCS',
    '_MTN',
    '_darcs',
    '{arch}',
  ],
];

/**
 * Makes the source package of a private tree with dpkg-source -b. `staging` has the orig tarballs, and the results are
 * written there. `timestamp` is the value of SOURCE_DATE_EPOCH. Returns the name of the .dsc, and the names of the
 * files that it lists. Throws InputError `source-package` with the output of dpkg-source.
 */
export async function buildSourcePackage(
  tree: string,
  staging: string,
  options: {
    readonly stem: string;
    readonly timestamp: number;
    readonly entries: readonly SourceEntry[];
    readonly reporter: Reporter;
  },
): Promise<{ dsc: string; files: string[] }> {
  const objects = options.entries.some(({ type, path }) => type === 'file' && OBJECT.test(path));
  const ignore = objects ? IGNORED.map((pattern) => `--tar-ignore=${pattern}`) : [];
  await dpkgSource(['-b', ...ignore, tree], staging, options);
  const dsc = `${options.stem}.dsc`;
  const text = await readFile(join(staging, dsc), 'utf8');
  const listed = parseDeb822(text, dsc).paragraphs[0]?.get('Checksums-Sha256') ?? '';
  const files = listed
    .split('\n')
    .map((line) => line.trim().split(/\s+/)[2] ?? '')
    .filter(Boolean);
  return { dsc, files };
}

/** Whether a source package has the format 3.0 (quilt) and patches, which dpkg-source applies before a build. */
export async function hasPatches(debian: string, source: SourcePackage): Promise<boolean> {
  if (source.format !== QUILT) return false;
  const directory = join(debian, 'patches');
  const names = await namesIn(directory);
  const series = names.filter((name) => name.endsWith('series'));
  const texts = await Promise.all(series.map((name) => readTreeText(join(directory, name))));
  return texts.some((text) => /^[ \t]*[^#\s]/m.test(text));
}

/**
 * Applies debian/patches in a private tree, as dpkg-buildpackage does before a build. Throws InputError
 * `source-package` with the output of dpkg-source if a later patch does not apply, and the errors of refuseUnapplied.
 */
export async function applyPatches(
  tree: string,
  options: { readonly timestamp: number; readonly reporter: Reporter },
): Promise<void> {
  await dpkgSource(['--before-build', tree], tree, { ...options, failure: NOT_APPLIED });
  await refuseUnapplied(tree);
}

interface Failure {
  readonly message: string;
  /** Returns the hint for the output of dpkg-source. */
  readonly hintFor: (said: string) => string;
}

const NOT_MADE: Failure = { message: 'dpkg-source cannot make the source package', hintFor };
const NOT_APPLIED: Failure = {
  message: 'dpkg-source cannot apply debian/patches',
  hintFor: () => 'Correct the patch that dpkg-source names, or remove it from the series.',
};

interface ToolOptions {
  readonly timestamp: number;
  readonly reporter: Reporter;
  /** The text of the error if dpkg-source fails. The default is NOT_MADE. */
  readonly failure?: Failure;
}

async function dpkgSource(
  args: readonly string[],
  cwd: string,
  { timestamp, reporter, failure = NOT_MADE }: ToolOptions,
): Promise<void> {
  try {
    const { output } = await run('dpkg-source', args, {
      cwd,
      env: { SOURCE_DATE_EPOCH: String(timestamp) },
      timeoutSeconds: 1800,
    });
    passOnWarnings(output, reporter);
  } catch (error) {
    const explained = explainNoRoom(error);
    if (!(explained instanceof DkmsDebError) || explained.code !== 'tool-failed') throw explained;
    throw new InputError('source-package', failure.message, {
      output: explained.output,
      hint: failure.hintFor(explained.output.join('\n')),
      cause: error,
    });
  }
}

function hintFor(said: string): string {
  if (/local changes detected|unrepresentable changes|unexpected upstream changes/.test(said)) {
    return 'Make a patch (dpkg-source --commit), or release a new upstream version: the tree differs from the upstream tarball.';
  }
  if (/no upstream tarball found/.test(said)) {
    return 'Compress the upstream tarball with xz, gzip or bzip2: this dpkg-source does not know its compression.';
  }
  if (/subprocess returned|unpack|This does not look like a tar|not in gzip format/.test(said)) {
    return 'Look at the upstream tarball (.orig.tar.*) and debian/patches.';
  }
  return 'Read the messages of dpkg-source, and dpkg-source(1).';
}
