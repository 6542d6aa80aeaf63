import { gunzipSync } from 'node:zlib';
import { type DebReader, readDeb } from '../../archive/deb-reader.ts';
import { parseChangelog } from '../../debian/changelog.ts';
import { parseDeb822 } from '../../debian/deb822.ts';
import { parsePerson } from '../../debian/person.ts';
import { dkmsPackageName } from '../../dkms/conf/names.ts';
import { ArchiveError } from '../../errors.ts';
import type { DriverDescription } from '../driver-description.ts';
import { splitModulesVersion } from './kernel-relations.ts';

/**
 * What a metapackage takes over from the package of modules on which it depends: the driver's description, and the one
 * time stamp that all files get.
 */
export interface DescribedModules {
  readonly description: DriverDescription;
  /** The time stamp of the files, in seconds since 1970. */
  readonly timestamp: number;
}

/** The most bytes that a decompressed changelog may have. A larger one is an error. */
const MOST_CHANGELOG = 16 * 1024 * 1024;

/**
 * Returns the description of the driver in a package of modules, as it was when the package was built: a published
 * package may be of an older version than the tree. `stem` is the part of the package's name before -modules-. Throws
 * ArchiveError `control-missing` for a package without a maintainer, `damaged` for a changelog that cannot be read, and
 * the errors of readDeb and parseDeb822.
 */
export async function describeModules(file: string, stem: string): Promise<DescribedModules> {
  const deb = await readDeb(file);
  const control = deb.control.get('control')?.toString('utf8') ?? '';
  const [fields] = parseDeb822(control, `${file} (control)`).paragraphs;
  const get = (name: string) => fields?.get(name) ?? '';
  const name = get('Package');
  const maintainer = parsePerson(get('Maintainer'));
  if (maintainer === undefined) {
    throw new ArchiveError('control-missing', 'the control file has no maintainer', {
      where: { file },
    });
  }
  const { version, rebuild } = splitModulesVersion(get('Version'), get('Kernel-Version'));
  const [, source = name, sourceVersion = version] =
    /^(\S+?)\s*(?:\(\s*(\S+?)\s*\))?$/.exec(get('Source')) ?? [];
  const [synopsis = '', ...text] = get('Description').split('\n');
  // The last paragraph is left out, because it is about the modules of one kernel.
  const paragraphs = text.join('\n').split(/\n\n/).slice(0, -1);
  const changelog = await driverChangelog(deb, name);
  const [latest] = parseChangelog(changelog, 'changelog', { maxEntries: 1, onProblem: () => {} });
  return {
    description: {
      source,
      dkmsPackage: dkmsPackageName(stem),
      version,
      rebuild,
      sourceVersion,
      maintainer,
      homepage: fields?.get('Homepage'),
      synopsis: synopsis.replace(/\s*\([^()]*\)$/, ''),
      paragraphs: paragraphs.map((one) => one.trimEnd()).filter(Boolean),
      copyright: (await document(deb, name, 'copyright'))?.toString('utf8') ?? '',
      changelog,
      distributions: latest?.distributions ?? ['unstable'],
    },
    timestamp: deb.controlEntries[0]?.mtime ?? latest?.timestamp ?? 0,
  };
}

/** Returns the changelog without its first entry, which is about the modules of one kernel. */
async function driverChangelog(deb: DebReader, name: string): Promise<string> {
  const packed =
    (await document(deb, name, 'changelog.Debian.gz')) ??
    (await document(deb, name, 'changelog.gz'));
  if (packed === undefined) return '';
  const text = decompressed(packed, deb.path);
  const next = /\n(?=\S+ \([^)]+\) )/.exec(text.slice(1));
  return next === null ? '' : text.slice(next.index + 2);
}

/** Returns the text of a changelog in gzip format. `file` is the path of the package, for the message. */
function decompressed(changelog: Buffer, file: string): string {
  try {
    return gunzipSync(changelog, { maxOutputLength: MOST_CHANGELOG }).toString('utf8');
  } catch (cause) {
    const why = `the changelog in the package is not gzip, or has more than ${MOST_CHANGELOG} bytes`;
    throw new ArchiveError('damaged', why, {
      where: { file },
      hint: 'Build the package again.',
      cause,
    });
  }
}

async function document(deb: DebReader, name: string, file: string): Promise<Buffer | undefined> {
  return deb.file(`usr/share/doc/${name}/${file}`).catch((error: unknown) => {
    if (error instanceof ArchiveError && error.code === 'no-such-file') return undefined;
    throw error;
  });
}
