import { type ChangelogEntry, parseChangelog } from '../debian/changelog.ts';
import type { Deb822Paragraph } from '../debian/deb822-paragraph.ts';
import { type Person, parsePerson } from '../debian/person.ts';
import { readTreeText } from '../system/files/read-tree-file.ts';
import type { Packaging } from './packaging.ts';

/** What a package of compiled modules says of the driver, from debian/ or from the tree's facts. */
export interface DriverDescription {
  readonly source: string;
  /** The package with the source, which PACKAGE_NAME need not tell: ovpn-dco is in openvpn-dco-dkms. */
  readonly dkmsPackage: string;
  /** Version of the driver's package: latest changelog entry, or what init would write. */
  readonly version: string;
  /** Of the source package: without the +b1 of a package that was only built again. */
  readonly sourceVersion: string;
  readonly maintainer: Person;
  readonly homepage: string | undefined;
  readonly synopsis: string;
  readonly paragraphs: readonly string[];
  readonly copyright: string;
  /** Of the driver's package, up to `version`; '' where there is none. */
  readonly changelog: string;
  readonly distributions: readonly string[];
}

/** What debian/ or a package says; undefined where it leaves out what packages of modules must have. */
export type FoundDescription = Omit<DriverDescription, Needed> & {
  readonly [Field in Needed]: DriverDescription[Field] | undefined;
};
type Needed = 'maintainer' | 'synopsis' | 'copyright';

/** What debian/ says of the driver, for its packages of compiled modules. */
export async function describePackaging(packaging: Packaging): Promise<FoundDescription> {
  const { source, binary, latest } = packaging;
  const copyrightFile = packaging.file('copyright');
  const [synopsis = '', ...lines] = (binary.get('Description') ?? '').split('\n');
  return {
    source: source.get('Source') ?? packaging.packageName,
    dkmsPackage: packaging.packageName,
    version: latest.version,
    sourceVersion: latest.version,
    maintainer: parsePerson(source.get('Maintainer') ?? '') ?? latest.maintainer,
    homepage: source.get('Homepage') ?? binary.get('Homepage'),
    synopsis: withoutDkms(synopsis) || undefined,
    paragraphs: aboutTheDriver(lines),
    copyright: copyrightFile && orNothing(await readTreeText(copyrightFile)),
    changelog: closedEntries(await readTreeText(packaging.changelogFile).catch(() => '')),
    distributions: latest.distributions,
  };
}

/** A changelog without an entry at its top that nobody finished: no package has such a one. */
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

/** What the control file of a -dkms package says of the driver; its changelog tells the rest. */
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
  // `name (version)` where the source's is another (deb-control(5)).
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

/** "… (DKMS)", "… - DKMS source": true of the source package, not of compiled modules. */
function withoutDkms(synopsis: string): string {
  return synopsis.replace(/\s*(\(DKMS[^)]*\)|[-–—,]\s*DKMS( version| source)?)$/i, '');
}

/** The paragraphs of a long description that do not speak of DKMS or of source. */
function aboutTheDriver(lines: readonly string[]): string[] {
  const text = lines.map((line) => line.trim()).join('\n');
  return text
    .split(/\n\.?\n/)
    .map((paragraph) => paragraph.replaceAll('\n', ' ').trim())
    .filter((paragraph) => paragraph !== '' && !/\bDKMS\b|source code/i.test(paragraph));
}
