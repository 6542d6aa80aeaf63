import { readdirSync } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ChangelogEntry, ChangelogProblem } from '../debian/changelog.ts';
import { type Deb822Paragraph, parseDeb822 } from '../debian/deb822.ts';
import { latestEntry } from '../debian/latest-entry.ts';
import { checkPackageName } from '../debian/package-name.ts';
import { parsePerson } from '../debian/person.ts';
import { initCommand } from '../dkms/source/init-command.ts';
import { InputError, readingHint } from '../errors.ts';
import { readTreeFile } from '../system/files/read-tree-file.ts';
import { ofTree } from '../system/text/command-places.ts';
import { someNames } from '../system/text/some-names.ts';
import { letDebhelperBuild } from './let-debhelper-build.ts';

/** The contents of a debian/ directory that `build` needs to make a package. */
export interface Packaging {
  /** The debian/ directory; it need not be in the source tree. */
  readonly directory: string;
  readonly source: Deb822Paragraph;
  /** The binary package that contains the driver's source. */
  readonly binary: Deb822Paragraph;
  readonly packageName: string;
  readonly latest: ChangelogEntry;
  readonly changelogFile: string;
  /** Whether the package is native: its version has no Debian revision. */
  readonly native: boolean;
  /**
   * Returns the path of `debian/<package>.<kind>`, or else of `debian/<kind>` if that file is for this package
   * (debhelper(7), "debian/package.foo"). Returns undefined if neither exists.
   */
  file(kind: string): string | undefined;
}

/**
 * Reads debian/control and debian/changelog. Throws InputError with file and line for a file that cannot be parsed;
 * `debian-file-missing` for one that cannot be read; `bad-control` if debian/control lacks the Source stanza or a Package stanza;
 * `bad-changelog` for a changelog without an entry; and `several-packages` for more than one binary package. Passes the
 * warnings that dpkg gives about the changelog to `warn`.
 */
export async function readPackaging(
  directory: string,
  warn: (message: string) => void = () => {},
): Promise<Packaging> {
  const { file, source, binaries } = await readControl(directory);
  const [binary, other] = binaries;
  if (binary === undefined) throw noBinary(file);
  const packageName = nameOf(binary, file);
  if (other !== undefined) {
    throw new InputError(
      'several-packages',
      `dkms-deb builds one binary package, but debian/control also has ${other.get('Package')}`,
      {
        where: { file },
        hint: `Remove the other packages, or ${await letDebhelperBuild(directory)}`,
      },
    );
  }
  const changelogFile = join(directory, 'changelog');
  const text = await readNeeded(changelogFile);
  const maintainer = parsePerson(source.get('Maintainer') ?? '');
  const tell = ({ line, message }: ChangelogProblem) =>
    warn(`${changelogFile}:${line}: ${message}`);
  const latest = await latestEntry(text, changelogFile, tell, { maintainer });
  if (latest === undefined) {
    throw new InputError('bad-changelog', 'has no entry', {
      where: { file: changelogFile },
      hint: `Write an entry with dch, or with: ${initCommand(directory)}`,
    });
  }
  return packagingOf({ directory, source, binary, packageName, latest, changelogFile });
}

/**
 * Returns the package of debian/ that contains the source of the driver: the one with debian/<package>.dkms; else the
 * only package; else the only one whose name ends in dkms. Returns undefined if there is none. If debian/ has a package
 * with the name `chosen`, returns this package instead. `unwritten` returns the changelog entry for a debian/ without a
 * changelog or without an entry in it, because some projects write the changelog only when they build. Throws
 * InputError `several-dkms-packages`, and the errors of readPackaging about files.
 */
