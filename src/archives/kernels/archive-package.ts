import type { IndexFile } from '../apt/update-lists.ts';

/** What a package list contains about a package that may be a part of a kernel's headers. */
export interface ArchivePackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** The source package; the binary's name if the list gives none. */
  readonly source: string;
  readonly depends: string;
  readonly provides: string;
  /** The first line of the description. */
  readonly synopsis: string;
  /** Bytes of the .deb. */
  readonly size: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Path below the archive's URI. */
  readonly fileName: string;
  readonly index: Omit<IndexFile, 'file'>;
}

/** Names of packages that may be parts of headers, in all families: Debian, Ubuntu, Proxmox, Raspberry Pi OS, Armbian. */
export const HEADER_PACKAGE =
  /^(?:linux(?:-[a-z][a-z0-9-]*?)?-headers|(?:pve|proxmox)(?:-default)?-headers|linux-kbuild|linux-base|linux-compiler|raspberrypi-kernel-headers)(?:-|$)/;

/** Reads one stanza of a Packages file; undefined if the package is not part of any kernel's headers. */
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
