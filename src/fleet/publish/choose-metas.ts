import { compareVersions } from '../../debian/version.ts';
import { modulesMetaName, modulesPackageName } from '../../dkms/conf/names.ts';
import { ConfError } from '../../errors.ts';
import { flavourOf } from '../../kernel/flavour.ts';
import type { PublishedPackage } from '../../repository/published-package.ts';
import { newerKernelFirst } from '../../repository/retention.ts';

/** The facts about a package that are needed to choose metapackages. */
export type PackageFacts = Omit<PublishedPackage, 'suite'>;

/** A kernel that a suite has now. */
export interface OfferedKernel {
  readonly release: string;
  readonly architecture: string;
  readonly flavour: string;
}

/** A metapackage that is to be published: its name, and the package of modules on which it depends. */
export interface MetaWish<T extends PackageFacts = PackageFacts> {
  readonly name: string;
  /** The part of the name before `-modules-`. */
  readonly stem: string;
  readonly flavour: string;
  readonly architecture: string;
  readonly modules: T;
}

/** Returns the part before `-modules-` in the name of a package of modules; undefined for other packages. */
export function modulesStem({ name, kernelRelease }: PackageFacts): string | undefined {
  if (kernelRelease === '' || name.endsWith('-dbgsym')) return undefined;
  const suffix = modulesPackageName('x', kernelRelease).slice(1);
  return name.endsWith(suffix) && name.length > suffix.length
    ? name.slice(0, -suffix.length)
    : undefined;
}

/** Whether a package has the files of a driver for all kernels. */
export function isCommonPackage({
  name,
  architecture,
}: Pick<PackageFacts, 'name' | 'architecture'>) {
  return architecture === 'all' && name.endsWith('-modules-common');
}

/**
 * Returns the name of the package with a driver's modules for a kernel. Undefined if the driver's name cannot be part
 * of a package name: somebody else may have written the status.json.
 */
export function modulesNameOf(driver: string, release: string): string | undefined {
  try {
    return modulesPackageName(driver, release);
  } catch (error) {
    if (error instanceof ConfError) return undefined;
    throw error;
  }
}

/**
 * Chooses a metapackage for each driver, flavour and architecture of a suite. Each metapackage depends on the modules
 * for the newest kernel for which modules are published: if the build for a newer kernel failed, the last good modules
 * stay. A kernel that the suite has withdrawn is chosen only if there are no modules for any kernel of the flavour that
 * the suite still has.
 */
export function chooseMetas<T extends PackageFacts>(
  packages: readonly T[],
  offered: readonly OfferedKernel[],
): MetaWish<T>[] {
  const flavours = new Map(
    offered.map(({ release, architecture, flavour }) => [`${release} ${architecture}`, flavour]),
  );
  const groups = new Map<string, { stem: string; flavour: string; modules: T[] }>();
  for (const one of packages) {
    const stem = modulesStem(one);
    if (stem === undefined) continue;
    const known = flavours.get(`${one.kernelRelease} ${one.architecture}`);
    const flavour = known ?? flavourOf(one.kernelRelease);
    const key = `${stem} ${flavour} ${one.architecture}`;
    const group = groups.get(key) ?? { stem, flavour, modules: [] };
    group.modules.push(one);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ stem, flavour, modules }) => {
    const current = modules.filter((one) =>
      flavours.has(`${one.kernelRelease} ${one.architecture}`),
    );
    const best = newestModules(current.length > 0 ? current : modules);
    const { architecture } = best;
    return { name: modulesMetaName(stem, flavour), stem, flavour, architecture, modules: best };
  });
}

/**
 * Returns the package of modules for the newest kernel. If there are several for this kernel, returns the package with
 * the newest version.
 */
function newestModules<T extends PackageFacts>(modules: readonly T[]): T {
  const [first, ...others] = modules;
  if (first === undefined) throw new Error('a group has at least one package');
  return others.reduce((best, one) => {
    const order = newerKernelFirst(
      [best.kernelRelease, best.kernelVersion],
      [one.kernelRelease, one.kernelVersion],
    );
    if (order !== 0) return order > 0 ? one : best;
    return compareVersions(one.version, best.version) > 0 ? one : best;
  }, first);
}

/**
 * Returns the name and version of the package of modules that a metapackage depends on; undefined for other packages.
 */
export function dependencyOfMeta({
  name,
  depends,
  kernelRelease,
}: PackageFacts): { readonly name: string; readonly version: string } | undefined {
  if (kernelRelease !== '') return undefined;
  const [, wanted = '', version = ''] = /^(\S+) \(= ([^)\s]+)\)/.exec(depends) ?? [];
  // The driver's name may contain -modules-, too.
  for (const { index } of name.matchAll(/-modules-/g)) {
    const start = name.slice(0, index + '-modules-'.length);
    if (wanted.startsWith(start) && /^\d/.test(wanted.slice(start.length))) {
      return { name: wanted, version };
    }
  }
  return undefined;
}