export async function readDriverPackaging(
  directory: string,
  unwritten: (source: Deb822Paragraph) => Promise<ChangelogEntry>,
  chosen?: string,
): Promise<Packaging | undefined> {
  const { file, source, binaries } = await readControl(directory);
  const files = new Set(await readdir(directory));
  const names = binaries.map((binary) => nameOf(binary, file));
  const chosenOnes = chosen === undefined ? [] : names.filter((name) => name === chosen);
  const [packageName, ...others] =
    chosenOnes.length > 0 ? chosenOnes : driverPackages(names, files);
  if (packageName === undefined) return undefined;
  if (others.length > 0) {
    throw new InputError(
      'several-dkms-packages',
      `debian/ makes several packages that may have the driver: ${someNames([packageName, ...others])}`,
      {
        where: { file },
        hint: 'Choose the driver: --conf debian/PACKAGE.dkms (init, bmdeb, info), or conf: in dkms-deb.yaml.',
      },
    );
  }
  const binary = binaries[names.indexOf(packageName)];
  if (binary === undefined) return undefined;
  const changelogFile = join(directory, 'changelog');
  const maintainer = parsePerson(source.get('Maintainer') ?? '');
  const latest = files.has('changelog')
    ? await latestEntry(await readNeeded(changelogFile), changelogFile, undefined, { maintainer })
    : undefined;
  const about = { directory, source, binary, packageName, changelogFile };
  return packagingOf({ ...about, latest: latest ?? (await unwritten(source)) }, names);
}

/**
 * Returns the names of the binary packages that contain the source of a driver: the packages with
 * debian/<package>.dkms (for the first package, debian/dkms counts, too); else the only package; else the packages
 * whose names end in dkms. `names` are all binary packages in the order of debian/control, `files` the names of the
 * files in debian/.
 */
export function driverPackages(names: readonly string[], files: ReadonlySet<string>): string[] {
  const [first] = names;
  const withConf = names.filter(
    (name) => files.has(`${name}.dkms`) || (name === first && files.has('dkms')),
  );
  if (withConf.length > 0) return withConf;
  return names.length === 1 ? [...names] : names.filter((name) => /dkms$/.test(name));
}

function packagingOf(
  about: Omit<Packaging, 'native' | 'file'>,
  names: readonly string[] = [about.packageName],
): Packaging {
  const { directory, packageName, latest } = about;
  const files = new Set(readdirSync(directory));
  // A file without a package's name belongs to the first package (debhelper(7), "debian/package.foo"). But
  // debian/copyright and debian/NEWS are for every package without such a file of its own (dh_installdocs(1),
  // dh_installchangelogs).
  const isFirst = names[0] === packageName;
  return {
    ...about,
    native: !latest.version.includes('-'),
    file(kind) {
      const candidates = [
        `${packageName}.${kind}`,
        ...(isFirst || kind === 'copyright' || kind === 'NEWS' ? [kind] : []),
      ];
      const name = candidates.find((candidate) => files.has(candidate));
      return name === undefined ? undefined : join(directory, name);
    },
  };
}

async function readControl(directory: string) {
  const file = join(directory, 'control');
  const [source, ...binaries] = parseDeb822(await readNeeded(file), file).paragraphs;
  if (!source?.get('Source') || binaries[0]?.get('Package') === undefined) throw noBinary(file);
  return { file, source, binaries };
}

function nameOf(binary: Deb822Paragraph, file: string): string {
  const name = binary.get('Package') ?? '';
  checkPackageName(name, 'Package', { file });
  return name;
}

function noBinary(file: string): InputError {
  return new InputError('bad-control', 'needs a Source stanza and a Package stanza', {
    where: { file },
    hint: `Correct the file, or remove it and write another: dkms-deb init${ofTree(dirname(dirname(file)))}`,
  });
}

async function readNeeded(file: string): Promise<string> {
  try {
    return (await readTreeFile(file)).toString('utf8');
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw new InputError('debian-file-missing', 'cannot be read', {
      where: { file },
      hint: readingHint(
        cause,
        `Make a complete debian/ directory with: ${initCommand(dirname(file))}`,
      ),
      cause,
    });
  }
}

/**
 * Whether a tree has debian/control. Whether debian/control is a regular file is checked only when it is read. Throws
 * InputError `special-file` if debian is not a directory.
 */
export async function hasPackaging(tree: string): Promise<boolean> {
  const file = join(tree, 'debian');
  const found = await stat(file).catch(() => undefined);
  if (found !== undefined && !found.isDirectory()) {
    throw new InputError('special-file', 'is not a directory', {
      where: { file },
      hint: 'Remove the file: debian/ must be the directory with the packaging.',
    });
  }
  return lstat(join(file, 'control')).then(
    () => true,
    () => false,
  );
}
