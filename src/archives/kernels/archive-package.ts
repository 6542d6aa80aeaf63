import type { IndexFile } from '../apt/update-lists.ts';

/** A package that may be a part of a kernel's headers, as a list of packages describes it. */
export interface ArchivePackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** The name of the source package. If the list names no source, it is the name of the binary package. */
  readonly source: string;
  readonly depends: string;
  readonly provides: string;
  /** The first line of the description. */
  readonly synopsis: string;
  /** The size of the .deb in bytes. */
  readonly size: number;
  /** The sha256 of the .deb, in lower-case hex. */
  readonly sha256: string;
  /** The path of the .deb, relative to the archive's URI. */
  readonly fileName: string;
  readonly index: Omit<IndexFile, 'file'>;
}

/** Names of packages that may be parts of headers, for Debian, Ubuntu, Proxmox, Raspberry Pi OS and Armbian. */
export const HEADER_PACKAGE =
  /^(?:linux(?:-[a-z][a-z0-9.-]*?)?-headers|(?:pve|proxmox)(?:-default)?-headers|linux-kbuild|linux-base|linux-compiler|raspberrypi-kernel-headers)(?:-|$)/;

/**
 * The forms that Debian allows for names and versions (Policy 5.6.7 and 5.6.12), and the form of a sha256. They are
 * checked because these texts become arguments and file names.
 */
const VALID = {
  name: /^[a-z0-9][a-z0-9+.-]+$/,
  version: /^(?:\d+:)?\d[A-Za-z0-9.+~-]*$/,
  architecture: /^[a-z0-9][a-z0-9-]*$/,
  source: /^[a-z0-9][a-z0-9+.-]+$/,
  sha256: /^[0-9a-f]{64}$/,
} as const;

/** Returns the name of the first property whose form is not allowed. Returns undefined if all forms are allowed. */
export function invalidProperty(one: ArchivePackage): string | undefined {
  const names = Object.keys(VALID) as (keyof typeof VALID)[];
  const found = names.find((name) => !VALID[name].test(one[name]));
  return found ?? (Number.isSafeInteger(one.size) && one.size >= 0 ? undefined : 'size');
}

/**
 * Reads one stanza of a Packages file. Returns undefined if the package is not a part of headers. The result is not
 * checked: see invalidProperty.
 */
export function readStanza(stanza: string, index: IndexFile): ArchivePackage | undefined {
  const name = /^Package:[ \t]*(\S+)/m.exec(stanza)?.[1];
  if (name === undefined || !HEADER_PACKAGE.test(name)) return undefined;
  const fields = fieldsOf(stanza);
  const get = (field: string) => fields.get(field) ?? '';
  const { file: _, ...origin } = index;
  return {
    name,
    version: get('version'),
    architecture: get('architecture'),
    source: get('source').replace(/ .*/s, '') || name,
    depends: [get('pre-depends'), get('depends')].filter(Boolean).join(', '),
    provides: get('provides'),
    synopsis: get('description').split('\n')[0] ?? '',
    size: Number(get('size')),
    sha256: get('sha256').toLowerCase(),
    fileName: get('filename'),
    index: origin,
  };
}

function fieldsOf(stanza: string): Map<string, string> {
  const fields = new Map<string, string>();
  let last: string | undefined;
  for (const line of stanza.split('\n')) {
    const [, name, value = ''] = /^([^\s:]+):[ \t]*(.*)$/.exec(line) ?? [];
    if (name !== undefined) {
      last = name.toLowerCase();
      fields.set(last, value);
    } else if (last !== undefined && line !== '') {
      fields.set(last, `${fields.get(last)}\n${line.trim()}`);
    }
  }
  return fields;
}
