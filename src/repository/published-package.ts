/**
 * A package in the index of a published repository. A text that the index lacks is '' here, and a size that the index
 * lacks is 0.
 */
export interface PublishedPackage {
  /** The directory below dists/. In repositories of dkms-deb it is the codename, unless dkms-deb.yaml renames it. */
  readonly suite: string;
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** The path of the .deb, relative to the repository. */
  readonly fileName: string;
  /** The size of the .deb in bytes. */
  readonly size: number;
  /** The SHA-256 in lower-case hex. */
  readonly sha256: string;
  /** The name of the source package. If the index names no source, it is the name of the package. */
  readonly source: string;
  readonly depends: string;
  readonly provides: string;
  /** The Build-Key, `sha256:…`: a digest of everything from which the modules were built. */
  readonly buildKey: string;
  readonly buildInputs: string;
  /** The keys that signed the modules, in the form of modinfo's sig_key. */
  readonly moduleSigners: string;
  /** For a package of modules, the release of its kernel. */
  readonly kernelRelease: string;
  readonly kernelVersion: string;
}

const FIELDS = [
  'Package',
  'Version',
  'Architecture',
  'Filename',
  'Size',
  'SHA256',
  'Source',
  'Depends',
  'Provides',
  'Build-Key',
  'Build-Inputs',
  'Module-Signers',
  'Kernel-Release',
  'Kernel-Version',
] as const;
type FieldName = (typeof FIELDS)[number];
const SPELLING = new Map(FIELDS.map((name) => [name.toLowerCase(), name]));

/**
 * Reads the text of a Packages file. Only the fields that are needed are parsed, because a repository may have a
 * hundred thousand packages. A stanza that lacks the name, the version or the file name is left out.
 */
export function parsePublished(text: string, suite: string): PublishedPackage[] {
  const packages: PublishedPackage[] = [];
  for (const stanza of text.split(/\n(?:[ \t]*\n)+/)) {
    const found = wantedFields(stanza);
    const get = (name: FieldName) => found.get(name) ?? '';
    const [name, version, fileName] = [get('Package'), get('Version'), get('Filename')];
    if (name === '' || version === '' || fileName === '') continue;
    packages.push({
      suite,
      name,
      version,
      architecture: get('Architecture'),
      fileName: fileName.replace(/^(?:\.\/)+/, ''),
      size: Number(get('Size')),
      sha256: get('SHA256').toLowerCase(),
      source: get('Source').replace(/\s.*/s, '') || name,
      depends: get('Depends'),
      provides: get('Provides'),
      buildKey: get('Build-Key'),
      buildInputs: get('Build-Inputs'),
      moduleSigners: get('Module-Signers'),
      kernelRelease: get('Kernel-Release'),
      kernelVersion: get('Kernel-Version'),
    });
  }
  return packages;
}

/** Returns the values of the wanted fields of a stanza. If a field occurs twice, the first value is returned. */
function wantedFields(stanza: string): Map<FieldName, string> {
  const found = new Map<FieldName, string>();
  let current: FieldName | undefined;
  for (const line of stanza.split('\n')) {
    if (line.startsWith(' ') || line.startsWith('\t')) {
      if (current !== undefined) found.set(current, `${found.get(current)}\n${line}`);
      continue;
    }
    const colon = line.indexOf(':');
    const known = colon < 0 ? undefined : SPELLING.get(line.slice(0, colon).toLowerCase());
    current = known === undefined || found.has(known) ? undefined : known;
    if (current !== undefined) found.set(current, line.slice(colon + 1));
  }
  for (const [name, value] of found) found.set(name, unfolded(value));
  return found;
}

function unfolded(value: string): string {
  return value.includes('\n') ? value.replace(/\s*\n\s*/g, ' ').trim() : value.trim();
}
