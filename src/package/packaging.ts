import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type ChangelogEntry, parseChangelog } from '../debian/changelog.ts';
import { type Deb822Paragraph, parseDeb822 } from '../debian/deb822.ts';
import { checkPackageName } from '../debian/package-name.ts';
import { InputError, readingHint } from '../errors.ts';

/** A debian/ directory, read: what `build` makes a package of. */
export interface Packaging {
  /** The debian/ directory itself; it may lie apart from the source tree. */
  readonly directory: string;
  readonly source: Deb822Paragraph;
  /** The one binary package. */
  readonly binary: Deb822Paragraph;
  readonly packageName: string;
  readonly latest: ChangelogEntry;
  readonly changelogFile: string;
  /** 3.0 (native): the version has no Debian revision. */
  readonly native: boolean;
  /** Path of `debian/<package>.<kind>` or `debian/<kind>` (debhelper(7), "debian/package.foo"). */
  file(kind: string): string | undefined;
}

/**
 * Reads debian/control, changelog and source/format. InputError with file and line for what does
 * not parse, `several-packages` for more than one binary package.
 */
export async function readPackaging(directory: string): Promise<Packaging> {
  const controlFile = join(directory, 'control');
  const [source, binary, ...others] = parseDeb822(
    await readNeeded(controlFile),
    controlFile,
  ).paragraphs;
  const packageName = binary?.get('Package');
  if (!source?.get('Source') || !binary || packageName === undefined) {
    throw new InputError('bad-control', 'needs a Source stanza and a Package stanza', {
      where: { file: controlFile },
      hint: 'See dkms-deb init for one that is right.',
    });
  }
  checkPackageName(packageName, 'Package', { file: controlFile });
  const other = others[0]?.get('Package');
  if (other !== undefined) {
    throw new InputError(
      'several-packages',
      `dkms-deb builds one binary package, not ${other} too`,
      {
        where: { file: controlFile },
        hint: 'Let debhelper build them: dkms-deb init --rules dh.',
      },
    );
  }
  const changelogFile = join(directory, 'changelog');
  const [latest] = parseChangelog(await readNeeded(changelogFile), changelogFile, {
    maxEntries: 1,
  });
  if (latest === undefined) {
    throw new InputError('bad-changelog', 'has no entry', {
      where: { file: changelogFile },
      hint: 'Write one with dch, or let dkms-deb init write it.',
    });
  }
  const files = new Set(await readdir(directory));
  return {
    directory,
    source,
    binary,
    packageName,
    latest,
    changelogFile,
    native: !latest.version.includes('-'),
    file(kind) {
      const name = [`${packageName}.${kind}`, kind].find((candidate) => files.has(candidate));
      return name === undefined ? undefined : join(directory, name);
    },
  };
}

async function readNeeded(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new InputError('debian-file-missing', 'cannot be read', {
      where: { file },
      hint: readingHint(cause, 'Make a complete debian/ directory with dkms-deb init.'),
      cause,
    });
  }
}

/** Whether a tree has a debian/ directory with a control file. */
export async function hasPackaging(tree: string): Promise<boolean> {
  return stat(join(tree, 'debian/control')).then(
    (found) => found.isFile(),
    () => false,
  );
}
