import { enumerate } from '../../module/verify/finding.ts';
import { printableLine } from '../../report/printable.ts';
import type { Reporter } from '../../report/reporter.ts';

/** A module and the devices that it drives. */
export interface DrivenDevices {
  /** The name of the module, as modinfo and modprobe know it. */
  readonly name: string;
  /** The values of modinfo's `alias`. */
  readonly aliases: readonly string[];
}

/** The value of the field Modaliases, and the aliases that cannot be in it. */
interface Modaliases {
  /** The value of the field. Undefined if the modules drive no device that can be named. */
  readonly field: string | undefined;
  readonly leftOut: readonly string[];
}

/**
 * Returns the field Modaliases and the aliases that cannot be in it. The field has the form that ubuntu-drivers reads
 * (ubuntu-drivers-common, UbuntuDrivers/detect.py, _apt_cache_modalias_map): `module(alias, alias), module(alias)`, in
 * the order of modinfo, as dh_modaliases writes it. ubuntu-drivers splits the value at `)`, `(` and `,`, so an alias
 * with one of these or with white space is left out. The name of a bus ends with the first `:`, so an alias without `:`
 * names no device and is ignored. ubuntu-drivers looks up the bus of a device by its name, so it would not find a bus
 * with a wildcard (withoutWildcard).
 */
export function modaliasesOf(modules: readonly DrivenDevices[]): Modaliases {
  const parts: string[] = [];
  const leftOut: string[] = [];
  for (const { name, aliases } of modules) {
    const named = aliases.filter((alias) => alias.includes(':')).flatMap(withoutWildcard);
    const devices = [...new Set(named)];
    const usable = devices.filter((alias) => /^[^(),\s]+$/.test(alias));
    leftOut.push(...devices.filter((alias) => !usable.includes(alias)));
    if (usable.length > 0) parts.push(`${name}(${usable.join(', ')})`);
  }
  return { field: parts.length === 0 ? undefined : parts.join(', '), leftOut };
}

/**
 * Returns patterns for the devices of `alias`, without a wildcard in the name of the bus. The kernel writes such a
 * wildcard in `dmi*:svnACME*` and `acpi*:ABC0001:*` (scripts/mod/file2alias.c). There `*` matches nothing, or further
 * parts of a device's name, so two patterns are returned. An alias with a wildcard at another place of the bus is
 * returned unchanged.
 */
function withoutWildcard(alias: string): string[] {
  const [, bus, rest] = /^([^*:]+)\*:(.*)$/.exec(alias) ?? [];
  return bus === undefined ? [alias] : [`${bus}:${rest}`, `${bus}:*:${rest}`];
}

/**
 * Returns the value of Modaliases, and warns about devices that it cannot name. Returns undefined if no device can be
 * named.
 */
export function toldModaliases(
  modules: readonly DrivenDevices[],
  reporter: Pick<Reporter, 'warn'>,
): string | undefined {
  const { field, leftOut } = modaliasesOf(modules);
  if (leftOut.length > 0) {
    reporter.warn(
      `devices that ubuntu-drivers cannot read are not in Modaliases: ${enumerate(leftOut.map(printableLine))}`,
      'Nothing can be done: the names of these devices have parentheses, commas or blanks.',
    );
  }
  return field;
}
