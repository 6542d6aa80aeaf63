import { holds } from '../../debian/relations.ts';
import { appendTo } from '../../system/text/append-to.ts';
import { baseSuite } from '../apt/suite-source.ts';
import type { ArchivePackage } from './archive-package.ts';
import { wordsOf } from './package-relations.ts';

/** Packages by their names. A name may have several versions and architectures. */
export type PackagesByName = ReadonlyMap<string, readonly ArchivePackage[]>;

/** Returns the metapackages among `headers`, by the name of the headers package that they depend on. */
export function metasByTarget(
  headers: readonly ArchivePackage[],
  byName: PackagesByName,
): Map<string, ArchivePackage[]> {
  const found = new Map<string, ArchivePackage[]>();
  for (const one of headers) {
    const target = metaTarget(one, byName);
    if (target !== undefined) appendTo(found, target, one);
  }
  return found;
}

/**
 * Returns the metapackages that lead to a headers package: the metapackages of the same Debian or Ubuntu release that
 * depend on the headers package, and the metapackages that depend on such a metapackage. For example,
 * proxmox-default-headers depends on the metapackage proxmox-headers-6.14, which depends on the headers package
 * proxmox-headers-6.14.8-2-pve.
 */
export function metasOf(
  own: ArchivePackage,
  byTarget: PackagesByName,
  steps = 3,
): ArchivePackage[] {
  const direct = (byTarget.get(own.name) ?? []).filter(
    (one) =>
      one !== own &&
      baseSuite(one.index.codename) === baseSuite(own.index.codename) &&
      (one.architecture === own.architecture ||
        one.architecture === 'all' ||
        own.architecture === 'all') &&
      wordsOf(one.depends).every(
        ({ name, version }) => name !== own.name || holds(own.version, version),
      ),
  );
  const above = steps > 0 ? direct.flatMap((one) => metasOf(one, byTarget, steps - 1)) : [];
  return [...new Set([...direct, ...above])];
}

/**
 * Returns the name of the headers package that a metapackage depends on. Returns undefined if the package is not a
 * metapackage: if it depends on no headers package or on several, on any other package except linux-base-*, or on
 * headers that have no kernel of this architecture.
 */
function metaTarget(own: ArchivePackage, byName: PackagesByName, steps = 3): string | undefined {
  const { depends, architecture } = own;
  const words = wordsOf(depends).map(({ name }) => name);
  const headers = words.filter((name) => /headers/.test(name));
  const others = words.filter((name) => !/headers/.test(name) && !/^linux-base-/.test(name));
  const [target, second] = headers;
  if (target === undefined || second !== undefined || others.length > 0) return undefined;
  const found = (byName.get(target) ?? []).filter((one) => one !== own);
  // A package for all architectures, such as Ubuntu's linux-headers-ABI, has no kernel of its own. Such a package
  // is the target only if it is a metapackage.
  const leads = found.some((one) =>
    one.architecture === 'all'
      ? steps > 0 && metaTarget(one, byName, steps - 1) !== undefined
      : architecture === 'all' || one.architecture === architecture,
  );
  return found.length === 0 || leads ? target : undefined;
}
