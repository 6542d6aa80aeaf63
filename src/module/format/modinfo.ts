import type { ElfFile } from './elf-file.ts';

/** The `tag=value` strings of the `.modinfo` section, which modinfo(8) prints, in their order. */
export class Modinfo {
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(values: ReadonlyMap<string, readonly string[]>) {
    this.#values = values;
  }

  /** Returns the first value of a tag; the kernel uses this value. Returns undefined if the tag has no value. */
  first(tag: string): string | undefined {
    return this.#values.get(tag)?.[0];
  }

  /** Returns all values of a tag. */
  all(tag: string): readonly string[] {
    return this.#values.get(tag) ?? [];
  }

  /** Returns the items of a tag whose value is a list separated by commas, such as `depends`. */
  list(tag: string): string[] {
    return (this.first(tag) ?? '').split(',').filter((part) => part !== '');
  }
}

/**
 * The most bytes of `.modinfo` that are read. The rest is left out. Among the kernel's modules, the largest `.modinfo`
 * has a few hundred thousand bytes, because it has many aliases.
 */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * Reads the section `.modinfo` (include/linux/moduleparam.h, __MODULE_INFO). Returns undefined if the section is
 * missing or empty.
 */
export function readModinfo(elf: ElfFile): Modinfo | undefined {
  const section = elf.section('.modinfo');
  if (section === undefined || section.content.length === 0) return undefined;
  const values = new Map<string, string[]>();
  for (const line of section.content.toString('utf8', 0, MOST_BYTES).split('\0')) {
    const equals = line.indexOf('=');
    if (equals <= 0) continue;
    const tag = line.slice(0, equals);
    const known = values.get(tag);
    if (known === undefined) values.set(tag, [line.slice(equals + 1)]);
    else known.push(line.slice(equals + 1));
  }
  return new Modinfo(values);
}

/** The licences that the kernel accepts as GPL-compatible (include/linux/license.h, license_is_gpl_compatible). */
const GPL_COMPATIBLE: readonly string[] = [
  'GPL',
  'GPL v2',
  'GPL and additional rights',
  'Dual BSD/GPL',
  'Dual MIT/GPL',
  'Dual MPL/GPL',
];

/** Whether the kernel allows a module with this licence to use symbols of EXPORT_SYMBOL_GPL. */
export function isGplCompatible(license: string | undefined): boolean {
  return license !== undefined && GPL_COMPATIBLE.includes(license);
}
