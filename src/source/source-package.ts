import { join } from 'node:path';
import type { ChangelogEntry } from '../debian/changelog.ts';
import { latestEntry } from '../debian/latest-entry.ts';
import { withoutEpoch, withoutRevision } from '../debian/version.ts';
import { initCommand } from '../dkms/source/init-command.ts';
import { InputError, readingHint } from '../errors.ts';
import { readTreeText } from '../system/files/read-tree-file.ts';
import { causeOf } from '../system/process/refusal.ts';

/** The source package, as debian/changelog and debian/source/format describe it. */
export interface SourcePackage {
  readonly name: string;
  /** The whole version, with epoch and revision. */
  readonly version: string;
  /** The version without epoch and revision, as in the name of the orig tarball. */
  readonly upstream: string;
  /** The version without epoch, as in the name of the .dsc. */
  readonly fileVersion: string;
  readonly latest: ChangelogEntry;
  readonly changelogFile: string;
  /** The contents of debian/source/format. `1.0` if the file does not exist (dpkg-source(1)). */
  readonly format: string;
}

export const NATIVE = '3.0 (native)';
export const QUILT = '3.0 (quilt)';

/**
 * Reads debian/changelog and debian/source/format. Throws InputError `changelog-syntax`, with file and line,
 * `debian-file-missing`, `bad-changelog`, `unreadable`, and the errors of readTreeFile.
 */
export async function readSourcePackage(debian: string): Promise<SourcePackage> {
  const changelogFile = join(debian, 'changelog');
  const text = await readTreeText(changelogFile).catch((cause: unknown) => {
    if (cause instanceof InputError) throw cause;
    throw new InputError('debian-file-missing', 'the changelog cannot be read', {
      where: { file: changelogFile },
      hint: readingHint(cause, `Write a changelog with dch, or with: ${initCommand(debian)}`),
      cause,
    });
  });
  const latest = await latestEntry(text, changelogFile);
  if (latest === undefined) {
    throw new InputError('bad-changelog', 'the changelog has no entry', {
      where: { file: changelogFile },
      hint: `Write an entry with dch, or with: ${initCommand(debian)}`,
    });
  }
  return { ...identity(latest), latest, changelogFile, format: await readFormat(debian) };
}

function identity({
  source,
  version,
}: ChangelogEntry): Pick<SourcePackage, 'name' | 'version' | 'upstream' | 'fileVersion'> {
  const fileVersion = withoutEpoch(version);
  return { name: source, version, fileVersion, upstream: withoutRevision(fileVersion) };
}

async function readFormat(debian: string): Promise<string> {
  const file = join(debian, 'source/format');
  const text = await readTreeText(file).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return '1.0';
    if (cause instanceof InputError) throw cause;
    throw new InputError('unreadable', `the file cannot be read: ${causeOf(cause)[0]}`, {
      where: { file },
      hint: readingHint(cause, 'Write one line into the file, such as "3.0 (quilt)".'),
      cause,
    });
  });
  return text.trim();
}

/**
 * Checks whether dkms-deb supports the source format, and whether the version fits the format (dpkg-source(1), "SOURCE
 * PACKAGE FORMATS"). Throws InputError `source-format`, `native-revision`, `quilt-without-revision`.
 */
export function checkSourceFormat(debian: string, source: SourcePackage): void {
  const formatFile = join(debian, 'source/format');
  const { format, fileVersion, latest } = source;
  const where = { file: source.changelogFile, line: latest.line };
  if (format !== NATIVE && format !== QUILT) {
    throw new InputError('source-format', `the source format "${format}" is not supported`, {
      where: { file: formatFile },
      hint: `Write "${fileVersion.includes('-') ? QUILT : NATIVE}" into debian/source/format, or use dpkg-buildpackage.`,
    });
  }
  if (format === NATIVE && fileVersion.includes('-')) {
    throw new InputError(
      'native-revision',
      `${latest.version} has a Debian revision, but ${formatFile} has ${NATIVE}`,
      {
        where,
        hint: `Write ${withoutRevision(latest.version)} into debian/changelog; or "${QUILT}" into debian/source/format, if upstream makes its own releases.`,
      },
    );
  }
  if (format === QUILT && !fileVersion.includes('-')) {
    throw new InputError(
      'quilt-without-revision',
      `${latest.version} has no Debian revision, but ${formatFile} has ${QUILT}`,
      {
        where,
        hint: `Write ${latest.version}-1 into debian/changelog; or "${NATIVE}" into debian/source/format, if there is no upstream tarball.`,
      },
    );
  }
}
