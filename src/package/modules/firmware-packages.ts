import { posix } from 'node:path';
import type { KernelFamily } from '../../kernel/kernel-family.ts';
import { readTemplateText } from '../../system/text/template.ts';

/** What is known about the packages of the firmware files that modules ask for (MODULE_FIRMWARE). */
export interface WantedFirmware {
  /** Packages of Debian that have some of the files, sorted. */
  readonly packages: readonly string[];
  /** Files of which no package is known (LIST). */
  readonly unknown: readonly string[];
}

/** The path below templates/ of the list of packages with firmware. scripts/firmware.ts makes the list. */
const LIST = 'firmware/debian-13.txt';

let known: ReadonlyMap<string, string> | undefined;

/**
 * Returns which packages of Debian have these files. Only exact names are compared, because another file in the same
 * directory may be in another package, or in none. If `family` is not debian, all files are unknown, because other
 * distributions have other packages.
 */
export function firmwarePackages(
  names: Iterable<string>,
  family: KernelFamily | undefined,
): WantedFirmware {
  if (family !== 'debian') return { packages: [], unknown: [...new Set(names)].sort() };
  known ??= readList();
  const packages = new Set<string>();
  const unknown = new Set<string>();
  for (const name of names) {
    const found = known.get(posix.normalize(name));
    if (found === undefined) unknown.add(name);
    else packages.add(found);
  }
  return { packages: [...packages].sort(), unknown: [...unknown].sort() };
}

function readList(): Map<string, string> {
  const owners = new Map<string, string>();
  const text = readTemplateText(LIST);
  if (text === undefined) throw new Error(`templates/${LIST} is missing`);
  for (const line of text.split('\n')) {
    const [name = '', directory = '', ...files] = line.split(' ');
    if (name === '#') continue;
    for (const file of files) owners.set(posix.join(directory, file), name);
  }
  return owners;
}
