import { type ChangelogEntry, parseChangelog } from '../debian/changelog.ts';
import type { Deb822Paragraph } from '../debian/deb822-paragraph.ts';
import { type Person, parsePerson } from '../debian/person.ts';
import { withoutBinNmu } from '../debian/version.ts';
import { readTreeText } from '../system/files/read-tree-file.ts';
import type { Packaging } from './packaging.ts';

/**
 * The description of a driver for its packages of compiled modules, from debian/, from a package or from the tree's
 * facts.
 */
export interface DriverDescription {
  readonly source: string;
  /**
   * The name of the package with the source. The name need not follow from PACKAGE_NAME: the driver ovpn-dco is in
   * openvpn-dco-dkms.
   */
  readonly dkmsPackage: string;
  /**
   * The version of the packages. It is the version of the latest changelog entry, of the package, or of the entry that
   * init would write.
   */
  readonly version: string;
  /** The version of the source package, without the +b1 of a binNMU. */
  readonly sourceVersion: string;
  /**
   * How often the packages of modules were built again with other input for the same versions. Undefined for the first
   * build.
   */
  readonly rebuild?: number | undefined;
  readonly maintainer: Person;
  readonly homepage: string | undefined;
  readonly synopsis: string;
  readonly paragraphs: readonly string[];
  readonly copyright: string;
  /** The text of the changelog, whose latest entry has `version`; '' if there is no changelog. */
  readonly changelog: string;
  readonly distributions: readonly string[];
}

/**
 * A description that was read from debian/ or from a package. Required values that are missing there are undefined.
 */
export type FoundDescription = Omit<DriverDescription, Needed> & {
  readonly [Field in Needed]: DriverDescription[Field] | undefined;
};
type Needed = 'maintainer' | 'synopsis' | 'copyright';

/** Reads the description of a driver from debian/. */
export async function describePackaging(packaging: Packaging): Promise<FoundDescription> {
  const { source, binary, latest } = packaging;
  const copyrightFile = packaging.file('copyright');
  const [synopsis = '', ...lines] = (binary.get('Description') ?? '').split('\n');
  return {
    source: source.get('Source') ?? packaging.packageName,
    dkmsPackage: packaging.packageName,
    version: latest.version,
    sourceVersion: withoutBinNmu(latest.version),
    maintainer: parsePerson(source.get('Maintainer') ?? '') ?? latest.maintainer,
    homepage: source.get('Homepage') ?? binary.get('Homepage'),
    synopsis: withoutDkms(synopsis) || undefined,
    paragraphs: aboutTheDriver(lines),
    copyright: copyrightFile && orNothing(await readTreeText(copyrightFile)),
    changelog: closedEntries(await readTreeText(packaging.changelogFile).catch(() => '')),
    distributions: latest.distributions,
  };
}

/**
 * Returns a changelog without an unfinished entry at its top, because a package must not contain such an entry. Returns
 * '' if no entry is finished.
 */
function closedEntries(text: string): string {
  const [entry] = parseChangelog(text, 'changelog', { maxEntries: 1, onProblem: () => {} });
  const first = text.search(/^[^\s#]/m);
  const line = text.slice(0, Math.max(first, 0)).split('\n').length;
  if (entry === undefined) return '';
  return entry.line === line
    ? text
    : text
        .split('\n')
        .slice(entry.line - 1)
        .join('\n');
}

/** Returns the description of a driver from the control file and the documents of its -dkms package. */
export function describeBinary(
  stanza: Deb822Paragraph,
  documents: {
    copyright: string | undefined;
    changelog: string;
    latest: ChangelogEntry | undefined;
  },
): FoundDescription {
  const [synopsis = '', ...lines] = (stanza.get('Description') ?? '').split('\n');
  const packageName = stanza.get('Package') ?? '';
  const version = stanza.get('Version') ?? '0';
  // The field Source is `name (version)` if the source package has another version than the binary package
  // (deb-control(5)).
  const [, source = packageName, sourceVersion = version] =
    /^(\S+?)\s*(?:\(\s*(\S+?)\s*\))?$/.exec(stanza.get('Source') ?? '') ?? [];
  const maintainer = parsePerson(stanza.get('Maintainer') ?? '');
  return {
    source,
    dkmsPackage: packageName,
    version,
    sourceVersion,
    maintainer: maintainer ?? documents.latest?.maintainer,
    homepage: stanza.get('Homepage'),
    synopsis: withoutDkms(synopsis) || undefined,
    paragraphs: aboutTheDriver(lines),
    copyright: orNothing(documents.copyright ?? ''),
    changelog: documents.changelog,
    distributions: documents.latest?.distributions ?? ['unstable'],
  };
}

function orNothing(text: string): string | undefined {
  return text.trim() === '' ? undefined : text;
}

/** Removes "(DKMS)" or "- DKMS source" from the end of a synopsis, because compiled modules are not that. */
function withoutDkms(synopsis: string): string {
  return synopsis.replace(/\s*(\(DKMS[^)]*\)|[-–—,]\s*DKMS( version| source)?)$/i, '');
}

/** Returns the paragraphs of a description that do not mention DKMS or source code. */
function aboutTheDriver(lines: readonly string[]): string[] {
  const text = lines.map((line) => line.trim()).join('\n');
  return text
    .split(/\n\.?\n/)
    .map((paragraph) => paragraph.replaceAll('\n', ' ').trim())
    .filter((paragraph) => paragraph !== '' && !/\bDKMS\b|source code/i.test(paragraph));
}
